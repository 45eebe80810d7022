/** Bytes that were read, as runs of tones. */

import { type Run, type Tone, toneOf } from "../model/index.ts";
import type { Bands } from "./bands.ts";

/** The tone of a last run that stands for more runs than are told apart. */
export const garbled: Tone = -1;

/** Runs told apart; more come back as one run of `garbled`. */
const maxRuns = 4096;

/** Steps by which a run is followed, in bytes: the longest, and the one that looks at each byte. */
const longStep = 64 * 1024;
const shortStep = 32;

/**
 * Runs of [0, length) of a buffer whose first byte stands at `phase`; neighbours
 * differ, empty when there are no bytes.
 */
export function toneRuns(buffer: Buffer, length: number, phase: number, bands: Bands): Run[] {
  const runs: Run[] = [];
  let at = 0;
  while (at < length) {
    if (runs.length === maxRuns - 1) {
      runs.push({ length: BigInt(length - at), tone: garbled });
      return runs;
    }
    const tone = toneOf(buffer.readUInt8(at), (phase + at) & (bands.block - 1));
    const end = runEnd(buffer, at, length, tone, phase, bands);
    runs.push({ length: BigInt(end - at), tone });
    at = end;
  }
  return runs;
}

/** Where the run that starts at `start` ends: leaps while they match, then halves them. */
function runEnd(
  buffer: Buffer,
  start: number,
  length: number,
  tone: Tone,
  phase: number,
  bands: Bands,
): number {
  let at = start;
  let step = Math.min(longStep, length - start);
  while (at < length) {
    const end = Math.min(at + step, length);
    if (bands.matches(buffer, at, end, tone, (phase + at) & (bands.block - 1))) at = end;
    else if (step > shortStep) step >>= 1;
    else break;
  }
  const band = bands.of(tone);
  while (at < length && buffer[at] === band[(phase + at) & (bands.block - 1)]) at++;
  return at;
}
