/**
 * The clauses about where files lie behind a call (SHARE): each says when a call
 * between two looks at the disk is a case of it. The looks hold it.
 */

import { clipped } from "./items.ts";
import { tailLengths } from "./dedupe-rules.ts";
import type { ExtentItem, Items } from "./extent-item.ts";
import { dedupeStepBytes } from "./layout.ts";
import type { FsKind } from "./format.ts";
import type { Decision } from "./model.ts";
import type { Op } from "./op.ts";
import type { Profile } from "./profile.ts";
import { inodeIn, type Inode, type State } from "./state.ts";

/** A range that a dedupe shared, as it lay before. Blocks. */
export interface SharedRange {
  /** The items of both files, whole, and what of them lies in the ranges. */
  readonly source: Items;
  readonly target: Items;
  readonly from: Items;
  readonly onto: Items;
  readonly count: bigint;
  /** From a block of the source's range to that of the target's. */
  readonly shift: bigint;
  /** Blocks of one step. */
  readonly step: bigint;
}

export interface SharingClause {
  readonly id: string;
  readonly says: string;
  /** The rules that it follows from. */
  readonly follows: string;
  /** The one file system that has it; every one where nothing is said. */
  readonly on?: FsKind;
  readonly when: (range: SharedRange) => boolean;
}

/** SHARE-09 is about writes. */
const copyOnWrite = "SHARE-09";

// oxfmt-ignore
export const sharingClauses: readonly SharingClause[] = [
  { id: "SHARE-01", follows: "S1", on: "btrfs", when: (r) => isCut(r.source, r.from) || isCut(r.target, r.onto),
    says: "Each source item gives the target one item on the same extent, and what it replaces is cut at the borders of the range." },
  { id: "SHARE-02", follows: "S1", on: "btrfs", when: (r) => r.from.some(({ count }) => count > r.step),
    says: "Sharing goes in steps of 16 MiB from the start of the range, and an item is cut at each." },
  { id: "SHARE-03", follows: "S1", when: (r) => r.onto.length > 0 && blocks(r.from) < r.count,
    says: "Where the source has a hole, the target has one." },
  { id: "SHARE-04", follows: "S1", on: "btrfs", when: (r) => r.from.some(({ kind }) => kind === "prealloc"),
    says: "An unwritten source extent is shared, and stays unwritten, also where the target had data." },
  { id: "SHARE-05", follows: "S1", on: "btrfs", when: (r) => r.from.some(({ kind }) => kind === "inline"),
    says: "Inline data is copied, never shared." },
  { id: "SHARE-06", follows: "S1", when: (r) => r.from.length > 0 && r.from.every((item) => isShared(item, r)),
    says: "A range that is shared already is shared again." },
  { id: "SHARE-07", follows: "S1", when: (r) => blocks(r.from) !== blocks(r.onto),
    says: "The size stays, and st_blocks follows what the target refers to." },
  { id: "SHARE-08", follows: "S1", on: "btrfs", when: (r) => r.from.some((item) => item.kind === "data" && !isShared(item, r)),
    says: "FIEMAP calls every piece of an extent shared that has a second, different reference." },
  { id: "XFS-02", follows: "S1", on: "xfs", when: (r) => r.from.some(({ kind }) => kind === "prealloc"),
    says: "Unwritten blocks of the source are holes in the target; where both are unwritten, the target keeps its own." },
  { id: "SUB-06", follows: "S1", when: (r) => r.from.some((item) => item.kind === "data" && !isShared(item, r)),
    says: "What was just shared is on the disk at once: FIEMAP says so before anything is written out." },
  { id: copyOnWrite, follows: "S1", when: () => false,
    says: "A write into a shared block gives the writer a block of its own, and leaves the others alone." },
];

/** The clauses of which a call, made in `before` and decided so, is a case. */
export function sharingCases(
  profile: Profile,
  before: State,
  op: Op,
  decisions: readonly Decision[],
): readonly string[] {
  if (op.kind === "write") return writesShared(before, op) ? [copyOnWrite] : [];
  const ranges = sharedRanges(profile, before, op, decisions);
  return sharingClauses.filter(({ when }) => ranges.some(when)).map(({ id }) => id);
}

/** The ranges that were shared, of files that no earlier entry had changed. */
function sharedRanges(
  profile: Profile,
  before: State,
  op: Op,
  decisions: readonly Decision[],
): readonly SharedRange[] {
  const source = op.kind === "dedupe" ? inodeIn(before, op.slot) : undefined;
  if (op.kind !== "dedupe" || source === undefined) return [];
  const changed = new Set<Inode>();
  return op.targets.flatMap(({ descriptor }, index): readonly SharedRange[] => {
    const target = typeof descriptor === "string" ? undefined : inodeIn(before, descriptor);
    const { rule, entry } = decisions[index + 1] ?? {};
    if (target === undefined || entry === undefined || rule !== "S1") return [];
    if (changed.has(target) || changed.has(source)) return [];
    changed.add(target);
    const { block } = entry;
    const count = (tailLengths(entry, profile).shared + block - 1n) / block;
    const start = entry.request.offset / block;
    const at = entry.offset / block;
    const step = dedupeStepBytes / block;
    const [all, old] = [source.items.value, target.items.value];
    const from = clipped(all, start, start + count);
    const onto = clipped(old, at, at + count);
    return [{ source: all, target: old, from, onto, count, shift: at - start, step }];
  });
}

function writesShared(before: State, op: Op & { kind: "write" }): boolean {
  const inode = inodeIn(before, op.slot);
  if (inode === undefined) return false;
  const { block } = before.format;
  const [start, end] = [op.offset / block, (op.offset + op.length) / block];
  return clipped(inode.items.value, start, end).some(({ kind, extent }) =>
    kind !== "data"
      ? false
      : before.inodes.some((other) => other !== inode && refers(other, extent)),
  );
}

function refers({ items }: Inode, extent: bigint): boolean {
  return items.value.some((item) => item.extent === extent);
}

function isCut(items: Items, parts: Items): boolean {
  return parts.some((part) => part.kind === "data" && !items.includes(part));
}

function blocks(items: Items): bigint {
  return items.reduce((sum, { kind, count }) => (kind === "hole" ? sum : sum + count), 0n);
}

/** Whether the target has an item on the same blocks, there where this one goes. */
function isShared(item: ExtentItem, { onto, shift }: SharedRange): boolean {
  return onto.some(
    ({ extent, start, skip, count }) =>
      extent === item.extent &&
      extent !== 0n &&
      start <= item.start + shift &&
      start + count >= item.start + shift + item.count &&
      item.start + shift - start === item.skip - skip,
  );
}
