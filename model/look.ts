/**
 * What a kernel says of files beside their extent items, as plain data: the
 * mapping that it tells everyone, sizes, data and holes, and what its extent tree
 * says. Each is a witness of its own, from code of its own.
 */

import type { FileLayout } from "./extent-item.ts";

/** Blocks [start, end) of a file, as FIEMAP tells of them. */
export interface Mapping {
  readonly start: bigint;
  readonly end: bigint;
  readonly kind: MappedKind;
  /** The block of the disk on which the first one stands; undefined where that means nothing. */
  readonly disk: bigint | undefined;
  /** FIEMAP_EXTENT_SHARED. */
  readonly shared: boolean;
}

export type MappedKind =
  | "data"
  | "compressed data"
  | "prealloc"
  | "compressed prealloc"
  | "inline"
  | "hole"
  | "not on disk";

/** Bytes [start, end) of a file. */
export interface ByteRange {
  readonly start: bigint;
  readonly end: bigint;
}

/** One file, written out before. Its extents are numbered by their address, in bytes. */
export interface FileLook extends FileLayout {
  /** What tells its subvolume from others. */
  readonly root: bigint;
  readonly inode: bigint;
  /** i_size, in bytes. */
  readonly size: bigint;
  /** Units of 512 bytes. */
  readonly stBlocks: bigint;
  /** Sorted, unless the kernel contradicts itself; also beyond the end of file. */
  readonly mapped: readonly Mapping[];
  /** The same before anything was written out; empty where that was not asked. */
  readonly mappedBefore: readonly Mapping[];
  /** Between SEEK_DATA and SEEK_HOLE, below the end of file. */
  readonly data: readonly ByteRange[];
}

/** All files of a place, looked at in a row. */
export interface PlaceLook {
  /** `mapping`: items are made of FIEMAP, where they cannot be read. */
  readonly itemsFrom: "tree" | "mapping";
  /** Bytes of a block. */
  readonly block: bigint;
  /** Whether the file system is without explicit holes (NO_HOLES). */
  readonly noHoles: boolean;
  readonly files: readonly FileLook[];
  /** What the extent tree says of every extent that a file refers to; undefined where it was not asked. */
  readonly extents: ReadonlyMap<bigint, ExtentLook> | undefined;
  /** Extents of earlier looks that nobody refers to, and that stay allocated. */
  readonly leaked: readonly LeakedExtent[];
}

/** An extent as the extent tree tells of it, after a commit. */
export interface ExtentLook {
  /** Sorted by root, inode and start. */
  readonly references: readonly Reference[];
  /** The count of its item; undefined where it means nothing, as after a snapshot, which shares tree blocks. */
  readonly count: bigint | undefined;
}

export interface LeakedExtent {
  /** A file that referred to it at an earlier look. */
  readonly file: string;
  /** Blocks of it, before compression. */
  readonly blocks: bigint;
}

/** One item that refers to an extent, as the extent tree lists it. */
export interface Reference {
  readonly root: bigint;
  readonly inode: bigint;
  /** The item's first block in the file. */
  readonly start: bigint;
}
