/**
 * The next calls of a program, each with the ways in which it may return, worked
 * out before the first of them is made.
 *
 * As long as a call has one outcome only, the next calls follow from it. A model
 * that takes its steps in a row finds its code and data in the caches; between
 * two system calls the same steps take twice the time.
 */

import { InvariantError, type Model, type Op, type Returned, type State } from "../model/index.ts";
import { everyBranch } from "./check.ts";

/** The next call of a program, given a world that is possible then; undefined at its end. */
export type Next = (state: State, index: number) => Op | undefined;

/** A call that is to be made. */
export interface Planned {
  readonly op: Op;
  /** In any of the worlds that are possible then; never empty. */
  readonly branches: readonly Returned[];
}

/** Calls that are planned at a time, at most: what they need stays in a core's cache. */
const maxAhead = 64;

/** The calls from number `index` on, up to one that leaves a choice; none at the end of the program. */
export function ahead(
  model: Model,
  worlds: readonly State[],
  next: Next,
  index: number,
): readonly Planned[] {
  const plans: Planned[] = [];
  let now: readonly State[] | undefined = worlds;
  while (now !== undefined && plans.length < maxAhead) {
    const [world] = now;
    if (world === undefined) throw new InvariantError("no world is possible");
    const op = next(world, index + plans.length);
    if (op === undefined) break;
    const branches = everyBranch(model, now, op);
    plans.push({ op, branches });
    now = settled(branches);
  }
  return plans;
}

/** The world that a call leaves, where there is one whatever comes back. */
function settled(branches: readonly Returned[]): readonly [State] | undefined {
  const [branch] = branches;
  if (branch === undefined || branches.length > 1) return undefined;
  return branch.accepts === undefined ? [branch.state] : undefined;
}
