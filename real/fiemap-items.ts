/** FIEMAP read as items, and as ranges of blocks. */

import type { ExtentItem, Items } from "../model/index.ts";
import {
  FIEMAP_EXTENT_DATA_INLINE,
  FIEMAP_EXTENT_ENCODED,
  FIEMAP_EXTENT_SHARED,
  FIEMAP_EXTENT_UNWRITTEN,
} from "./abi.ts";
import type { MappedExtent } from "./fiemap.ts";

/** Blocks [start, end) of a file. */
export interface BlockRange {
  readonly start: bigint;
  readonly end: bigint;
}

/**
 * For file systems whose extent items cannot be read: all blocks stand on one
 * extent, number 1, which is the disk. Two blocks are one where extent and
 * offset in it are equal, as with true items, but not in compressed data.
 */
export function itemsOfFiemap(mapped: readonly MappedExtent[], block: number): Items {
  return mapped.map((extent) => {
    const { start, end } = rangeOf(extent, BigInt(block));
    const kind = kindOf(extent.flags);
    const compressed = (extent.flags & FIEMAP_EXTENT_ENCODED) !== 0;
    const freedom = "none" as const;
    const place = { start, count: end - start, kind, compressed, extentCount: 0n, freedom };
    if (kind === "inline") return { ...place, extent: 0n, skip: 0n };
    return { ...place, extent: 1n, skip: extent.physical / BigInt(block) };
  });
}

/** The blocks that FIEMAP calls shared: sorted, neighbours joined. */
export function sharedRanges(
  mapped: readonly MappedExtent[],
  block: number,
): readonly BlockRange[] {
  const ranges: BlockRange[] = [];
  for (const extent of mapped) {
    if ((extent.flags & FIEMAP_EXTENT_SHARED) === 0) continue;
    const { start, end } = rangeOf(extent, BigInt(block));
    const last = ranges.at(-1);
    if (last?.end === start) ranges[ranges.length - 1] = { start: last.start, end };
    else ranges.push({ start, end });
  }
  return ranges;
}

function kindOf(flags: number): ExtentItem["kind"] {
  if ((flags & FIEMAP_EXTENT_DATA_INLINE) !== 0) return "inline";
  return (flags & FIEMAP_EXTENT_UNWRITTEN) !== 0 ? "prealloc" : "data";
}

/** Inline data ends where the file does, within a block. */
function rangeOf(extent: MappedExtent, block: bigint): BlockRange {
  return {
    start: extent.logical / block,
    end: (extent.logical + extent.length + block - 1n) / block,
  };
}
