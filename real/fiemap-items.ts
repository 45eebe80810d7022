/** FIEMAP read as blocks, and as items. */

import type { ExtentItem, Items, MappedKind, Mapping } from "../model/index.ts";
import {
  FIEMAP_EXTENT_DATA_INLINE,
  FIEMAP_EXTENT_DELALLOC,
  FIEMAP_EXTENT_ENCODED,
  FIEMAP_EXTENT_SHARED,
  FIEMAP_EXTENT_UNWRITTEN,
} from "./abi.ts";
import type { MappedExtent } from "./fiemap.ts";

/** An extent in blocks. Inline data ends where the file does, within a block. */
export function mappingOf(extent: MappedExtent, block: bigint): Mapping {
  const kind = kindOf(extent.flags);
  const hasPlace = kind === "data" || kind === "prealloc";
  return {
    start: extent.logical / block,
    end: (extent.logical + extent.length + block - 1n) / block,
    kind,
    disk: hasPlace ? extent.physical / block : undefined,
    shared: (extent.flags & FIEMAP_EXTENT_SHARED) !== 0,
  };
}

/**
 * For file systems whose extent items cannot be read: all blocks stand on one
 * extent, number 1, which is the disk. Two blocks are one where extent and
 * offset in it are equal, as with true items, but not in compressed data.
 */
export function itemsOfFiemap(mapped: readonly MappedExtent[], block: bigint): Items {
  return mapped.map((extent) => {
    const { start, end, kind: mappedKind } = mappingOf(extent, block);
    const kind = itemKind(mappedKind);
    const compressed = (extent.flags & FIEMAP_EXTENT_ENCODED) !== 0;
    const freedom = "none" as const;
    const place = { start, count: end - start, kind, compressed, extentCount: 0n, freedom };
    if (kind === "inline") return { ...place, extent: 0n, skip: 0n };
    return { ...place, extent: 1n, skip: extent.physical / block };
  });
}

function kindOf(flags: number): MappedKind {
  if ((flags & FIEMAP_EXTENT_DELALLOC) !== 0) return "not on disk";
  if ((flags & FIEMAP_EXTENT_DATA_INLINE) !== 0) return "inline";
  const compressed = (flags & FIEMAP_EXTENT_ENCODED) !== 0;
  if ((flags & FIEMAP_EXTENT_UNWRITTEN) !== 0) {
    return compressed ? "compressed prealloc" : "prealloc";
  }
  return compressed ? "compressed data" : "data";
}

function itemKind(kind: MappedKind): ExtentItem["kind"] {
  if (kind === "inline") return kind;
  return kind.endsWith("prealloc") ? "prealloc" : "data";
}
