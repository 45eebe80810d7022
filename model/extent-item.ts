/**
 * Extent items: which blocks of a file stand on which blocks of which extent.
 *
 * The same type serves the model, whose extents have made-up numbers, and a
 * disk, where an extent's number is its disk_bytenr. Numbers are compared within
 * one reading only, and never printed or recorded.
 *
 * Source: struct btrfs_file_extent_item, include/uapi/linux/btrfs_tree.h (Linux 6.18).
 */

/** `hole` is an explicit item without an extent, as file systems without NO_HOLES have them. */
export type ItemKind = "data" | "prealloc" | "inline" | "hole";

export interface ExtentItem {
  /** The first block of the file, and how many; an inline item counts as one. */
  readonly start: bigint;
  readonly count: bigint;
  readonly kind: ItemKind;
  /** The extent's number, more than 0; 0 for inline items and holes. */
  readonly extent: bigint;
  /** Blocks of the extent, before compression, that lie before the item's first one. */
  readonly skip: bigint;
  /** Blocks of the whole extent, before compression: what stays allocated while any item refers to it. */
  readonly extentCount: bigint;
  readonly compressed: boolean;
}

/** The items of a file: sorted, without overlap; blocks in no item are a hole. */
export type Items = readonly ExtentItem[];
