/** Whether a file has the size and bytes that a model says, without building them. */

import { type Contents, maxOffset, type Tone, zeros } from "../model/index.ts";
import { SEEK_DATA, SEEK_END, SEEK_HOLE } from "./abi.ts";
import type { Bands } from "./bands.ts";
import type { Libc } from "./libc.ts";
import { phaseOf } from "./phase.ts";

const ENXIO = 6;

/** Bytes read at a time; they stay in a core's cache. */
const windowBytes = 128 * 1024;

/** A range up to this long is compared byte by byte. */
const wholeBytes = 512 << 10;

/** Of a longer range this much at each end, and so much of the data between. */
const edgeBytes = 128 << 10;
const betweenBytes = 4n << 20n;

/** Extents of data that are looked at between the edges. */
const maxStretches = 4096;

export class FileHolds {
  private readonly libc: Libc;
  private readonly bands: Bands;
  private readonly window = Buffer.allocUnsafeSlow(windowBytes);

  constructor(libc: Libc, bands: Bands) {
    this.libc = libc;
    this.bands = bands;
  }

  /**
   * Whether the file is of `size` bytes and holds `contents` in [start, end);
   * bytes at and beyond `size` are not compared. Of a range longer than
   * 512 KiB the edges, what is a hole, and up to 4 MiB of the data are compared.
   */
  holds(fd: number, size: bigint, contents: Contents, start: bigint, end: bigint): boolean {
    const stop = end < size ? end : size;
    const length = Number(stop - start);
    if (stop === size && length > 0 && length < windowBytes && size < maxOffset) {
      return this.endsWith(fd, contents, start, length);
    }
    if (BigInt(this.libc.lseek(fd, 0, SEEK_END)) !== size) return false;
    if (length <= 0) return true;
    if (length <= wholeBytes) return this.same(fd, contents, start, length);
    const first = start + BigInt(edgeBytes);
    const last = stop - BigInt(edgeBytes);
    return (
      this.same(fd, contents, start, edgeBytes) &&
      this.same(fd, contents, last, edgeBytes) &&
      this.sampled(fd, contents, first, last)
    );
  }

  /** A few bytes up to the end of file: asking for one more tells that it ends there. */
  private endsWith(fd: number, contents: Contents, start: bigint, length: number): boolean {
    if (this.libc.pread(fd, this.window, length + 1, start) !== length) return false;
    return this.matches(contents, start, 0, length);
  }

  /** Every byte of a range that is not empty, window by window. */
  private same(fd: number, contents: Contents, start: bigint, length: number): boolean {
    for (let done = 0; done < length; done += windowBytes) {
      const count = Math.min(length - done, windowBytes);
      const from = done === 0 ? start : start + BigInt(done);
      if (this.libc.pread(fd, this.window, count, from) !== count) return false;
      if (!this.matches(contents, start, done, count)) return false;
    }
    return true;
  }

  /** Whether `count` bytes in the window are those of the contents from `start + done` on. */
  private matches(contents: Contents, start: bigint, done: number, count: number): boolean {
    const phase = phaseOf(start, this.bands.block) + done;
    let at = 0;
    for (let index = indexAt(contents, start + BigInt(done)); index < contents.length; index++) {
      const piece = contents[index];
      if (piece === undefined) break;
      const left = Number(piece.end - start) - done;
      const until = left < count ? left : count;
      if (!this.isTone(at, until, piece.tone, phase + at)) return false;
      at = until;
      if (at === count) return true;
    }
    return this.isTone(at, count, zeros, phase + at);
  }

  private isTone(start: number, end: number, tone: Tone, position: number): boolean {
    return this.bands.matches(this.window, start, end, tone, position & (this.bands.block - 1));
  }

  /** Holes of [from, to), and data as far as the budget goes. */
  private sampled(fd: number, contents: Contents, from: bigint, to: bigint): boolean {
    let budget = betweenBytes;
    let at = from;
    for (let stretch = 0; stretch < maxStretches && at < to; stretch++) {
      const data = this.nextData(fd, at, to);
      if (data === undefined || !allZeros(contents, at, data)) return false;
      if (data === to) return true;
      const hole = this.nextHole(fd, data, to);
      if (hole <= data) return false;
      const checked = least(hole, data + budget);
      if (!this.same(fd, contents, data, Number(checked - data))) return false;
      budget -= checked - data;
      at = hole;
    }
    return true;
  }

  /** Where data that starts at `data` ends, at most `to`. What reaches 2^63-1 ends, says Linux 6.18, at -2^63. */
  private nextHole(fd: number, data: bigint, to: bigint): bigint {
    const hole = BigInt(this.libc.lseek(fd, data, SEEK_HOLE));
    return hole === -(maxOffset + 1n) ? to : least(hole, to);
  }

  /** Where data starts at or after `at`, at most `to`; undefined when the kernel does not say. */
  private nextData(fd: number, at: bigint, to: bigint): bigint | undefined {
    const data = BigInt(this.libc.lseek(fd, at, SEEK_DATA));
    if (data >= 0n) return least(data, to);
    return this.libc.errno() === ENXIO ? to : undefined;
  }
}

function allZeros(contents: Contents, start: bigint, end: bigint): boolean {
  let from = start;
  for (let index = indexAt(contents, start); from < end; index++) {
    const piece = contents[index];
    if (piece === undefined) return true;
    if (piece.tone !== zeros) return false;
    from = piece.end;
  }
  return true;
}

/** The first piece that ends behind an offset; the number of pieces when none does. */
function indexAt(contents: Contents, offset: bigint): number {
  let low = 0;
  let high = contents.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((contents[middle]?.end ?? 0n) > offset) high = middle;
    else low = middle + 1;
  }
  return low;
}

function least(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
