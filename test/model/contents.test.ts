import fc from "fast-check";
import { expect, test } from "vitest";
import {
  empty,
  fill,
  firstDifference,
  put,
  runs,
  slice,
  type Backing,
  type Contents,
  type Tone,
} from "../../model/contents.ts";
import { bytesOf, formFault, tonesOf, type NaiveByte } from "./naive-file.ts";

/** Positions are below this, and lengths too, so that no byte lies at `far` or behind. */
const limit = 48;
const far = 2 * limit + 1;

const position = fc.nat(limit);
const tone = fc.constantFrom<Tone[]>(0, 0, 1, 2, 129);
const backing = fc.constantFrom<Backing[]>("data", "data", "prealloc", "hole");

interface Fill {
  readonly start: number;
  readonly length: number;
  readonly tone: Tone;
  readonly backing: Backing;
}

/** What is not data reads as zeros. */
const aFill: fc.Arbitrary<Fill> = fc
  .record({ start: position, length: fc.nat(limit), tone, backing })
  .map((one) => (one.backing === "data" ? one : { ...one, tone: 0 }));

const fills = fc.array(aFill, { maxLength: 8 });

function filled(contents: Contents, one: Fill): Contents {
  return fill(contents, BigInt(one.start), BigInt(one.start + one.length), one.tone, one.backing);
}

function naivelyFilled(bytes: readonly NaiveByte[], one: Fill): readonly NaiveByte[] {
  const { start, length, ...filling } = one;
  return bytes.map((byte, at) => (at >= start && at < start + length ? filling : byte));
}

const contents: fc.Arbitrary<Contents> = fills.map((all) => all.reduce(filled, empty));

test("contents that were filled are canonical, and each byte is as it was filled last", () => {
  fc.assert(
    fc.property(fills, (all) => {
      const expected = all.reduce(naivelyFilled, bytesOf(empty, far));
      const made = all.reduce(filled, empty);
      expect(formFault(made)).toBeUndefined();
      expect(bytesOf(made, far)).toEqual(expected);
    }),
  );
});

test("a slice has the bytes of its range, moved", () => {
  fc.assert(
    fc.property(contents, position, position, position, (all, start, length, to) => {
      const end = start + length;
      const pieces = slice(all, BigInt(start), BigInt(end), BigInt(to - start));
      expect(pieces.at(-1)?.end).toBe(length === 0 ? undefined : BigInt(to + length));
      expect(bytesOf(pieces, to + length).slice(to)).toEqual(bytesOf(all, far).slice(start, end));
    }),
  );
});

test("a slice that is put replaces its range and nothing else", () => {
  fc.assert(
    fc.property(
      fc.tuple(contents, contents),
      fc.tuple(position, position, position),
      ([onto, from], [start, length, to]) => {
        const pieces = slice(from, BigInt(start), BigInt(start + length), BigInt(to - start));
        const made = put(onto, BigInt(to), pieces);
        const expected = [...bytesOf(onto, far)];
        expected.splice(to, length, ...bytesOf(from, far).slice(start, start + length));
        expect(formFault(made)).toBeUndefined();
        expect(bytesOf(made, far)).toEqual(expected);
      },
    ),
  );
});

test("runs are the tones of a range, whatever backs them, and no two in a row are alike", () => {
  fc.assert(
    fc.property(contents, position, position, (all, start, length) => {
      const found = runs(all, BigInt(start), BigInt(start + length));
      const spread = found.flatMap((run) =>
        Array.from({ length: Number(run.length) }, () => run.tone),
      );
      expect(spread).toEqual(tonesOf(bytesOf(all, far).slice(start, start + length)));
      expect(found.some((run, index) => run.tone === found[index + 1]?.tone)).toBe(false);
    }),
  );
});

test("the first difference is the first byte with another tone", () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.tuple(contents, contents),
        contents.map((same) => [same, same] as const),
      ),
      fc.tuple(position, position, position),
      ([a, b], [aStart, bStart, length]) => {
        const ours = tonesOf(bytesOf(a, far).slice(aStart, aStart + length));
        const theirs = tonesOf(bytesOf(b, far).slice(bStart, bStart + length));
        const at = ours.findIndex((one, index) => one !== theirs[index]);
        expect(firstDifference(a, BigInt(aStart), b, BigInt(bStart), BigInt(length))).toBe(
          at === -1 ? undefined : BigInt(at),
        );
      },
    ),
  );
});

test("contents at the largest offsets are as cheap as small ones", () => {
  const end = 2n ** 63n;
  const made = fill(empty, end - 4096n, end, 1, "data");
  expect(made).toEqual([
    { end: end - 4096n, tone: 0, backing: "hole" },
    { end, tone: 1, backing: "data" },
  ]);
  expect(firstDifference(made, 0n, empty, 0n, end)).toBe(end - 4096n);
});
