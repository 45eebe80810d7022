/** What lseek(2) and fstat(2) tell of a file: where it has data, how many blocks, its size and times. */

import { fstatSync } from "node:fs";
import { errnoName, errnoOf, HarnessError } from "../model/index.ts";
import { SEEK_DATA, SEEK_HOLE } from "./abi.ts";
import type { Libc } from "./libc.ts";

/** Ranges of data in one file, at most. */
const maxRanges = 1 << 20;

/** Bytes [start, end) of a file. */
export interface DataRange {
  readonly start: bigint;
  readonly end: bigint;
}

/** struct stat, the part that a call on contents or layout may change. */
export interface FileStatus {
  /** The file's number in its subvolume. */
  readonly inode: bigint;
  /** Differs between subvolumes too. */
  readonly device: bigint;
  /** i_size, in bytes. */
  readonly size: bigint;
  /** st_blocks: units of 512 bytes. */
  readonly stBlocks: bigint;
  /** Nanoseconds since 1970. */
  readonly accessedNs: bigint;
  readonly modifiedNs: bigint;
  readonly changedNs: bigint;
  readonly isFile: boolean;
}

/** The status of an open file. */
export function fileStatus(fd: number): FileStatus {
  const stats = fstatSync(fd, { bigint: true });
  return {
    inode: stats.ino,
    device: stats.dev,
    size: stats.size,
    stBlocks: stats.blocks,
    accessedNs: stats.atimeNs,
    modifiedNs: stats.mtimeNs,
    changedNs: stats.ctimeNs,
    isFile: stats.isFile(),
  };
}

/**
 * Ranges between SEEK_DATA and SEEK_HOLE, below the end of file; empty where all
 * is hole. Sorted, unless the kernel contradicts itself: then the last range is
 * the one that does not lie behind the others or is empty.
 */
export function dataRanges(libc: Libc, fd: number): readonly DataRange[] {
  const ranges: DataRange[] = [];
  for (let at = 0n; ranges.length < maxRanges;) {
    const start = BigInt(libc.lseek(fd, at, SEEK_DATA));
    if (start === -1n && libc.errno() === errnoOf("ENXIO")) return ranges;
    const end = start === -1n ? -1n : BigInt(libc.lseek(fd, start, SEEK_HOLE));
    if (end === -1n) throw new HarnessError(`lseek failed: ${errnoName(libc.errno())}`);
    ranges.push({ start, end });
    if (start < at || end <= start) return ranges;
    at = end;
  }
  throw new HarnessError(`over ${maxRanges} ranges of data`);
}
