/**
 * Small files: block 0 is kept inline, in its item, when the file is small at the
 * time that it is written out, and was written since; else it is a block. Nobody
 * says when data is written out, so that a file which was small for a while may
 * have it either way.
 *
 * Found by experiment on Linux 6.18; the places are can_cow_file_range_inline,
 * fs/btrfs/inode.c, and clone_copy_inline_extent, fs/btrfs/reflink.c.
 */

import type { ExtentItem, Items } from "./extent-item.ts";
import { replaced } from "./items.ts";

/** What decides, of a file before a call. */
export interface SmallFile {
  readonly items: Items;
  /** i_size, bytes, before the call and behind it. */
  readonly size: bigint;
  readonly sizeAfter: bigint;
  /** The largest size, in bytes, of which this file is inline; 0 where it never is. */
  readonly maxInline: bigint;
  /** Whether blocks were ever reserved in it. */
  readonly preallocated: boolean;
  /** Whether an extent was made by this very call. */
  readonly isNew: (extent: bigint) => boolean;
  readonly newExtent: NewExtent;
}

/** Gives the number of an extent that was not there before. */
export type NewExtent = () => bigint;

/**
 * The items behind a call, with block 0 as the sizes of the file allow it. A call
 * that `writesOut` may have put the block on the disk while the file was as before.
 */
export function settled(file: SmallFile, items: Items, writesOut = false): Items {
  const [first] = items;
  if (file.maxInline === 0n || first === undefined || first.start !== 0n) return items;
  const block = blockZero(file, first, writesOut);
  return block === undefined ? items : replaced(items, 0n, 1n, [block]);
}

/** What block 0 is now; undefined where the call changed nothing about it. */
function blockZero(file: SmallFile, first: ExtentItem, writesOut: boolean): ExtentItem | undefined {
  const { freedom, kind } = first;
  if (kind === "hole" || kind === "prealloc" || freedom === "small file") return undefined;
  const fits = file.sizeAfter <= file.maxInline;
  if (kind === "inline") {
    if (freedom === "none" || (fits && !file.preallocated)) return undefined;
    return either({ ...first, extent: file.newExtent(), extentCount: 1n });
  }
  if (!file.isNew(first.extent)) return fits && freedom !== "none" ? either(first) : undefined;
  if (fits) return file.preallocated ? either(first) : inline;
  return wasSmall(file) || (writesOut && fitted(file)) ? either(first) : undefined;
}

/** Whether the file had bytes, few enough to be inline. */
function fitted({ size, maxInline }: SmallFile): boolean {
  return size > 0n && size <= maxInline;
}

function wasSmall({ items: [first] }: SmallFile): boolean {
  return first?.start === 0n && (first.kind === "inline" || first.freedom === "small file");
}

function either(item: ExtentItem): ExtentItem {
  return { ...item, count: 1n, kind: "data", freedom: "small file" };
}

/** Not written out yet, so that it may still become a block. */
const inline: ExtentItem = {
  start: 0n,
  count: 1n,
  kind: "inline",
  extent: 0n,
  skip: 0n,
  extentCount: 0n,
  compressed: false,
  freedom: "borders",
};
