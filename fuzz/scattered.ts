/** Programs on files of thousands of small extents: few, for all that is done to such a file takes its time. */

import fc from "fast-check";
import { aligned, type Anchor } from "./anchor.ts";
import { aimedDedupe } from "./aimed-dedupe.ts";
import type { Aim, Amount, DedupeIntent, Intent, SlotPick } from "./intent.ts";

/** Two files scattered alike, and dedupes of parts of one onto parts of the other; undefined for most programs. */
export const scattered: fc.Arbitrary<readonly Intent[] | undefined> = fc.oneof(
  { weight: 599, arbitrary: fc.constant(undefined) },
  {
    weight: 1,
    arbitrary: fc
      .record({
        blocks: fc.constantFrom(64, 500, 1000, 1000, 2000, 4096),
        anchor: aligned,
        parts: fc.array(part(), { minLength: 2, maxLength: 5 }),
      })
      .map(({ blocks, anchor, parts }) => [
        ...[0, 1].map((index): Intent => ({
          kind: "scatter",
          slot: sane(index),
          anchor,
          blocks,
          pattern: 1,
        })),
        ...parts.map((each) => dedupeOf(each, blocks)),
      ]),
  },
);

/** A part of a scattered file, and where it goes: in thousandths of the file, and in blocks. */
interface Part {
  readonly from: number;
  readonly onto: number;
  readonly blocks: number;
  readonly aim: Aim;
}

function part(): fc.Arbitrary<Part> {
  return fc.record({
    from: fc.nat(1000),
    onto: fc.nat(1000),
    blocks: fc.constantFrom(1, 2, 3, 16, 100, 256),
    aim: fc.constantFrom("equal", "equal", "differing", "anchor"),
  });
}

function dedupeOf({ from, onto, blocks: length, aim }: Part, blocks: number): DedupeIntent {
  const place = (thousandths: number): Anchor => ({
    base: "block",
    index: Math.floor((thousandths * 2 * blocks) / 1000),
    step: 0,
  });
  const amount: Amount = { to: "blocks", blocks: length, step: 0, anchor: place(0) };
  return aimedDedupe({
    source: sane(0),
    from: place(from),
    amount,
    target: sane(1),
    aim,
    onto: place(onto),
  });
}

function sane(index: number): SlotPick {
  return { sane: true, index };
}
