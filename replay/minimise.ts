/**
 * The minimiser: makes a program that diverges as small as it can, and keeps to
 * the signature that it had, so that it cannot slip to another bug.
 */

import { isDiskCheck, type FileSystemUnderTest, type Model, type Op } from "../model/index.ts";
import type { Divergence } from "./check.ts";
import { lockstep, type Compared } from "./lockstep.ts";
import { isPlausible } from "./plausible.ts";
import { reduce, type ReduceOptions } from "./reduce.ts";
import { signature } from "./signature.ts";
import type { Event } from "./trace.ts";

export interface Minimised {
  /** The smallest program that was found, with its outcomes; its last call diverges. */
  readonly events: readonly Event[];
  readonly divergence: Divergence;
  readonly signature: string;
  readonly trials: number;
  readonly milliseconds: number;
  /** False when a bound ended the search. */
  readonly finished: boolean;
  /** Whether the result diverged once more in the same way, on a fresh file system. */
  readonly confirmed: boolean;
}

interface Diverged {
  readonly events: readonly Event[];
  readonly divergence: Divergence;
}

/**
 * Undefined when the program does not diverge on the target. It keeps to
 * `wanted` or, without one, to the signature of its first run. Looks that showed a
 * divergence are calls of the program.
 */
export function minimise(
  model: Model,
  target: FileSystemUnderTest,
  program: readonly Op[],
  options: ReduceOptions,
  wanted?: string,
): Minimised | undefined {
  const compared = options.compared === "sharing" ? options.compared : "answers";
  const started = options.now();
  const run = (candidate: readonly Op[]): Diverged | undefined =>
    ranOn(model, target, candidate, compared);
  const first = run(program);
  if (first === undefined) return undefined;
  const goal = wanted ?? signature(model, first.divergence);
  const attempt = (candidate: readonly Op[]): Diverged | undefined => {
    const ran = run(candidate);
    return ran !== undefined && signature(model, ran.divergence) === goal ? ran : undefined;
  };
  if (signature(model, first.divergence) !== goal) return undefined;
  const { format } = target;
  const isWorthTrying = (candidate: readonly Op[]): boolean =>
    isPlausible(model, format, candidate, first.divergence);
  const { best, trials, finished } = reduce(first, { attempt, isWorthTrying }, options);
  target.fresh();
  const again = attempt(best.events.map((event) => event.op));
  const result = again ?? best;
  const milliseconds = options.now() - started;
  const confirmed = again !== undefined;
  return { ...result, signature: goal, trials, milliseconds, finished, confirmed };
}

/** One run in a new place, on a disk of its own where it is looked at; undefined when it does not diverge. The calls behind a divergence are gone. */
function ranOn(
  model: Model,
  target: FileSystemUnderTest,
  program: readonly Op[],
  compared: Compared,
): Diverged | undefined {
  if (program.some(isDiskCheck)) target.fresh();
  else target.begin();
  const { events, divergence } = lockstep(model, target, (_state, at) => program[at], compared);
  return divergence === undefined ? undefined : { events, divergence };
}
