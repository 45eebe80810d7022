import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { byteAt, type Run } from "../../model/contents.ts";
import { Bands } from "../../real/bands.ts";
import { garbled, toneRuns } from "../../real/tone-runs.ts";

const block = 4096;
const bands = new Bands(block);

const anyPieces = fc.array(
  fc.record({
    length: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 300_000 })),
    tone: fc.integer({ min: 0, max: 255 }),
  }),
  { maxLength: 6 },
);
const anyPhase = fc.integer({ min: 0, max: block - 1 });

describe("bytes as runs of tones", () => {
  test("the runs of rendered pieces are those pieces, equal neighbours joined", () => {
    fc.assert(
      fc.property(anyPieces, anyPhase, (pieces, phase) => {
        const bytes = rendered(pieces, phase);
        expect(toneRuns(bytes, bytes.length, phase, bands)).toEqual(joined(pieces));
      }),
      { numRuns: 60 },
    );
  });

  test("more than 4096 runs end in one that is garbled", () => {
    const bytes = Buffer.from(
      Array.from({ length: 10_000 }, (_, at) => byteAt(at % 2, at % block)),
    );
    const runs = toneRuns(bytes, bytes.length, 0, bands);
    expect(runs.length).toBe(4096);
    expect(runs.at(-1)).toEqual({ length: 10_000n - 4095n, tone: garbled });
  });

  test("a band fills and matches from any phase", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 400_000 }),
        fc.integer({ min: 0, max: 255 }),
        anyPhase,
        (length, tone, phase) => {
          const bytes = Buffer.alloc(length);
          bands.fill(bytes, length, tone, phase);
          expect(bytes[length - 1]).toBe(byteAt(tone, (phase + length - 1) % block));
          expect(bands.matches(bytes, 0, length, tone, phase)).toBe(true);
          bytes[length - 1] = (bytes[length - 1] ?? 0) ^ 128;
          expect(bands.matches(bytes, 0, length, tone, phase)).toBe(false);
        },
      ),
      { numRuns: 60 },
    );
  });
});

interface Stretch {
  readonly length: number;
  readonly tone: number;
}

function rendered(pieces: readonly Stretch[], phase: number): Buffer {
  const bytes = Buffer.alloc(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const { length, tone } of pieces) {
    for (const end = at + length; at < end; at++) bytes[at] = byteAt(tone, (phase + at) % block);
  }
  return bytes;
}

function joined(pieces: readonly Stretch[]): readonly Run[] {
  const runs: { length: bigint; tone: number }[] = [];
  for (const { length, tone } of pieces) {
    const last = runs.at(-1);
    if (last?.tone === tone) last.length += BigInt(length);
    else runs.push({ length: BigInt(length), tone });
  }
  return runs;
}
