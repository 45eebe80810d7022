/**
 * The minimiser: makes a program that diverges as small as it can, and keeps to
 * the signature that it had, so that it cannot slip to another bug.
 *
 * Every change goes through one gate, `consider`. Passes come in the order of
 * what counts most: fewer calls, fewer targets, fewer files, then values.
 */

import type { FileSystemUnderTest, Model, Op } from "../model/index.ts";
import type { Divergence } from "./check.ts";
import { lockstep } from "./lockstep.ts";
import { signature } from "./signature.ts";
import { simplifications } from "./simplify.ts";
import type { Event } from "./trace.ts";

export interface MinimiseOptions {
  /** Runs of a candidate at most. */
  readonly maxTrials: number;
  /** Milliseconds since any start; not called more than once a trial. */
  readonly now: () => number;
  readonly maxMilliseconds: number;
}

/** Enough for a program of 200 calls. */
export const defaultMinimise: Pick<MinimiseOptions, "maxTrials" | "maxMilliseconds"> = {
  maxTrials: 3_000,
  maxMilliseconds: 30_000,
};

export interface Minimised {
  /** The smallest program that was found, with its outcomes; its last call diverges. */
  readonly events: readonly Event[];
  readonly divergence: Divergence;
  readonly signature: string;
  readonly trials: number;
  /** False when a bound ended the search. */
  readonly finished: boolean;
  /** Whether the result diverged once more in the same way, on a fresh file system. */
  readonly confirmed: boolean;
}

interface Attempt {
  readonly events: readonly Event[];
  readonly divergence: Divergence;
}

/**
 * Undefined when the program does not diverge on the target at all. Otherwise the
 * same signature as the first run of `program`, or `wanted` when it is given.
 */
export function minimise(
  model: Model,
  target: FileSystemUnderTest,
  program: readonly Op[],
  options: MinimiseOptions,
  wanted?: string,
): Minimised | undefined {
  const first = attempt(model, target, program);
  if (first === undefined) return undefined;
  const goal = wanted ?? signature(model, first.divergence);
  if (signature(model, first.divergence) !== goal) return undefined;
  const deadline = options.now() + options.maxMilliseconds;
  const tried = new Set<string>();
  let best = first;
  let trials = 0;
  const left = (): boolean => trials < options.maxTrials && options.now() < deadline;
  const consider = (candidate: readonly Op[]): boolean => {
    const key = keyOf(candidate);
    if (tried.has(key) || !left()) return false;
    tried.add(key);
    trials++;
    const result = attempt(model, target, candidate);
    if (result === undefined || signature(model, result.divergence) !== goal) return false;
    best = result;
    return true;
  };
  const current = (): readonly Op[] => best.events.map((event) => event.op);
  let before: string;
  do {
    before = keyOf(current());
    dropCalls(current, consider);
    for (const candidates of simplifications) settle(candidates, current, consider);
  } while (keyOf(current()) !== before && left());
  target.fresh();
  const again = attempt(model, target, current());
  const confirmed = again !== undefined && signature(model, again.divergence) === goal;
  return { ...(confirmed ? again : best), signature: goal, trials, finished: left(), confirmed };
}

/** One run in a new place; undefined when it does not diverge. The calls behind a divergence are gone. */
function attempt(
  model: Model,
  target: FileSystemUnderTest,
  program: readonly Op[],
): Attempt | undefined {
  target.begin();
  const ran = lockstep(model, target, (_state, index) => program[index], false);
  return ran.divergence === undefined
    ? undefined
    : { events: ran.events, divergence: ran.divergence };
}

/** Delta debugging: leaves out runs of calls, long ones first. */
function dropCalls(
  program: () => readonly Op[],
  consider: (candidate: readonly Op[]) => boolean,
): void {
  for (let size = Math.ceil(program().length / 2); size >= 1; size = Math.floor(size / 2)) {
    for (let end = program().length; end > 0; end = Math.min(end, program().length) - size) {
      const ops = program();
      consider([...ops.slice(0, Math.max(0, end - size)), ...ops.slice(end)]);
    }
  }
}

/** Tries a pass's candidates, again from the start after each that was taken, until none is. */
function settle(
  candidates: (program: readonly Op[]) => Iterable<readonly Op[]>,
  program: () => readonly Op[],
  consider: (candidate: readonly Op[]) => boolean,
): void {
  for (let taken = true; taken;) {
    taken = false;
    for (const candidate of candidates(program())) {
      if (consider(candidate)) {
        taken = true;
        break;
      }
    }
  }
}

function keyOf(program: readonly Op[]): string {
  return JSON.stringify(program, (_key, value: unknown) =>
    typeof value === "bigint" ? `${value}n` : value,
  );
}
