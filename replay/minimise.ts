/**
 * The minimiser: makes a program that diverges as small as it can, and keeps to
 * the signature that it had, so that it cannot slip to another bug.
 */

import { isDiskCheck, type FileSystemUnderTest, type Model, type Op } from "../model/index.ts";
import { ruleOf, type Divergence } from "./check.ts";
import { lockstep, type Compared } from "./lockstep.ts";
import { isPlausible } from "./plausible.ts";
import { reduce, type ReduceOptions } from "./reduce.ts";
import { roughSignature, signature } from "./signature.ts";
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
  /** Whether the result diverged once more in the same way, at the first try on a fresh file system. */
  readonly confirmed: boolean;
  /** How often it came of the times that it was asked there. */
  readonly came: Came;
}

export interface Came {
  readonly times: number;
  readonly of: number;
}

/** Runs of what does not come at the first try, before it is given up, or said how often it comes. */
const maxAsks = 5;

interface Diverged {
  readonly events: readonly Event[];
  readonly divergence: Divergence;
}

/**
 * Undefined when the program does not diverge on the target, `maxAsks` times. It keeps to
 * `wanted` or, without one, to the rough signature of its first run. Looks that showed a
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
  const isWanted = ({ divergence }: Diverged): boolean =>
    wanted === undefined || roughSignature(model, divergence) === wanted;
  const first = asked(() => run(program), isWanted, once).last;
  if (first === undefined) return undefined;
  const goal = roughSignature(model, first.divergence);
  const { format } = target;
  let trials = 0;
  let finished = true;
  /** Makes a program smaller as long as it does what is wanted, within what is left of the bounds. */
  const reduced = (
    from: Diverged,
    sameCause: boolean,
    keeps: (ran: Diverged) => boolean,
  ): Diverged => {
    const attempt = (candidate: readonly Op[]): Diverged | undefined => {
      const ran = run(candidate);
      return ran !== undefined && keeps(ran) ? ran : undefined;
    };
    const isWorthTrying = (candidate: readonly Op[]): boolean =>
      isPlausible(model, format, candidate, from.divergence, sameCause);
    const spent = options.now() - started;
    const left = {
      ...options,
      maxTrials: options.maxTrials - trials,
      maxMilliseconds: options.maxMilliseconds - spent,
    };
    const result = reduce(from, { attempt, isWorthTrying }, left);
    trials += result.trials;
    finished &&= result.finished;
    return result.best;
  };
  const small = reduced(
    first,
    true,
    ({ divergence }) => roughSignature(model, divergence) === goal,
  );
  const best =
    small.divergence.after === undefined
      ? small
      : reduced(small, false, (ran) => looksAlike(ran, small));
  target.fresh();
  const ops = best.events.map((event) => event.op);
  const { last, came } = asked(
    () => run(ops),
    (ran) => looksAlike(ran, best),
    atFirst,
  );
  const confirmed = atFirst(came);
  const result = last ?? best;
  const milliseconds = options.now() - started;
  const name = signature(model, result.divergence);
  return { ...result, signature: name, trials, milliseconds, finished, confirmed, came };
}

interface Asked {
  /** The last run that did what is wanted. */
  readonly last: Diverged | undefined;
  readonly came: Came;
}

/** Runs something until that is over, `maxAsks` times at most. */
function asked(
  run: () => Diverged | undefined,
  isWanted: (ran: Diverged) => boolean,
  isOver: (came: Came) => boolean,
): Asked {
  let last: Diverged | undefined;
  let came: Came = { times: 0, of: 0 };
  while (came.of < maxAsks && !isOver(came)) {
    const ran = run();
    const comes = ran !== undefined && isWanted(ran);
    came = { times: came.times + Number(comes), of: came.of + 1 };
    if (comes) last = ran;
  }
  return { last, came };
}

function once({ times }: Came): boolean {
  return times > 0;
}

function atFirst({ times, of }: Came): boolean {
  return times === 1 && of === 1;
}

/**
 * Whether two divergences are of one kind, in one kind of call: a look may come after
 * another call, for which of the calls before it counts is known of the smallest program alone.
 */
function looksAlike({ divergence: a }: Diverged, { divergence: b }: Diverged): boolean {
  if (a.op.kind !== b.op.kind || a.difference.kind !== b.difference.kind) return false;
  return a.after !== undefined || ruleOf(a) === ruleOf(b);
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
