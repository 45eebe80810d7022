import { expect, test } from "vitest";
import { byteAt, flip, toneOf, zeros } from "../../model/index.ts";

const block = 4096;
const phases = Array.from({ length: block }, (_, phase) => phase);
const tones = Array.from({ length: 256 }, (_, tone) => tone);

test("byteAt and toneOf are inverse at every phase, so that every byte has one tone", () => {
  const wrong = phases.filter((phase) =>
    tones.some((tone) => toneOf(byteAt(tone, phase), phase) !== tone),
  );
  expect(wrong).toEqual([]);
});

test("a tone gives bytes, and at one phase no two tones give the same", () => {
  for (const phase of [0, 1, 126, 127, 128, 511, 512, 4095]) {
    const bytes = new Set(tones.map((tone) => byteAt(tone, phase)));
    expect([...bytes].sort((a, b) => a - b)).toEqual(tones);
  }
});

test("zeros are zero at every phase, and their flip never is", () => {
  for (const phase of [0, 1, 4095]) {
    expect([byteAt(zeros, phase), byteAt(flip(zeros), phase)]).toEqual([0, 128]);
  }
});

test("a flipped tone differs in every byte, and flipped again it is the same", () => {
  for (const tone of tones) {
    expect(flip(flip(tone))).toBe(tone);
    expect(byteAt(flip(tone), 77)).toBe(byteAt(tone, 77) ^ 128);
  }
});

test("data shifted within its block is other data", () => {
  const hidden = phases
    .slice(1)
    .filter((shift) => phases.every((at) => byteAt(1, at) === byteAt(1, (at + shift) % block)));
  expect(hidden).toEqual([]);
});
