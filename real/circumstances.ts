/**
 * Calls that are made while something is the matter with the file system under
 * test: it is brought about before the call, and over behind it.
 */

import { constants } from "node:fs";
import {
  type Caller,
  type Circumstance,
  type DedupeOp,
  errnoName,
  HarnessError,
  type Outcome,
  type Slot,
} from "../model/index.ts";
import { F_GETFL, FITHAW, XFS_IOC_GOINGDOWN } from "./abi.ts";
import { DamagedBlocks } from "./damaged-block.ts";
import { whileFull } from "./full-disk.ts";
import type { Ground } from "./ground.ts";
import { Helper } from "./helper.ts";
import type { Reply } from "./helper-messages.ts";
import { O_CLOEXEC, type Libc } from "./libc.ts";
import { noFd } from "./slots.ts";
import { noSwapFile } from "./swap-guard.ts";
import { StalledSends } from "./stalled-send.ts";
import { writeOut } from "./write-out.ts";

type Unusual = Exclude<Circumstance, { readonly kind: "usual" }>;

const AT_FDCWD = -100;

/** A call that is ready to be made. */
export interface ReadyCall {
  readonly op: DedupeOp;
  /** The kernel's descriptors of the source, and of each target. */
  readonly source: number;
  readonly targets: readonly number[];
  readonly caller: Caller;
  /** A descriptor on the file system under test. */
  readonly folder: number;
  /** A descriptor to look through at a slot's file on the file system under test; `noFd` for anything else. */
  readonly look: (slot: Slot) => number;
  /** A new descriptor of the folder at a path; `noFd` where there is none. */
  readonly folderAt: (path: string) => number;
  /** Makes it, with this descriptor as its source. */
  readonly make: (source: number) => Outcome;
}

/** Looks at a call on a frozen file system: how many, a few milliseconds apart, and how many in a row show that it sleeps. */
const maxLooks = 4000;
const lookMilliseconds = 2;
const enoughLooks = 5;

export class Circumstances {
  private readonly libc: Libc;
  private readonly ground: Ground;
  private readonly damage: DamagedBlocks;
  private readonly sends: StalledSends;
  /** Watches, and thaws: it never waits for the file system. */
  private guard: Helper | undefined;
  /** Makes calls that may sleep. */
  private caller: Helper | undefined;

  constructor(libc: Libc, ground: Ground) {
    this.libc = libc;
    this.ground = ground;
    this.damage = new DamagedBlocks(libc);
    this.sends = new StalledSends(libc);
  }

  perform(during: Unusual, call: ReadyCall): Outcome {
    const { own } = this.ground;
    if (own === undefined || !this.ground.circumstances.has(during.kind)) {
      throw new HarnessError(`nothing here can be ${during.kind}`);
    }
    switch (during.kind) {
      case "frozen":
        return this.frozen(own.path, call);
      case "denied":
        return this.denied(own.path, during.event, call);
      case "unreadable":
        return this.unreadable(own.disk, during, call);
      case "sending":
        return this.sending(during.path, call);
      case "full":
        return whileFull(this.libc, own.path, () => call.make(call.source));
      case "swapping":
        return this.swapping(during.slot, call);
      case "shut-down":
        return this.shutDown(call);
    }
  }

  close(): void {
    this.sends.close();
    this.guard?.close();
    this.caller?.close();
    this.guard = undefined;
    this.caller = undefined;
  }

  /** Makes the call while the file system at `path` is frozen, which is thawed when the call sleeps. */
  private frozen(path: string, { op, source, targets, caller }: ReadyCall): Outcome {
    this.guard ??= new Helper(this.libc);
    this.caller ??= new Helper(this.libc);
    let slept: boolean;
    try {
      expect(this.guard.ask({ kind: "freeze", path }), "no file system is frozen");
      this.caller.send({ kind: "dedupe", op, source, targets, caller });
      slept = sleeps(this.caller);
    } finally {
      this.thaw(this.guard, path);
    }
    const { outcome } = this.caller.reply();
    if (outcome === undefined) throw new HarnessError("a helper made no call");
    return { ...outcome, seen: undefined, layout: undefined, slept };
  }

  /**
   * Makes the call with a descriptor of the source that was opened while a listener
   * watched the file system at `path`; it denies the access number `event`.
   */
  private denied(path: string, event: number, { source, make }: ReadyCall): Outcome {
    this.guard ??= new Helper(this.libc);
    expect(this.guard.ask({ kind: "watch", path, event }), "nothing is watched");
    const again = this.opened(source);
    try {
      return make(again === -1 ? source : again);
    } finally {
      if (again !== -1) this.libc.close(again);
      expect(this.guard.ask({ kind: "unwatch" }), "watching does not end");
    }
  }

  /** Makes the call while a block of a file cannot be read from the image `disk`. */
  private unreadable(
    disk: number,
    { slot, offset }: Extract<Circumstance, { kind: "unreadable" }>,
    { op, source, folder, look, make }: ReadyCall,
  ): Outcome {
    const damaged = look(slot);
    if (damaged === noFd) return make(source);
    writeOut(this.libc, folder);
    const read = [op.slot, ...op.targets.map(({ descriptor }) => descriptor)]
      .filter((each) => typeof each !== "string")
      .map(look);
    const spot = { fd: damaged, offset, block: Number(this.ground.format.block) };
    return this.damage.during(disk, spot, read, () => make(source));
  }

  /** Makes the call while the snapshot that the folder at `path` lies in is being sent. */
  private sending(path: string, { source, folderAt, make }: ReadyCall): Outcome {
    const folder = folderAt(path);
    if (folder === noFd) return make(source);
    try {
      return this.sends.during(folder, () => make(source));
    } finally {
      this.libc.close(folder);
    }
  }

  /** Makes the call while the file in a slot is an active swap file, where it can be one. */
  private swapping(slot: Slot, { source, folder, look, make }: ReadyCall): Outcome {
    const fd = look(slot);
    if (fd === noFd) return make(source);
    writeOut(this.libc, folder);
    this.guard ??= new Helper(this.libc);
    const begun = this.guard.ask({ kind: "swapon", fd });
    if (begun.errno === noSwapFile) return make(source);
    expect(begun, "nothing is swapped to");
    try {
      return make(source);
    } finally {
      this.endSwapping(this.guard, fd);
    }
  }

  /** Where the guard is gone, this process ends it. */
  private endSwapping(guard: Helper, fd: number): void {
    try {
      expect(guard.ask({ kind: "swapoff" }), "swapping does not end");
    } catch (error) {
      this.libc.swapoff(`/proc/self/fd/${fd}`);
      throw error;
    }
  }

  /** Makes the call once the file system was written out and shut down. */
  private shutDown({ source, folder, make }: ReadyCall): Outcome {
    const flags = Buffer.alloc(8);
    const isDown =
      this.libc.syncfs(folder) === 0 && this.libc.ioctl(folder, XFS_IOC_GOINGDOWN, flags) === 0;
    if (!isDown) {
      throw new HarnessError(`nothing is shut down: ${errnoName(this.libc.errno())}`);
    }
    return make(source);
  }

  /** Where the guard is gone, maybe while it froze, this process thaws: it does not sleep itself. */
  private thaw(guard: Helper, path: string): void {
    try {
      expect(guard.ask({ kind: "thaw" }), "no file system is thawed");
    } catch (error) {
      const folder = this.libc.openat(AT_FDCWD, path, O_CLOEXEC, 0);
      this.libc.ioctl(folder, FITHAW, null);
      this.libc.close(folder);
      throw error;
    }
  }

  /**
   * The same file through the same mount, in the same mode, opened now; for reading
   * alone where attributes let nobody open it for writing any more; -1 where that
   * cannot be.
   */
  private opened(fd: number): number {
    const { libc } = this;
    const flags = libc.fcntl(fd, F_GETFL, 0);
    if (flags === -1) return -1;
    const path = `/proc/self/fd/${fd}`;
    const followed = (flags & ~constants.O_NOFOLLOW) | O_CLOEXEC;
    const again = libc.openat(AT_FDCWD, path, followed, 0);
    const reads = (flags & (constants.O_WRONLY | constants.O_RDWR)) !== constants.O_WRONLY;
    if (again !== -1 || !reads) return again;
    return libc.openat(AT_FDCWD, path, constants.O_RDONLY | O_CLOEXEC, 0);
  }
}

/** Waits until a helper has made its call, or is seen to sleep in it. */
function sleeps(caller: Helper): boolean {
  let stuck = 0;
  for (let look = 0; look < maxLooks; look++) {
    if (caller.hasReplied(lookMilliseconds)) return false;
    stuck = caller.isStuck() ? stuck + 1 : 0;
    if (stuck === enoughLooks) return true;
  }
  throw new HarnessError("a call on a frozen file system neither returns nor sleeps");
}

function expect({ errno }: Reply, problem: string): void {
  if (errno !== 0) throw new HarnessError(`${problem}: ${errnoName(errno)}`);
}
