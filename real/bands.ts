/**
 * The bytes of tones: a band is a stretch of one tone, made once, when it is
 * first needed, and then written from and compared with.
 */

import { byteAt, type Tone } from "../model/index.ts";

/** Bytes that are written or compared at once; a band is one block longer. */
const bandBytes = 128 * 1024;

export class Bands {
  private readonly bands: (Buffer | undefined)[] = [];
  readonly block: number;

  /** `block`: the period of patterns in bytes, a power of two. */
  constructor(block: number) {
    this.block = block;
  }

  /** A block longer than the longest stretch it serves, so that any phase can start it. */
  of(tone: Tone): Buffer {
    return (this.bands[tone] ??= render(tone, this.block));
  }

  /** Whether bytes [start, end) of a buffer are of one tone, the first standing at `phase`. */
  matches(buffer: Buffer, start: number, end: number, tone: Tone, phase: number): boolean {
    const band = this.of(tone);
    let at = start;
    while (at < end) {
      const length = Math.min(end - at, bandBytes);
      const from = (phase + at - start) & (this.block - 1);
      if (buffer.compare(band, from, from + length, at, at + length) !== 0) return false;
      at += length;
    }
    return true;
  }

  /** Writes `length` bytes of a tone, the first at `phase`, to the start of a buffer. */
  fill(buffer: Buffer, length: number, tone: Tone, phase: number): void {
    const band = this.of(tone);
    for (let at = 0; at < length; at += bandBytes) {
      const from = (phase + at) & (this.block - 1);
      band.copy(buffer, at, from, from + Math.min(length - at, bandBytes));
    }
  }
}

function render(tone: Tone, block: number): Buffer {
  const band = Buffer.allocUnsafeSlow(bandBytes + block);
  for (let phase = 0; phase < block; phase++) band.writeUInt8(byteAt(tone, phase), phase);
  for (let at = block; at < band.length; at += block) band.copyWithin(at, 0, block);
  return band;
}
