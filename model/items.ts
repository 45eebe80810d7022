/** What happens to a file's extent items: ranges cut out, put in, and remapped. Blocks, not bytes. */

import type { ExtentItem, Items } from "./extent-item.ts";

/** The parts of items that lie in [start, end). */
export function clipped(items: Items, start: bigint, end: bigint): Items {
  return items.flatMap((item) => part(item, start, end));
}

/** The items with [start, end) cut out, and `put`, which lie in it, in its place. */
export function replaced(items: Items, start: bigint, end: bigint, put: Items): Items {
  const before = clipped(items, 0n, start);
  const after = clipped(items, end, beyond);
  return [...before, ...put, ...after];
}

/**
 * The target's items after `count` blocks from `from` in the source were shared
 * onto `onto` (SHARE-01 to 04): one item for each part of a source item, cut at
 * the borders and at steps of 16 MiB from the range's start; holes leave nothing.
 *
 * Source: fs/btrfs/reflink.c, btrfs_extent_same and btrfs_clone, Linux 6.18.
 */
export function remapped(
  source: Items,
  from: bigint,
  count: bigint,
  target: Items,
  onto: bigint,
  stepBlocks: bigint,
): Items {
  const put: ExtentItem[] = [];
  for (let at = 0n; at < count; at += stepBlocks) {
    const end = at + stepBlocks < count ? at + stepBlocks : count;
    for (const item of clipped(source, from + at, from + end)) {
      if (item.kind !== "hole") put.push({ ...item, start: item.start - from + onto });
    }
  }
  return replaced(target, onto, onto + count, put);
}

/** Behind every block. */
const beyond = 1n << 64n;

function part(item: ExtentItem, start: bigint, end: bigint): readonly ExtentItem[] {
  const itemEnd = item.start + item.count;
  if (itemEnd <= start || item.start >= end) return [];
  const from = item.start > start ? item.start : start;
  const to = itemEnd < end ? itemEnd : end;
  if (from === item.start && to === itemEnd) return [item];
  return [{ ...item, start: from, count: to - from, skip: item.skip + (from - item.start) }];
}
