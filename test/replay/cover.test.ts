import fc from "fast-check";
import { expect, test } from "vitest";
import { coverOf, type Covered } from "../../replay/cover.ts";

const corpora = fc
  .array(
    fc.record({
      calls: fc.nat(5),
      reaches: fc.array(fc.constantFrom("a", "b", "c", "d", "e", "f", "g")),
    }),
    { maxLength: 8 },
  )
  .map((all) =>
    all.map(({ calls, reaches }, at): Covered => {
      return { path: `${at}.trace`, calls, reaches: new Set(reaches) };
    }),
  );

function united(all: readonly Covered[]): readonly string[] {
  return [...new Set(all.flatMap(({ reaches }) => [...reaches]))].toSorted();
}

/** How few traces come to all that there is, by trying every choice. */
function fewestOf(all: readonly Covered[]): number {
  const wanted = united(all).length;
  const choices = Array.from({ length: 2 ** all.length }, (_none, bits) =>
    all.filter((_each, at) => (bits & (2 ** at)) !== 0),
  );
  return Math.min(
    ...choices.filter((choice) => united(choice).length === wanted).map(({ length }) => length),
  );
}

test("a cover comes to all that there is, none of it is needless, and where it says so none is smaller", () => {
  let proven = 0;
  fc.assert(
    fc.property(corpora, (all) => {
      const { kept, fewest } = coverOf(all);
      expect(united(kept)).toEqual(united(all));
      for (const each of kept) {
        const others = kept.filter((other) => other !== each);
        expect(united(others)).not.toEqual(united(all));
      }
      expect(all.filter((each) => kept.includes(each))).toEqual(kept);
      if (!fewest) return;
      expect(kept).toHaveLength(fewestOf(all));
      proven++;
    }),
    { numRuns: 300 },
  );
  expect(proven).toBeGreaterThan(100);
});

test("of two that come to the same, the shorter one is kept", () => {
  const long = { path: "long", calls: 9, reaches: new Set(["a"]) };
  const short = { path: "short", calls: 2, reaches: new Set(["a"]) };
  expect(coverOf([long, short])).toEqual({ kept: [short], fewest: true });
});
