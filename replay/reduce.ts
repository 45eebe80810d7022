/**
 * The search for a smaller program that still does what is wanted. Every change
 * goes through one gate, `consider`; passes come in the order of what counts
 * most: fewer calls, fewer targets, fewer files, then values.
 */

import type { Op } from "../model/index.ts";
import type { Compared } from "./lockstep.ts";
import { withPlainNames } from "./plain-names.ts";
import { simplifications } from "./simplify.ts";
import { slices } from "./slices.ts";
import type { Event } from "./trace.ts";

export interface ReduceOptions {
  /** Runs of a candidate at most. */
  readonly maxTrials: number;
  /** Milliseconds since any start; called once a trial. */
  readonly now: () => number;
  readonly maxMilliseconds: number;
  /** Whether somebody wants the best so far now; asked once a trial. */
  readonly stopped?: (() => boolean) | undefined;
  /** What a divergence may be in; looks are calls of the program. */
  readonly compared: Compared;
}

/** What a run gave that did what is wanted: its calls up to there, and anything else. */
interface Attempt {
  readonly events: readonly Event[];
}

/** What a candidate is put to. */
export interface Gate<Result> {
  /** Runs it: undefined when it does not do what is wanted. */
  readonly attempt: (candidate: readonly Op[]) => Result | undefined;
  /** Whether it can do so at all, as far as is known without a run. */
  readonly isWorthTrying: (candidate: readonly Op[]) => boolean;
}

export interface Reduced<Result> {
  readonly best: Result;
  readonly trials: number;
  /** False when a bound ended the search. */
  readonly finished: boolean;
}

/**
 * `first` is what a run of the program gave. The result of a finished search is one
 * that no pass makes smaller.
 */
export function reduce<Result extends Attempt>(
  first: Result,
  { attempt, isWorthTrying }: Gate<Result>,
  options: ReduceOptions,
): Reduced<Result> {
  const deadline = options.now() + options.maxMilliseconds;
  const tried = new Set<string>();
  let best = first;
  let trials = 0;
  let named: Naming = withPlainNames;
  const left = (): boolean =>
    trials < options.maxTrials && options.now() < deadline && options.stopped?.() !== true;
  const consider = (wanted: readonly Op[]): boolean => {
    const candidate = named(wanted);
    const key = keyOf(candidate);
    if (tried.has(key) || !left()) return false;
    tried.add(key);
    if (!isWorthTrying(candidate)) return false;
    trials++;
    const result = attempt(candidate);
    if (result === undefined) return false;
    best = result;
    return true;
  };
  const current = (): readonly Op[] => best.events.map((event) => event.op);
  const plain = withPlainNames(current());
  if (keyOf(plain) !== keyOf(current()) && !consider(plain)) named = asTheyAre;
  for (const slice of slices(current())) if (consider(slice)) break;
  let before: string;
  do {
    before = keyOf(current());
    dropCalls(current, consider);
    for (const candidates of simplifications) settle(candidates, current, consider);
  } while (keyOf(current()) !== before && left());
  return { best, trials, finished: left() };
}

/** What names the files of a candidate have: plain ones, unless what is wanted comes with those of the program alone. */
type Naming = (program: readonly Op[]) => readonly Op[];
const asTheyAre: Naming = (program) => program;

/** Delta debugging: leaves out runs of calls, long ones first, from the end. */
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

/**
 * Tries a pass's candidates until none is taken. Behind one that was, it goes on where
 * it was: what did not help before mostly does not help then. Where the same one helps
 * twice in a row, it is a number that goes down step by step, and the longer steps
 * before it are tried once more.
 */
function settle(
  candidates: (program: readonly Op[]) => Iterable<readonly Op[]>,
  program: () => readonly Op[],
  consider: (candidate: readonly Op[]) => boolean,
): void {
  let from = 0;
  let last: number | undefined;
  let taken = false;
  for (let round = 0; round < maxRounds; round++) {
    const at = firstTaken(candidates(program()), from, consider);
    if (at !== undefined) {
      taken = true;
      from = at === last ? 0 : at;
      last = at;
    } else if (taken) {
      taken = false;
      last = undefined;
      from = 0;
    } else return;
  }
}

/** Candidates that one pass takes, at most: each is simpler than the one before. */
const maxRounds = 10_000;

/** The number of the first candidate from a number on that was taken; undefined: none was. */
function firstTaken(
  candidates: Iterable<readonly Op[]>,
  from: number,
  consider: (candidate: readonly Op[]) => boolean,
): number | undefined {
  let at = 0;
  for (const candidate of candidates) {
    if (at >= from && consider(candidate)) return at;
    at++;
  }
  return undefined;
}

function keyOf(program: readonly Op[]): string {
  return JSON.stringify(program, (_key, value: unknown) =>
    typeof value === "bigint" ? `${value}n` : value,
  );
}
