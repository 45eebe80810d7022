/**
 * Who makes the calls of a program: a user, with some of root's capabilities.
 *
 * Each user has one group, of the same number, and no other groups; so a user who
 * does not own an inode is never of its group either.
 */

/** root is 0, user 1000, nobody 65534. */
export type User = "root" | "user" | "nobody";

/** Capabilities that rules ask for, by their kernel names without CAP_. root has them all. */
export type Capability =
  | "chown"
  | "dac-override"
  | "dac-read-search"
  | "fowner"
  | "fsetid"
  | "linux-immutable"
  | "sys-admin";

export interface Caller {
  readonly user: User;
  /** Beside those of root: sorted as in `capabilities`, each at most once; empty for root. */
  readonly capabilities: readonly Capability[];
  /** RLIMIT_FSIZE: no file may grow beyond so many bytes; undefined for no limit. */
  readonly sizeLimit: bigint | undefined;
}

export const users: readonly [User, ...User[]] = ["root", "user", "nobody"];

export const capabilities: readonly [Capability, ...Capability[]] = [
  "chown",
  "dac-override",
  "dac-read-search",
  "fowner",
  "fsetid",
  "linux-immutable",
  "sys-admin",
];

/** Who every program begins as. */
export const root: Caller = { user: "root", capabilities: [], sizeLimit: undefined };

export function can(caller: Caller, capability: Capability): boolean {
  return caller.user === "root" || caller.capabilities.includes(capability);
}
