/** Blocks of extents as the model names them and as the disk does: one to one, both ways. */

import type { ExtentItem } from "./extent-item.ts";

/** Blocks [start, end) of an extent that are those of another, `shift` further back. */
interface Range {
  readonly start: bigint;
  readonly end: bigint;
  readonly other: bigint;
  readonly shift: bigint;
}

/** By extent; ranges are sorted, and none overlaps another. */
type Ranges = Map<bigint, Range[]>;

export class BlockPairs {
  readonly #seen: Ranges = new Map();
  readonly #wanted: Ranges = new Map();

  /** Whether blocks [start, end) of a file can be one pair each. */
  pair(wanted: ExtentItem, found: ExtentItem, start: bigint, end: bigint): boolean {
    const here = wanted.skip + start - wanted.start;
    const there = found.skip + start - found.start;
    const count = end - start;
    const shift = there - here;
    return (
      add(this.#seen, wanted.extent, here, here + count, found.extent, shift) &&
      add(this.#wanted, found.extent, there, there + count, wanted.extent, -shift)
    );
  }
}

/** Adds a range, unless one of its blocks is paired with another block already. */
function add(
  all: Ranges,
  extent: bigint,
  start: bigint,
  end: bigint,
  other: bigint,
  shift: bigint,
): boolean {
  const ranges = all.get(extent) ?? [];
  const first = firstBehind(ranges, start);
  let from = start;
  let to = end;
  let behind = first;
  for (; (ranges[behind]?.start ?? end) < end; behind++) {
    const range = ranges[behind];
    if (range === undefined || range.other !== other || range.shift !== shift) return false;
    if (range.start < from) from = range.start;
    if (range.end > to) to = range.end;
  }
  ranges.splice(first, behind - first, { start: from, end: to, other, shift });
  all.set(extent, ranges);
  return true;
}

/** The index of the first range that ends behind a block. */
function firstBehind(ranges: readonly Range[], block: bigint): number {
  let low = 0;
  let high = ranges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ranges[middle]?.end ?? 0n) > block) high = middle;
    else low = middle + 1;
  }
  return low;
}
