/**
 * Extents, as the items of files make them: who refers to each, and which of its
 * blocks nobody shows any more, though they stay allocated.
 */

import type { FileLayout, Items } from "./extent-item.ts";

/**
 * A back reference, as a file system keeps it: a file, and where in it the extent's
 * first block would be. Items that agree in both are one reference, with a count.
 *
 * Source: struct btrfs_extent_data_ref, include/uapi/linux/btrfs_tree.h (Linux 6.18).
 */
export interface Reference {
  /** The file's name. */
  readonly file: string;
  /** In blocks; below 0 for a file that shows only what lies far back in the extent. */
  readonly base: bigint;
  /** Items; one or more. */
  readonly count: number;
}

export interface Extent {
  /** Its number; see ExtentItem. */
  readonly number: bigint;
  /** Blocks of the whole extent: what is allocated while there is one reference. */
  readonly blocks: bigint;
  /** One or more. */
  readonly references: readonly Reference[];
  /** Blocks that no item shows: pinned by those that show the others. */
  readonly pinned: bigint;
}

/** The extents that files refer to, in the order in which they come up; what nobody refers to is free. */
export function extentsOf(files: readonly FileLayout[]): readonly Extent[] {
  const found = new Map<bigint, Draft>();
  for (const { name, items } of files) addItems(found, name, items);
  return [...found].map(([number, { blocks, references, shown }]) => ({
    number,
    blocks,
    references: [...references.values()],
    pinned: blocks - covered(shown),
  }));
}

interface Draft {
  readonly blocks: bigint;
  readonly references: Map<string, Reference>;
  readonly shown: (readonly [start: bigint, end: bigint])[];
}

function addItems(found: Map<bigint, Draft>, file: string, items: Items): void {
  for (const { kind, extent, extentCount, start, skip, count } of items) {
    if (extent === 0n || kind === "hole") continue;
    const draft: Draft = found.get(extent) ?? {
      blocks: extentCount,
      references: new Map(),
      shown: [],
    };
    const base = start - skip;
    const key = `${file}:${base}`;
    const before = draft.references.get(key)?.count ?? 0;
    draft.references.set(key, { file, base, count: before + 1 });
    draft.shown.push([skip, skip + count]);
    found.set(extent, draft);
  }
}

/** How many blocks lie in at least one of the ranges. */
function covered(ranges: readonly (readonly [start: bigint, end: bigint])[]): bigint {
  let sum = 0n;
  let at = 0n;
  for (const [start, end] of ranges.toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    if (end <= at) continue;
    sum += end - (start > at ? start : at);
    at = end;
  }
  return sum;
}
