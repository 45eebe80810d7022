/** Whether a file has the size and bytes that a model says, without building them. */

import { zeros, type Contents } from "../model/contents.ts";
import type { Bands } from "./bands.ts";
import type { Libc } from "./libc.ts";

const SEEK_END = 2;
const SEEK_DATA = 3;
const SEEK_HOLE = 4;
const ENXIO = 6;

/** Bytes read at a time; they stay in a core's cache. */
const windowBytes = 128 * 1024;

/** A range up to this long is compared byte by byte. */
const wholeBytes = 4n << 20n;

/** Of a longer range this much at each end, and so much of the data between. */
const edgeBytes = 1n << 20n;
const betweenBytes = 16n << 20n;

/** Extents of data that are looked at between the edges. */
const maxStretches = 4096;

export class FileHolds {
  private readonly libc: Libc;
  private readonly bands: Bands;
  private readonly block: bigint;
  private readonly window = Buffer.allocUnsafeSlow(windowBytes);

  constructor(libc: Libc, bands: Bands) {
    this.libc = libc;
    this.bands = bands;
    this.block = BigInt(bands.block);
  }

  /**
   * Whether the file is of `size` bytes and holds `contents` in [start, end);
   * bytes at and beyond `size` are not compared. Of a range longer than 4 MiB
   * the edges, what is a hole, and some of the data are compared.
   */
  holds(fd: number, size: bigint, contents: Contents, start: bigint, end: bigint): boolean {
    if (BigInt(this.libc.lseek(fd, 0, SEEK_END)) !== size) return false;
    const stop = end < size ? end : size;
    if (stop <= start) return true;
    if (stop - start <= wholeBytes) return this.same(fd, contents, start, stop);
    const first = start + edgeBytes;
    const last = stop - edgeBytes;
    return (
      this.same(fd, contents, start, first) &&
      this.same(fd, contents, last, stop) &&
      this.sampled(fd, contents, first, last)
    );
  }

  /** Every byte of [start, stop), which is not empty, window by window. */
  private same(fd: number, contents: Contents, start: bigint, stop: bigint): boolean {
    const length = Number(stop - start);
    const phase = Number(start % this.block);
    let index = pieceAt(contents, start);
    for (let done = 0; done < length; done += windowBytes) {
      const bytes = Math.min(length - done, windowBytes);
      const from = done === 0 ? start : start + BigInt(done);
      if (this.libc.pread(fd, this.window, bytes, from) !== bytes) return false;
      let at = 0;
      while (at < bytes) {
        const piece = contents[index];
        const left = piece === undefined ? bytes : Number(piece.end - start) - done;
        const until = Math.min(left, bytes);
        const atPhase = (phase + done + at) & (this.bands.block - 1);
        if (!this.bands.matches(this.window, at, until, piece?.tone ?? zeros, atPhase))
          return false;
        if (left <= bytes) index++;
        at = until;
      }
    }
    return true;
  }

  /** Holes of [from, to), and data as far as the budget goes. */
  private sampled(fd: number, contents: Contents, from: bigint, to: bigint): boolean {
    let budget = betweenBytes;
    let at = from;
    for (let stretch = 0; stretch < maxStretches && at < to; stretch++) {
      const data = this.nextData(fd, at, to);
      if (data === undefined || !allZeros(contents, at, data)) return false;
      if (data === to) return true;
      const hole = least(BigInt(this.libc.lseek(fd, data, SEEK_HOLE)), to);
      if (hole <= data) return false;
      const checked = least(hole, data + budget);
      if (checked > data && !this.same(fd, contents, data, checked)) return false;
      budget -= checked - data;
      at = hole;
    }
    return true;
  }

  /** Where data starts at or after `at`, at most `to`; undefined when the kernel does not say. */
  private nextData(fd: number, at: bigint, to: bigint): bigint | undefined {
    const data = BigInt(this.libc.lseek(fd, at, SEEK_DATA));
    if (data >= 0n) return least(data, to);
    return this.libc.errno() === ENXIO ? to : undefined;
  }
}

function pieceAt(contents: Contents, position: bigint): number {
  let index = 0;
  for (const piece of contents) {
    if (piece.end > position) return index;
    index++;
  }
  return index;
}

function allZeros(contents: Contents, start: bigint, end: bigint): boolean {
  let from = 0n;
  for (const piece of contents) {
    if (piece.tone !== zeros && from < end && piece.end > start && start < end) return false;
    from = piece.end;
  }
  return true;
}

function least(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
