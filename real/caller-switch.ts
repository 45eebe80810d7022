/**
 * Calls made as another user, by this thread alone: root around each of them.
 *
 * Real and saved user ids stay root's, so that the way back is always open.
 * Source: cap_task_fix_setuid, security/commoncap.c, and commit_creds,
 * kernel/cred.c, Linux 6.18.
 */

import {
  type Caller,
  type Capability,
  errnoName,
  HarnessError,
  type Outcome,
  root,
  type User,
} from "../model/index.ts";
import type { Libc, Wide } from "./libc.ts";
import { SizeLimit } from "./size-limit.ts";
import { stayTied } from "./worker-guard.ts";

/** User ids; each user's group has the same number. */
export const userIds: Readonly<Record<User, number>> = { root: 0, user: 1000, nobody: 65_534 };

/** Source: include/uapi/linux/capability.h, Linux 6.18. */
const capabilityNumbers: Readonly<Record<Capability, number>> = {
  chown: 0,
  "dac-override": 1,
  "dac-read-search": 2,
  fowner: 3,
  fsetid: 4,
  "linux-immutable": 9,
  "sys-admin": 21,
};

const CAP_SETGID = 6;
const CAP_SETUID = 7;

const LINUX_CAPABILITY_VERSION_3 = 0x2008_0522;
const headerBytes = 8;
/** Two of struct __user_cap_data_struct: effective, permitted and inheritable, u32 each. */
const dataBytes = 24;

const PR_GET_DUMPABLE = 3;
const PR_SET_DUMPABLE = 4;

/** The id that leaves one as it is: -1 as u32. */
const same = 0xffff_ffff;

/** Groups of a process, at most: NGROUPS_MAX. */
const maxGroups = 65_536;

export class CallerSwitch {
  private readonly libc: Libc;
  private readonly limit: SizeLimit;
  private readonly header: Buffer = Buffer.alloc(headerBytes);
  private readonly wanted: Buffer = Buffer.alloc(dataBytes);
  private readonly own: Buffer = Buffer.alloc(dataBytes);
  private groups: Buffer | undefined;
  private current: Caller = root;
  /** Whether others may look into this process, which the kernel forbids when its user changes. */
  private dumpable = false;

  constructor(libc: Libc) {
    this.libc = libc;
    this.limit = new SizeLimit(libc);
    this.header.writeUInt32LE(LINUX_CAPABILITY_VERSION_3, 0);
  }

  /** Whether this process can be every caller: root with all that callers may have, and no limit of its own, as is not so in some containers. */
  get isFree(): boolean {
    if (this.libc.capget(this.header, this.own) !== 0 || !this.limit.isFree) return false;
    const effective = this.own.readUInt32LE(0);
    const needed = [...Object.values(capabilityNumbers), CAP_SETGID, CAP_SETUID];
    return process.geteuid?.() === 0 && needed.every((number) => (effective & (1 << number)) !== 0);
  }

  /** From now on `run` makes calls as this caller; root has the capabilities of this process. */
  become(caller: Caller): void {
    this.current = caller;
    if (caller.user === "root") return;
    this.groups ??= this.ownGroups();
    this.dumpable ||= this.libc.prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) === 1;
    this.expect(this.libc.capget(this.header, this.own), "capget");
    this.own.copy(this.wanted);
    let effective = 0;
    for (const capability of caller.capabilities) effective |= 1 << capabilityNumbers[capability];
    this.wanted.writeUInt32LE(effective, 0);
    this.wanted.writeUInt32LE(0, dataBytes / 2);
  }

  /** Who calls. */
  get caller(): Caller {
    return this.current;
  }

  /** Makes a call as the caller, under its limit on the size of files. */
  make(call: () => Outcome): Outcome {
    const { sizeLimit } = this.current;
    if (sizeLimit === undefined) return this.run(call);
    return this.limit.run(sizeLimit, () => this.run(call));
  }

  /** Makes a call as the user. Whatever happens, this thread is root's again behind it. */
  run<T>(call: () => T): T {
    if (this.current.user === "root") return call();
    const id = userIds[this.current.user];
    try {
      this.enter(id);
      return call();
    } finally {
      this.comeBack();
    }
  }

  private enter(id: number): void {
    const { libc } = this;
    this.expect(libc.setgroups(0, null), "setgroups");
    this.expect(libc.setresgid(same, id, same), "setresgid");
    this.expect(libc.setresuid(same, id, same), "setresuid");
    this.expect(libc.capset(this.header, this.wanted), "capset");
    stayTied();
  }

  private comeBack(): void {
    const { libc } = this;
    const groups = this.groups ?? Buffer.alloc(0);
    this.expect(libc.setresuid(same, 0, same), "setresuid");
    this.expect(libc.capset(this.header, this.own), "capset");
    this.expect(libc.setresgid(same, 0, same), "setresgid");
    this.expect(libc.setgroups(groups.length / 4, groups), "setgroups");
    if (this.dumpable) this.expect(libc.prctl(PR_SET_DUMPABLE, 1, 0, 0, 0), "prctl");
    stayTied();
  }

  /** Supplementary groups of this process, u32 each. */
  private ownGroups(): Buffer {
    const memory = Buffer.alloc(maxGroups * 4);
    const count = this.libc.getgroups(maxGroups, memory);
    if (count === -1) this.expect(count, "getgroups");
    return Buffer.from(memory.subarray(0, count * 4));
  }

  private expect(result: Wide, what: string): void {
    if (result === 0) return;
    throw new HarnessError(`${what} failed: ${errnoName(this.libc.errno())}`);
  }
}
