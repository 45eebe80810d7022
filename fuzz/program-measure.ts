/** Which of two programs is the simpler one. */

import type { Op } from "../model/index.ts";
import { printCall } from "../replay/index.ts";

/** Compared number by number, as by `simpler`. */
export type Measure = readonly number[];

/** Calls but opens and closes, calls, targets, and characters. */
export function measureOf(program: readonly Op[]): Measure {
  const calls = program.filter(({ kind }) => kind !== "open" && kind !== "close").length;
  const targets = program.reduce(
    (sum, op) => sum + (op.kind === "dedupe" ? op.targets.length : 0),
    0,
  );
  const characters = program.reduce((sum, op) => sum + printCall(op).length, 0);
  return [calls, program.length, targets, characters];
}

/** Below 0 where the first one is. */
export function simpler(a: Measure, b: Measure): number {
  for (const [at, value] of a.entries()) {
    const apart = value - (b[at] ?? 0);
    if (apart !== 0) return apart;
  }
  return 0;
}
