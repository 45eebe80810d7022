/**
 * A rule: one numbered clause of the specification, and the walk over a table of
 * them. Kernel order takes the first that applies; "any that applies" is the set.
 */

import { errnoOf, type ErrnoName } from "./errno.ts";
import type { FsKind } from "./format.ts";
import type { Profile } from "./profile.ts";
import type { Errno } from "./units.ts";

/** The states of a call's life; see machine.ts. */
export type Stage = "request" | "entry" | "prepare" | "compare" | "share";

/** What a rule does to the call, or to the entry, to which it applies. */
export type Answer =
  /** The ioctl fails. */
  | { readonly kind: "errno"; readonly errno: Errno }
  /** The entry ends with this status and bytes_deduped 0. */
  | { readonly kind: "status"; readonly status: number }
  /** The entry ends with status 0 and the bytes asked for, and nothing is shared. */
  | { readonly kind: "nothing" }
  /** The entry's range is shared. */
  | { readonly kind: "share" }
  /** The rule changes what later rules see, and decides nothing. */
  | { readonly kind: "continues" }
  /** The call sleeps until a file system is thawed; then the next rule is asked. */
  | { readonly kind: "sleeps" }
  | OpenAnswer;

/** What a profile may say in which any rule that applies answers: it leaves a set. */
export type OpenAnswer =
  /** The entry fails, with a status that is not said. */
  | { readonly kind: "any status" }
  /** Call or entry fails, and how is not said. */
  | { readonly kind: "fails" }
  /** Nothing is said: call or entry may fail with any error, or go on. */
  | { readonly kind: "anything" }
  /** The range may end anywhere before its end, and goes on. */
  | { readonly kind: "cuts" };

export function fails(name: ErrnoName): Answer {
  return { kind: "errno", errno: errnoOf(name) };
}

export function status(name: ErrnoName): Answer {
  return { kind: "status", status: -errnoOf(name) };
}

/**
 * On what a rule rests: a trace in corpus/rules that a kernel ran, a test that holds a
 * kernel to it, the source alone, or the memory of somebody who read it once.
 */
export type Evidence = "trace" | "a test" | "source only" | "from memory";

export interface Rule<Subject> {
  /** As in the specification: H7, D4, G11. */
  readonly id: string;
  readonly stage: Stage;
  /** One sentence in the present tense: when it applies and what follows. */
  readonly says: string;
  readonly when: (subject: Subject, profile: Profile) => boolean;
  readonly answers: Answer;
  /** Of a rule that cuts the length of a range and goes on: what it leaves, in bytes. */
  readonly leaves?: (subject: Subject, profile: Profile) => bigint;
  /** Whether SIGXFSZ is raised. */
  readonly raises?: boolean;
  /** Whether it need not answer where it applies, in a profile of which any rule that applies may. */
  readonly may?: boolean;
  /** Kernel path, function and version, or the manual page and its date. */
  readonly source: string;
  /** The one file system that has it; every one where nothing is said. */
  readonly on?: FsKind;
  /** Why no call can be decided by it, where earlier rules answer first. */
  readonly shadowed?: string;
  /** Why no call is known that it decides, although there may be one. */
  readonly unmet?: string;
  /** A trace where nothing is said. */
  readonly evidence?: Evidence;
}

/** The rules of a table that end the walk where they apply. */
export function deciding<Subject>(rules: readonly Rule<Subject>[]): readonly Rule<Subject>[] {
  return rules.filter((rule) => decides(rule) && rule.shadowed === undefined);
}

/** Whether a rule ends the walk where it applies. */
export function decides({ answers: { kind } }: { readonly answers: Answer }): boolean {
  return kind !== "continues" && kind !== "sleeps" && kind !== "cuts";
}

/** The rules that applied without ending the walk, before the one with the id that did. */
export function passed<Subject>(
  rules: readonly Rule<Subject>[],
  subject: Subject,
  profile: Profile,
  decided: string | undefined,
): readonly Rule<Subject>[] {
  const end = rules.findIndex(({ id }) => id === decided);
  const before = end === -1 ? rules : rules.slice(0, end);
  return before.filter((rule) => !decides(rule) && rule.when(subject, profile));
}

/** What a rule needs to be walked. */
export interface Clause<Subject> {
  readonly id: string;
  readonly when: (subject: Subject, profile: Profile) => boolean;
}

/** The first rule that applies; undefined when none does. The table is in kernel order. */
export function decide<Subject, Row extends Clause<Subject>>(
  rules: readonly Row[],
  subject: Subject,
  profile: Profile,
): Row | undefined {
  for (const rule of rules) if (rule.when(subject, profile)) return rule;
  return undefined;
}
