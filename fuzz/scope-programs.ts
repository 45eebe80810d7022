/**
 * Programs drawn from the small scope: two small files of any shape, of which something
 * may be shared, and calls that come to compare them, with the disk looked at before
 * and behind.
 */

import fc from "fast-check";
import { bytes, offset, type Op, type Slot } from "../model/index.ts";
import { call, shareFirst } from "./beginning.ts";
import { aimedDedupe } from "./aimed-dedupe.ts";
import type { Anchor } from "./anchor.ts";
import type { Intent, SlotPick } from "./intent.ts";
import { newCallsOn } from "./scope-call.ts";
import { makeState, sharings, type ScopeState } from "./scope-state.ts";
import { otherSlot, sizeOf, sourceSlot, type Cell, type Shape } from "./shape.ts";

/** Zeros of every kind are common: what lies under them is a question of its own. */
const cell: fc.Arbitrary<Cell> = fc.constantFrom<Cell[]>(
  ...(["equal", "equal", "equal", "equal", "hole", "hole", "zeros", "zeros"] as const),
  ...(["unwritten", "first", "last"] as const),
);

const shape: fc.Arbitrary<Shape> = fc
  .record({
    cells: fc.array(cell, { minLength: 1, maxLength: 4, size: "max" }),
    tail: fc.constantFrom(0, 0, 0, -1, 1),
  })
  .map(({ cells, tail }) => {
    const whole = cells.at(-1) === "last" ? 0 : tail;
    return { cells, tail: whole, blocks: whole === 1 ? cells.length - 1 : cells.length };
  });

/** The other file: none, one of the same shape, or of any. */
type Others = "none" | "alike" | "any";

/** What is done to a file before it is shared: bytes stored behind its end, or room for more. */
type Touch = "stored" | "grown";

interface Touched {
  readonly touch: Touch;
  readonly ofSource: boolean;
}

const touches: fc.Arbitrary<readonly Touched[]> = fc.array(
  fc.record({ touch: fc.constantFrom<Touch[]>("stored", "grown"), ofSource: fc.boolean() }),
  { maxLength: 2 },
);

const untouched: fc.Arbitrary<readonly Touched[]> = fc.constant([]);

/** A dedupe of some blocks of a file onto blocks that are equal, of either. */
const aimed: fc.Arbitrary<Intent> = fc
  .record({
    source: fc.nat(1),
    target: fc.nat(1),
    from: fc.nat(3),
    onto: fc.nat(3),
    blocks: fc.constantFrom(1, 1, 2, 3),
  })
  .map(({ source, target, from, onto, blocks }) =>
    aimedDedupe({
      source: inSlot(source),
      from: atBlock(from),
      amount: { to: "blocks", blocks, step: 0, anchor: atBlock(0) },
      target: inSlot(target),
      aim: "equal",
      onto: atBlock(onto),
    }),
  );

/** On a file system with blocks of so many bytes; without looks where the disk cannot be looked at. */
export function scopePrograms(block: bigint, canObserve: boolean): fc.Arbitrary<readonly Intent[]> {
  const callsOn = newCallsOn(block);
  const look = canObserve ? [call({ kind: "observe" })] : [];
  return fc
    .record({
      source: shape,
      others: fc.constantFrom<Others[]>("none", "alike", "any"),
      any: shape,
      run: fc.nat(),
      touched: fc.oneof({ weight: 1, arbitrary: untouched }, { weight: 1, arbitrary: touches }),
      whole: fc.boolean(),
      calls: fc.array(fc.oneof(fc.nat(), aimed, aimed), { minLength: 1, maxLength: 4 }),
    })
    .map(({ source, others, any, run, touched, whole, calls }) => {
      const other = others === "none" ? undefined : others === "alike" ? source : any;
      const states = sharings(other === undefined ? [source] : [source, other]);
      const state = nth(states, run);
      if (state === undefined) return [];
      const possible = callsOn(state, true);
      const asked = calls.flatMap((each): Intent | readonly [] => {
        if (typeof each !== "number") return onlyFile(each, other === undefined);
        const op = nth(possible, each);
        return op === undefined ? [] : call(op);
      });
      const first =
        whole && other !== undefined ? [shareFirst(bytes(sizeOf(source, block)), offset(0n))] : [];
      const before = [
        ...makeState(state, block),
        ...touched.flatMap(({ touch, ofSource }) => touchedBy(touch, state, ofSource, block)),
      ];
      return [...before.map(call), ...[...first, ...asked].flatMap((each) => [each, ...look])];
    });
}

/** The dedupe within the one file that there is. */
function onlyFile(intent: Intent, isOnly: boolean): Intent {
  if (intent.kind !== "dedupe" || !isOnly) return intent;
  const targets = intent.targets.map((target) => ({ ...target, slot: inSlot(0) }));
  return { ...intent, source: inSlot(0), targets };
}

function inSlot(index: number): SlotPick {
  return { sane: false, index };
}

function atBlock(index: number): Anchor {
  return { base: "block", index, step: 0 };
}

function touchedBy(
  touch: Touch,
  { files: [source, other] }: ScopeState,
  ofSource: boolean,
  block: bigint,
): readonly Op[] {
  const at: Slot = ofSource || other === undefined ? sourceSlot : otherSlot;
  const size = sizeOf(at === sourceSlot ? source : (other ?? source), block);
  switch (touch) {
    case "stored":
      return [
        {
          kind: "store",
          slot: at,
          offset: offset(size),
          length: bytes(100n),
          pattern: 2,
          except: undefined,
        },
      ];
    case "grown":
      return [{ kind: "truncate", slot: at, length: bytes(size + block) }];
  }
}

function nth<Value>(values: readonly Value[], index: number): Value | undefined {
  return values[index % values.length];
}
