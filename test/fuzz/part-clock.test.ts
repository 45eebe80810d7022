import fc from "fast-check";
import { expect, test } from "vitest";
import { PartClock, parts, sharesText, timeByPart, type Part } from "../../fuzz/part-clock.ts";

/** Work of a part: so many milliseconds of its own, then work within it. */
interface Work {
  readonly part: Part;
  readonly own: number;
  readonly within: readonly Work[];
}

const { works } = fc.letrec<{ works: Work[] }>((tie) => ({
  works: fc.oneof(
    { maxDepth: 4 },
    fc.constant<Work[]>([]),
    fc.array(
      fc.record({ part: fc.constantFrom(...parts), own: fc.nat(1000), within: tie("works") }),
      { maxLength: 3 },
    ),
  ),
}));

test("each part has the time of its own work, and all together are the whole time", () => {
  fc.assert(
    fc.property(works, fc.nat(1000), (all, before) => {
      let time = before;
      const clock = new PartClock(() => time);
      const expected = timeByPart(() => 0);
      const run = ({ part, own, within }: Work, minimising: boolean): void => {
        const counted = minimising ? "minimising" : part;
        clock.within(part, () => {
          time += own;
          expected[counted] += own;
          for (const inner of within) run(inner, counted === "minimising");
        });
      };
      for (const each of all) run(each, false);
      const report = clock.report();
      expect(report).toEqual(expected);
      expect(parts.reduce((sum, part) => sum + report[part], 0)).toBe(time - before);
    }),
  );
});

test("work that throws ends its part all the same", () => {
  let time = 0;
  const clock = new PartClock(() => time);
  const fail = (): void => {
    time += 3;
    throw new Error("no");
  };
  expect(() => {
    clock.within("calls", fail);
  }).toThrow("no");
  time += 4;
  expect(clock.report()).toEqual({ ...timeByPart(() => 0), calls: 3, rest: 4 });
});

test("shares are told from the greatest down, without those that are next to nothing", () => {
  const time = { ...timeByPart(() => 0), looks: 280, calls: 717, disk: 3 };
  expect(sharesText(time)).toBe("calls 72 %, looks 28 %");
  expect(sharesText(timeByPart(() => 0))).toBe("none");
});
