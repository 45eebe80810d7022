/** What wrong kernels make of where files lie, and of what is read of them. */

import { put, slice, zeros, type Contents } from "./contents.ts";
import type { ExtentItem, Items } from "./extent-item.ts";
import type { Format } from "./format.ts";
import type { LaidEntry } from "./habits.ts";
import { clipped, replaced } from "./items.ts";
import type { Inode } from "./state.ts";

/** Items of a target behind one entry. */
type Lays = (laid: LaidEntry) => Items;

/** The last block stays as it was. */
export const oneBlockLess: Lays = ({ before, after, end }) =>
  replaced(after, end - 1n, end, clipped(before, end - 1n, end));

/** Of several targets the last one is not shared. */
export const lastLeftOut: Lays = ({ before, after, entry, entries }) =>
  entries > 1 && entry === entries - 1 ? before : after;

/** Each block is the one behind the block that it should be, in extents of more than one. */
export const oneBlockOff: Lays = ({ before, after, start, end }) =>
  end - start < 2n
    ? after
    : replaced(
        before,
        start,
        end,
        clipped(after, start, end).map((item) => ({
          ...item,
          skip: item.skip + 1n,
          extentCount: item.extentCount + 1n,
        })),
      );

/** What lay under a hole of the source stays. */
export const oldUnderHoles: Lays = ({ before, after, start, end }) => {
  let left = clipped(before, start, end);
  for (const item of clipped(after, start, end)) {
    left = replaced(left, item.start, item.start + item.count, []);
  }
  return replaced(after, start, end, [...clipped(after, start, end), ...left]);
};

/** An item of which only the end lies in the range goes as a whole; or one of which only the start does. */
export const headNotSplit: Lays = ({ before, after, start }) =>
  lost(after, straddling(before, start), 0n, start);
export const tailNotSplit: Lays = ({ before, after, end }) =>
  lost(after, straddling(before, end), end, 1n << 64n);

function straddling(items: Items, block: bigint): ExtentItem | undefined {
  return items.find(({ start, count }) => start < block && block < start + count);
}

/** The items without what lies in [from, to) of one. */
function lost(items: Items, item: ExtentItem | undefined, from: bigint, to: bigint): Items {
  if (item === undefined) return items;
  const start = item.start > from ? item.start : from;
  const end = item.start + item.count;
  return replaced(items, start, end < to ? end : to, []);
}

/** Of two items side by side on one compressed extent, the second reads as zeros. */
export function secondOfOneExtent(inode: Inode, format: Format): Contents {
  if (format.name !== "compressed" || inode.other) return inode.contents;
  let { contents } = inode;
  let before: ExtentItem | undefined;
  for (const item of inode.items.value) {
    const { start, count, extent, kind } = item;
    const beside = before !== undefined && before.start + before.count === start;
    const goesOn = before !== undefined && before.skip + before.count === item.skip;
    if (beside && !goesOn && kind === "data" && before?.extent === extent) {
      contents = blank(contents, start * format.block, (start + count) * format.block);
    }
    before = item;
  }
  return contents;
}

function blank(contents: Contents, start: bigint, end: bigint): Contents {
  return put(contents, start, [{ end, tone: zeros, backing: "data" }]);
}

/** Behind what was inline, the rest of the first block reads as garbage once the file is longer. */
export function garbageBehindInline(inode: Inode, format: Format): Contents {
  const { maxInline, block } = format;
  const [item] = inode.items.value;
  const end = inode.size < block ? inode.size : block;
  const first = slice(inode.contents, 0n, end, 0n);
  const inline = first.findLast(({ tone }) => tone !== zeros)?.end ?? 0n;
  const wasInline = item?.kind === "inline" || item?.freedom === "small file";
  if (!wasInline || inline === 0n || inline > maxInline || inline >= end) return inode.contents;
  return put(inode.contents, inline, [{ end, tone: garbage, backing: "data" }]);
}

/** A tone that no program writes. */
const garbage = 255;
