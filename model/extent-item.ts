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

/**
 * What a kernel is free to do about an item, by name. `none`: it is as a disk
 * showed it, and calls since then say exactly what became of it. `borders`: where
 * data is cut into items and extents, which writeback decides. `punched tail`: the
 * last, partial block of a punch within a hole is a hole or zeros. `zeroed run`:
 * unwritten blocks behind the first item of a zeroed range are kept or made anew.
 * `small file`: data that is inline, or a block on the disk, by when it was written
 * out; what was shared from such a block is the same block, or a copy. On XFS,
 * `reserved ahead`: a hole behind what was written at the end of a long file is
 * unwritten, or a hole. `dirty folio`: a block that lies in one folio with bytes that
 * were written is written with them, or stays as it was; data may have moved.
 * `reserved in a dirty folio`: both, so that it may be anything.
 */
export type Freedom =
  | "none"
  | "borders"
  | "punched tail"
  | "zeroed run"
  | "small file"
  | "reserved ahead"
  | "dirty folio"
  | "reserved in a dirty folio";

export interface ExtentItem {
  /** The first block of the file, and how many; an inline item counts as one. */
  readonly start: bigint;
  readonly count: bigint;
  readonly kind: ItemKind;
  /** The extent's number, more than 0; 0 for inline items and holes. */
  readonly extent: bigint;
  /** Blocks of the extent, before compression, that lie before the item's first one. */
  readonly skip: bigint;
  /** Blocks of the whole extent, before compression: what stays allocated while any item refers to it; 0 for inline items. */
  readonly extentCount: bigint;
  readonly compressed: boolean;
  /** `none` in what a disk shows. */
  readonly freedom: Freedom;
}

/** The items of a file: sorted, without overlap; blocks in no item are a hole. */
export type Items = readonly ExtentItem[];

/** A file as it lies on a disk, or as the model says that it does. */
export interface FileLayout {
  /** Its path, or `s3` for a file without one that is open as s3. */
  readonly name: string;
  readonly items: Items;
}
