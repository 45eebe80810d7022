/** The ways in which a call may return, one by one. */

import type { Returned } from "../model/index.ts";

/** So many of them, the first ones; of an outcome that is one of many without number, that alone. */
export function toldWays(branches: readonly Returned[], most: number): readonly Returned[] {
  const found: Returned[] = [];
  for (const way of waysOf(branches)) {
    if (found.length === most) break;
    found.push(way);
  }
  return found;
}

function* waysOf(branches: readonly Returned[]): Iterable<Returned> {
  for (const branch of branches) {
    if (branch.ways === undefined) yield branch;
    else yield* branch.ways();
  }
}
