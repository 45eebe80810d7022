/**
 * Whether dedupes raise the versions of the inodes that they share into, and no
 * others: versions are read at two looks behind a commit, with nothing but dedupes
 * and looks between them.
 *
 * Source: fs/btrfs/reflink.c, clone_finish_inode_update, Linux 6.18.
 */

import {
  versionDifference,
  type Caller,
  type Contradiction,
  type DedupeOp,
  type Op,
  type Outcome,
  type SharedInto,
  type Slot,
} from "../model/index.ts";
import { fileStatus } from "./file-status.ts";
import type { Libc } from "./libc.ts";
import type { FileVersion } from "./observer.ts";
import { noFd } from "./slots.ts";
import { rootOf } from "./subvolumes.ts";

/** Calls that change no version, but for a dedupe. */
const harmless: ReadonlySet<Op["kind"]> = new Set<Op["kind"]>([
  "dedupe",
  "read",
  "inspect",
  "observe",
  "fsync",
  "syncfs",
  "mode",
  "as",
  "limit",
]);

export class InodeVersions {
  private readonly libc: Libc;
  private readonly block: bigint;
  /** As they were at a look; undefined where they cannot be read, and since a call that may have changed any. */
  private before: ReadonlyMap<string, bigint> | undefined;
  private readonly into = new Map<string, SharedInto>();

  /** `block`: bytes of a block of the file system. */
  constructor(libc: Libc, block: number) {
    this.libc = libc;
    this.block = BigInt(block);
  }

  /** Another place begins. */
  forget(): void {
    this.before = undefined;
    this.into.clear();
  }

  /**
   * A call came back. `look`: to look through at a slot's file on the file system under
   * test, `noFd` for anything else; a size limit of the caller may leave out what is
   * reported as shared.
   */
  called(op: Op, outcome: Outcome, look: (slot: Slot) => number, caller: Caller): void {
    if (this.before === undefined) return;
    if (op.kind === "dedupe" && isTold(op)) this.deduped(op, outcome, look, caller);
    else if (op.kind === "dedupe" || !harmless.has(op.kind)) this.forget();
  }

  /** What files at a look behind a commit contradict; undefined for nothing. */
  look(files: readonly FileVersion[]): readonly Contradiction[] | undefined {
    const { before, into } = this;
    const found = files.flatMap(({ name, root, inode, version }): readonly Contradiction[] => {
      const key = keyOf(root, inode);
      const old = before?.get(key);
      if (old === undefined) return [];
      const text = versionDifference(old, version, into.get(key) ?? "nothing");
      return text === undefined ? [] : [{ witness: "version", file: name, text }];
    });
    this.forget();
    const versions = files.map((file) => [keyOf(file.root, file.inode), file.version] as const);
    if (versions.length > 0) this.before = new Map(versions);
    return found.length === 0 ? undefined : found;
  }

  /** Notes the files of the entries that say the same. A whole block that is the same is shared. */
  private deduped(
    op: DedupeOp,
    outcome: Outcome,
    look: (slot: Slot) => number,
    { sizeLimit }: Caller,
  ): void {
    if (outcome.errno !== 0) return;
    for (const [index, { descriptor }] of op.targets.entries()) {
      const { status, deduped } = outcome.targets[index] ?? { status: -1, deduped: 0n };
      const fd = typeof descriptor === "string" ? noFd : look(descriptor);
      if (status !== 0 || fd === noFd) continue;
      const key = keyOf(rootOf(this.libc, fd), fileStatus(this.libc, fd).inode);
      const isSure = deduped >= this.block && sizeLimit === undefined;
      if (isSure) this.into.set(key, "something");
      else if (!this.into.has(key)) this.into.set(key, "perhaps");
    }
  }
}

/** Whether what came back tells all that was shared, and nothing else is done for the call. */
function isTold({ argument, during }: DedupeOp): boolean {
  return argument.kind === "whole" && during.kind !== "swapping" && during.kind !== "shut-down";
}

function keyOf(root: bigint, inode: bigint): string {
  return `${root}/${inode}`;
}
