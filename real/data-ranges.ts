/** Where a file has data, as lseek(2) tells. */

import { errnoName, errnoOf, HarnessError, type ByteRange } from "../model/index.ts";
import { SEEK_DATA, SEEK_HOLE } from "./abi.ts";
import type { Libc } from "./libc.ts";

/** Ranges of data in one file, at most. */
const maxRanges = 1 << 20;

/**
 * Ranges between SEEK_DATA and SEEK_HOLE, below the end of file; empty where all
 * is hole. Sorted, unless the kernel contradicts itself: then the last range is
 * the one that does not lie behind the others or is empty.
 */
export function dataRanges(libc: Libc, fd: number): readonly ByteRange[] {
  const ranges: ByteRange[] = [];
  for (let at = 0n; ranges.length < maxRanges;) {
    const start = BigInt(libc.lseek(fd, at, SEEK_DATA));
    if (start === -1n && libc.errno() === errnoOf("ENXIO")) return ranges;
    const end = start === -1n ? -1n : holeFrom(libc, fd, start);
    if (end === -1n) throw new HarnessError(`lseek failed: ${errnoName(libc.errno())}`);
    ranges.push({ start, end });
    if (start < at || end <= start) return ranges;
    at = end;
  }
  throw new HarnessError(`over ${maxRanges} ranges of data`);
}

/** Where the next hole is; `start` itself where the kernel says that it lies behind the end of file. */
function holeFrom(libc: Libc, fd: number, start: bigint): bigint {
  const hole = BigInt(libc.lseek(fd, start, SEEK_HOLE));
  return hole === -1n && libc.errno() === errnoOf("ENXIO") ? start : hole;
}
