/** Every circumstance that a dedupe may be made under. */

import fc from "fast-check";
import type { Circumstance, Offset, Slot } from "../../model/index.ts";

export function circumstance(
  slots: fc.Arbitrary<Slot>,
  offsets: fc.Arbitrary<Offset>,
  paths: fc.Arbitrary<string>,
): fc.Arbitrary<Circumstance> {
  return fc.oneof(
    { weight: 4, arbitrary: fc.constant<Circumstance>({ kind: "usual" }) },
    fc.constant<Circumstance>({ kind: "frozen" }),
    fc.record({ kind: fc.constant("denied"), event: fc.integer({ min: 0, max: 128 }) }),
    fc.record({ kind: fc.constant("unreadable"), slot: slots, offset: offsets }),
    fc.record({ kind: fc.constant("sending"), path: paths }),
    fc.constantFrom<Circumstance[]>({ kind: "full" }, { kind: "shut-down" }),
    fc.record({ kind: fc.constant("swapping"), slot: slots }),
  );
}
