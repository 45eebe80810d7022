/**
 * Programs drawn from the small scope: two small files of any shape, of which something
 * may be shared, and calls that come to compare them, with the disk looked at before
 * and behind.
 */

import fc from "fast-check";
import { bytes, offset, type DedupeOp, type Op, type Slot } from "../model/index.ts";
import { call, shareFirst } from "./beginning.ts";
import type { Intent } from "./intent.ts";
import { newCallsOn } from "./scope-call.ts";
import { makeState, sharings, type ScopeState } from "./scope-state.ts";
import { otherSlot, shapes, sizeOf, sourceSlot, type Shape } from "./shape.ts";

/** Shapes of files that reach into 1, 2, 3 or 4 blocks. */
const byCells: readonly (readonly Shape[])[] = [1, 2, 3, 4].map((count) =>
  shapes().filter(({ cells }) => cells.length === count),
);

const shape: fc.Arbitrary<Shape> = fc.oneof(...byCells.map((each) => fc.constantFrom(...each)));

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

const observe: Op = { kind: "observe" };

/** On a file system with blocks of so many bytes; without looks where the disk cannot be looked at. */
export function scopePrograms(block: bigint, canObserve: boolean): fc.Arbitrary<readonly Intent[]> {
  const callsOn = newCallsOn(block);
  const look = canObserve ? [observe] : [];
  return fc
    .record({
      source: shape,
      others: fc.constantFrom<Others[]>("none", "alike", "any"),
      any: shape,
      run: fc.nat(),
      touched: fc.oneof({ weight: 1, arbitrary: untouched }, { weight: 1, arbitrary: touches }),
      whole: fc.boolean(),
      calls: fc.array(fc.nat(), { minLength: 1, maxLength: 3 }),
    })
    .map(({ source, others, any, run, touched, whole, calls }) => {
      const other = others === "none" ? undefined : others === "alike" ? source : any;
      const states = sharings(other === undefined ? [source] : [source, other]);
      const state = nth(states, run);
      if (state === undefined) return [];
      const possible = callsOn(state, true);
      const asked = calls.flatMap((each) => nth(possible, each) ?? []);
      const first =
        whole && other !== undefined ? [shareFirst(bytes(sizeOf(source, block)), offset(0n))] : [];
      const changed = touched.flatMap(({ touch, ofSource }) =>
        touchedBy(touch, state, ofSource, block),
      );
      return [
        ...[...makeState(state, block), ...changed, ...look].map(call),
        ...first,
        ...[...(whole ? look : []), ...looked(asked, look)].map(call),
      ];
    });
}

/** A look behind each call. */
function looked(calls: readonly DedupeOp[], look: readonly Op[]): readonly Op[] {
  return calls.flatMap((each) => [each, ...look]);
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
