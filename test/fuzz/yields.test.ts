import fc from "fast-check";
import { expect, test } from "vitest";
import { Yields } from "../../fuzz/yields.ts";

const ways = ["a", "b", "c"] as const;
type Way = (typeof ways)[number];

/** Of so many picks, evenly over chance, those of each way. */
function picked(yields: Yields<Way>): Readonly<Record<Way, number>> {
  const counts = { a: 0, b: 0, c: 0 };
  for (let turn = 0; turn < 1000; turn++) counts[yields.pick(turn / 1000) ?? "a"]++;
  return counts;
}

const programs = fc.array(
  fc.record({
    way: fc.constantFrom(...ways),
    parts: fc.nat(20),
    calls: fc.integer({ min: 1, max: 200 }),
  }),
  { maxLength: 200 },
);

test("one of the ways is taken, whatever was counted", () => {
  fc.assert(
    fc.property(programs, (counted) => {
      const yields = new Yields<Way>(ways);
      for (const { way, parts, calls } of counted) yields.count(way, parts, calls);
      const counts = picked(yields);
      expect(counts.a + counts.b + counts.c).toBe(1000);
      expect(["a", "b", "c"]).toContain(yields.pick(1 - Number.EPSILON));
    }),
  );
});

test("ways that were not tried are taken alike, and one that pays twice is taken four times as often", () => {
  const yields = new Yields<Way>(ways);
  expect(picked(yields)).toEqual({ a: 334, b: 333, c: 333 });
  for (let program = 0; program < 2000; program++) {
    yields.count("a", 20, 100);
    yields.count("b", 10, 100);
    yields.count("c", 0, 100);
  }
  const { a, b, c } = picked(yields);
  expect(a / b).toBeGreaterThan(3.5);
  expect(a / b).toBeLessThan(4.5);
  expect(c).toBeLessThan(b / 10);
});

test("what pays no longer is forgotten", () => {
  const yields = new Yields<Way>(ways);
  for (let program = 0; program < 500; program++) yields.count("a", 20, 100);
  for (let program = 0; program < 1000; program++) yields.count("a", 0, 100);
  const { a, b } = picked(yields);
  expect(a).toBeLessThan(b);
});
