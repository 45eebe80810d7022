/**
 * What writes, truncations and allocations do to the contents of one file.
 *
 * Bytes are exact; what backs them changes by whole blocks, as on btrfs.
 */

import {
  fill,
  fillEvery,
  flip,
  put,
  slice,
  zeros,
  type Backing,
  type Contents,
} from "./contents.ts";
import { roundDown, roundUp } from "./facts.ts";
import type { FallocateMode } from "./op.ts";
import type { Inode } from "./state.ts";

/** The file after `length` bytes, more than 0, of a pattern were written at `start`. */
export function written(
  inode: Inode,
  start: bigint,
  length: bigint,
  pattern: number,
  except: bigint | undefined,
  block: bigint,
): Inode {
  const end = start + length;
  let contents = backed(inode.contents, roundDown(start, block), roundUp(end, block));
  contents = fill(contents, start, end, pattern, "data");
  if (except !== undefined && except < length) {
    const at = start + except;
    contents = fill(contents, at, at + 1n, flip(pattern), "data");
  }
  return { ...inode, contents, size: end > inode.size ? end : inode.size };
}

/**
 * The file after `length` bytes, more than 0, were stored at `start` through a
 * mapping, up to the page of its end at most. Behind the end they are lost; tmpfs
 * keeps them, and shows them when the file grows.
 *
 * Source: extent_writepage, fs/btrfs/extent_io.c, zeroes the rest of a page that
 * is written out, and btrfs_cont_expand, fs/btrfs/inode.c, that of a file that
 * grows; on XFS iomap_writeback_handle_eof, fs/iomap/buffered-io.c, and
 * pagecache_isize_extended, mm/truncate.c; shmem_setattr, mm/shmem.c, does not
 * (Linux 6.18).
 */
export function stored(
  inode: Inode,
  start: bigint,
  length: bigint,
  pattern: number,
  except: bigint | undefined,
  block: bigint,
): Inode {
  const { size, other } = inode;
  const lost = roundUp(size, block);
  const end = other || start + length < lost ? start + length : lost;
  if (start >= end) return { ...inode, stored: true };
  const after = written(inode, start, end - start, pattern, except, block);
  const contents = other ? after.contents : zeroed(after.contents, size, lost);
  return { ...after, contents, size, stored: true };
}

/** The file after `count` blocks of a pattern, 1 or more, were written at every second block from `start` on. */
export function scattered(
  inode: Inode,
  start: bigint,
  count: number,
  pattern: number,
  block: bigint,
): Inode {
  const end = start + BigInt(2 * count - 1) * block;
  const touched =
    start % block === 0n
      ? inode.contents
      : backed(inode.contents, roundDown(start, block), roundUp(end, block));
  const contents = fillEvery(touched, start, block, 2n * block, count, pattern);
  return { ...inode, contents, size: end > inode.size ? end : inode.size };
}

/** The file with its end moved; what is cut off is gone, what is gained is a hole. */
export function truncated(inode: Inode, size: bigint, block: bigint): Inode {
  if (size > inode.size) return { ...inode, size };
  const kept = slice(inode.contents, 0n, roundUp(size, block), 0n);
  const contents = zeroed(put([], 0n, kept), size, roundUp(size, block));
  const reflinked = size === 0n || inode.reflinked === "no" ? "no" : "maybe";
  return { ...inode, size, contents, reflinked };
}

/** The file after fallocate(2) of `length` bytes, more than 0, at `start`. */
export function allocated(
  inode: Inode,
  mode: FallocateMode,
  start: bigint,
  length: bigint,
  block: bigint,
): Inode {
  const end = start + length;
  const grown = end > inode.size ? end : inode.size;
  switch (mode) {
    case "prealloc":
      return {
        ...inode,
        contents: reserved(inode.contents, start, end, block),
        size: grown,
        preallocated: true,
      };
    case "keep-size":
      return {
        ...inode,
        contents: reserved(inode.contents, start, end, block),
        preallocated: true,
      };
    case "punch":
      return { ...inode, contents: cleared(inode.contents, start, end, block, "hole") };
    case "zero":
      return {
        ...inode,
        contents: cleared(inode.contents, start, end, block, "prealloc"),
        size: grown,
        preallocated: true,
      };
    case "zero-keep-size":
      return {
        ...inode,
        contents: cleared(inode.contents, start, end, block, "prealloc"),
        preallocated: true,
      };
  }
}

/** The blocks of a range backed by data, their bytes as they were. */
function backed(contents: Contents, start: bigint, end: bigint): Contents {
  const pieces = slice(contents, start, end, 0n);
  if (pieces.every((piece) => piece.backing === "data")) return contents;
  return put(
    contents,
    start,
    pieces.map((piece) => ({ ...piece, backing: "data" })),
  );
}

/** Prealloc in place of the holes of a range. */
function reserved(contents: Contents, start: bigint, end: bigint, block: bigint): Contents {
  const from = roundDown(start, block);
  const pieces = slice(contents, from, roundUp(end, block), 0n).map((piece) =>
    piece.backing === "hole" ? { ...piece, backing: "prealloc" as const } : piece,
  );
  return put(contents, from, pieces);
}

/** A range of zeros: its whole blocks backed as said, its ends as they were. */
function cleared(
  contents: Contents,
  start: bigint,
  end: bigint,
  block: bigint,
  backing: Backing,
): Contents {
  const from = roundUp(start, block);
  const to = roundDown(end, block);
  const wiped = zeroed(contents, start, end);
  return from < to ? fill(wiped, from, to, zeros, backing) : wiped;
}

/** Zeros in a range, backed as before. */
function zeroed(contents: Contents, start: bigint, end: bigint): Contents {
  const pieces = slice(contents, start, end, 0n).map((piece) => ({ ...piece, tone: zeros }));
  return put(contents, start, pieces);
}
