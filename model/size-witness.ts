/** What lseek(2), st_blocks and explicit holes say of a file, against its extent items. */

import type { ExtentItem, Items } from "./extent-item.ts";
import type { ByteRange, FileLook } from "./look.ts";

/** st_blocks counts in these. */
const sectorBytes = 512n;

/**
 * What st_blocks says differently from the items, in one line; undefined when it
 * agrees. It counts blocks before compression, unwritten ones and those beyond the
 * end of file too; an inline item counts as one block.
 */
export function stBlocksDifference(
  { items, stBlocks }: Pick<FileLook, "items" | "stBlocks">,
  block: bigint,
): string | undefined {
  const made = (countBlocks(items) * block) / sectorBytes;
  return made === stBlocks ? undefined : `the items make ${made}, st_blocks is ${stBlocks}`;
}

/**
 * What SEEK_DATA and SEEK_HOLE say differently from the items, in one line;
 * undefined when they agree. Holes and unwritten blocks are holes; data goes on
 * to the end of its last block, or of the file.
 *
 * SEEK-FULL: a file that has as many bytes in items as its size may be told as
 * one range, although some are unwritten. find_desired_extent looks for no hole
 * there unless the inode is marked as fallocated, and a clone or dedupe of
 * unwritten blocks does not mark it (fs/btrfs/file.c, Linux 6.18).
 */
export function seekDifference(
  { items, size, data }: Pick<FileLook, "items" | "size" | "data">,
  block: bigint,
): string | undefined {
  const expected = dataOf(items, size, block);
  const difference = rangeDifference(expected, data);
  const [first] = expected;
  if (difference === undefined || first === undefined || !isFull(items, size, block)) {
    return difference;
  }
  return rangeDifference([{ start: first.start, end: size }], data) && difference;
}

function rangeDifference(
  expected: readonly ByteRange[],
  data: readonly ByteRange[],
): string | undefined {
  const index = expected.findIndex((range, at) => !isSame(range, data[at]));
  if (index === -1 && expected.length === data.length) return undefined;
  const at = index === -1 ? expected.length : index;
  return `range ${at + 1} of data: the items say ${rangeText(expected[at])}, lseek says ${rangeText(data[at])}`;
}

/**
 * Where a file has data, by its items: neighbours are one range. The end of one
 * that goes on to 2^63 is told as the s64 that it is, -2^63, and not as the end of
 * file, 2^63 - 1 (fs/btrfs/file.c, find_desired_extent, Linux 6.18).
 */
function dataOf(items: Items, size: bigint, block: bigint): readonly ByteRange[] {
  const ranges: ByteRange[] = [];
  for (const { kind, start, count } of items) {
    const from = start * block;
    if (kind === "hole" || kind === "prealloc" || from >= size) continue;
    const told = BigInt.asIntN(64, from + count * block);
    const end = told < size ? told : size;
    const last = ranges.at(-1);
    if (last?.end === from) ranges[ranges.length - 1] = { start: last.start, end };
    else ranges.push({ start: from, end });
  }
  return ranges;
}

/** Whether the items have as many bytes as the file; inline data has those of the first block. */
function isFull(items: Items, size: bigint, block: bigint): boolean {
  const spare = countBlocks(items) * block - size;
  return spare === 0n || (items[0]?.kind === "inline" && spare > 0n && spare < block);
}

/** Blocks in items that are no holes. */
function countBlocks(items: Items): bigint {
  let blocks = 0n;
  for (const { kind, count } of items) if (kind !== "hole") blocks += count;
  return blocks;
}

function isSame(a: ByteRange, b: ByteRange | undefined): boolean {
  return a.start === b?.start && a.end === b.end;
}

function rangeText(range: ByteRange | undefined): string {
  return range === undefined ? "none" : `${range.start} to ${range.end}`;
}

/**
 * The first block that is not in an item although it should be, or in one that
 * should not be there, in one line; undefined when there is none. Without NO_HOLES
 * every block below the end of file is in an item, with it no item is a hole.
 */
export function holesDifference(
  { items, size }: Pick<FileLook, "items" | "size">,
  block: bigint,
  noHoles: boolean,
): string | undefined {
  const explicit = items.find(isHole);
  if (noHoles) return explicit && `block ${explicit.start} is in an explicit hole`;
  let at = 0n;
  for (const item of items) {
    if (item.start > at) break;
    at = item.start + item.count;
  }
  return at * block >= size ? undefined : `block ${at} is in no item`;
}

function isHole({ kind }: ExtentItem): boolean {
  return kind === "hole";
}
