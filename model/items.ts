/** What happens to a file's extent items: ranges cut out, put in, and remapped. Blocks, not bytes. */

import type { ExtentItem, Items } from "./extent-item.ts";

/** The parts of items that lie in [start, end). */
export function clipped(items: Items, start: bigint, end: bigint): Items {
  const parts: ExtentItem[] = [];
  for (const item of items) addPart(parts, item, start, end);
  return parts;
}

/** The items with [start, end) cut out, and `put`, which lie in it, in its place. */
export function replaced(items: Items, start: bigint, end: bigint, put: Items): Items {
  const result: ExtentItem[] = [];
  for (const item of items) addPart(result, item, 0n, start);
  for (const item of put) result.push(item);
  for (const item of items) addPart(result, item, end, beyond);
  return result;
}

/** The items with `put`, sorted and without overlap, over them; and those that had a part below it. */
export function overlaid(
  items: Items,
  put: Items,
): { readonly items: Items; readonly touched: Items } {
  const left: ExtentItem[] = [];
  const touched: ExtentItem[] = [];
  let next = 0;
  for (const item of items) {
    while ((put[next]?.start ?? item.start) + (put[next]?.count ?? 1n) <= item.start) next++;
    const end = item.start + item.count;
    let from = item.start;
    for (let at = next; (put[at]?.start ?? end) < end; at++) {
      const { start = end, count = 0n } = put[at] ?? {};
      if (from === item.start) touched.push(item);
      addPart(left, item, from, start);
      from = start + count;
    }
    addPart(left, item, from, end);
  }
  return { items: [...left, ...put].toSorted((x, y) => (x.start < y.start ? -1 : 1)), touched };
}

/**
 * The target's items after `count` blocks from `from` in the source were shared
 * onto `onto` (SHARE-01 to 04): one item for each part of a source item, cut at
 * the borders and at steps of 16 MiB from the range's start; holes leave nothing.
 * What is inline is copied, to an item that `copied` makes (SHARE-05).
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
  copied: (item: ExtentItem) => ExtentItem,
): Items {
  const put: ExtentItem[] = [];
  for (let at = 0n; at < count; at += stepBlocks) {
    const end = at + stepBlocks < count ? at + stepBlocks : count;
    for (const item of clipped(source, from + at, from + end)) {
      if (item.kind === "hole" && item.freedom === "none") continue;
      const moved = { ...item, start: item.start - from + onto };
      put.push(item.kind === "inline" || item.freedom === "small file" ? copied(moved) : moved);
    }
  }
  return replaced(target, onto, onto + count, put);
}

/** Behind every block. */
const beyond = 1n << 64n;

/** Adds what of an item lies in [start, end), the item itself where that is all of it. */
function addPart(parts: ExtentItem[], item: ExtentItem, start: bigint, end: bigint): void {
  const itemEnd = item.start + item.count;
  if (itemEnd <= start || item.start >= end || start >= end) return;
  const from = item.start > start ? item.start : start;
  const to = itemEnd < end ? itemEnd : end;
  if (from === item.start && to === itemEnd) parts.push(item);
  else
    parts.push({ ...item, start: from, count: to - from, skip: item.skip + (from - item.start) });
}
