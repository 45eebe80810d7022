/** Calls with several things wrong with them at once: which of them counts? */

import fc from "fast-check";
import { aligned, wild } from "./anchor.ts";
import {
  intent,
  mostly,
  slotCount,
  type DedupeIntent,
  type Intent,
  type SlotPick,
  type TargetIntent,
} from "./intent.ts";

const anySlot: fc.Arbitrary<SlotPick> = fc.record({
  sane: fc.boolean(),
  index: fc.nat(slotCount - 1),
});

const wrongTarget: fc.Arbitrary<TargetIntent> = fc.record({
  aim: fc.constantFrom("anchor", "anchor", "equal", "differing"),
  slot: anySlot,
  anchor: fc.oneof(wild, aligned),
  descriptor: mostly(850, "slot", fc.constantFrom("closed", "never-opened")),
  reserved: mostly(800, 0, fc.constantFrom(1, 0xffff_ffff)),
  high: mostly(970, 0, fc.constantFrom(1, 0x8000_0000, 0xffff_ffff)),
});

const wrongDedupe: fc.Arbitrary<DedupeIntent> = fc.record({
  kind: fc.constant("dedupe"),
  source: anySlot,
  anchor: fc.oneof({ weight: 2, arbitrary: aligned }, { weight: 1, arbitrary: wild }),
  amount: fc.record({
    to: fc.constantFrom("blocks", "blocks", "end", "anchor"),
    blocks: fc.constantFrom(0, 0, 1, 1, 2),
    step: mostly(750, 0, fc.constantFrom(1, -1, 100)),
    anchor: wild,
  }),
  targets: fc.array(wrongTarget, { minLength: 1, maxLength: 2 }),
  repeatTo: mostly(996, 0, fc.constantFrom(127, 128)),
  reserved1: mostly(750, 0, fc.constantFrom(1, 0xffff)),
  reserved2: mostly(900, 0, fc.constantFrom(1, 0xffff_ffff)),
  argument: mostly(700, "whole", fc.constantFrom("null", "crossing", "read-only", "unmapped")),
  after: fc.oneof(fc.nat(63), fc.nat(4119)),
  during: fc.constant({ kind: "usual", index: 0 }),
});

/** What a program means to do; one call in forty is a dedupe with much wrong with it. */
export const anyIntent: fc.Arbitrary<Intent> = fc.oneof(
  { weight: 39, arbitrary: intent },
  { weight: 1, arbitrary: wrongDedupe },
);
