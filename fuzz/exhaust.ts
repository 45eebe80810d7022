/**
 * A scope gone through to its end: every case on model and target, in batches. The
 * cases of a batch that diverges are run again, each alone, so that all that diverge
 * are counted; one of each signature is minimised.
 */

import {
  bytes,
  offset,
  slot,
  type FileSystemUnderTest,
  type Format,
  type Model,
  type Op,
} from "../model/index.ts";
import { lockstep, type Divergence, type Event, type Ran, type Watch } from "../replay/index.ts";
import type { Expected } from "./campaign.ts";
import { Discoveries, type DiscoveryHooks } from "./discoveries.ts";
import { PartClock } from "./part-clock.ts";
import type { Progress } from "./progress.ts";
import { newReached, type Reached } from "./reached.ts";
import { batches, type Batch } from "./scope-batch.ts";
import type { Scope } from "./scope.ts";

export interface ExhaustOptions {
  readonly format: Format;
  /** Cases that an earlier run has gone through. */
  readonly done: number;
  readonly maxMilliseconds: number;
  /** Different signatures after which the run ends. */
  readonly maxSignatures: number;
  /** Those that earlier runs have found. */
  readonly known: readonly string[];
  readonly expected: Expected;
  /** Milliseconds since any start. */
  readonly now: () => number;
  /** Whether a finding is to be told of as small as it is by now. */
  readonly stopped?: (() => boolean) | undefined;
}

export interface Exhausted {
  /** Cases that are done, those of earlier runs too, of so many. */
  readonly done: number;
  readonly count: number;
  /** Of this run alone. */
  readonly cases: number;
  readonly milliseconds: number;
  readonly signatures: number;
  /** Cases that diverged in a way that is not expected. */
  readonly diverged: number;
  readonly reached: Reached;
  readonly undecided: number;
  /** As of a campaign. */
  readonly expected: Progress["expected"];
}

export interface ExhaustHooks extends DiscoveryHooks {
  /** About every second, and behind each batch that diverged: what is found is told of before. */
  readonly progress: (progress: Exhausted) => void;
  /** Gives other work of the process a turn; resolves to true when the run must stop. */
  readonly pause: () => Promise<boolean>;
}

const progressMilliseconds = 1000;

/** Cases that may diverge: a target so wrong needs no more. */
const maxDiverged = 2_000;

export async function exhaust(
  model: Model,
  target: FileSystemUnderTest,
  scope: Scope,
  options: ExhaustOptions,
  hooks: ExhaustHooks,
): Promise<Exhausted> {
  const { now, format } = options;
  const reached = newReached(model.profile, target);
  const bounds = { ...options, compared: "answers", clock: new PartClock() } as const;
  const discoveries = new Discoveries(model, target, bounds, hooks);
  const started = now();
  let { done } = options;
  let told = started;
  /** Without those that are expected. */
  const diverged = (): number => discoveries.different + discoveries.repeats;
  const progress = (): Exhausted => ({
    done,
    count: scope.count,
    cases: done - options.done,
    milliseconds: now() - started,
    signatures: discoveries.different,
    diverged: diverged(),
    reached: reached.report(),
    undecided: target.undecided,
    expected: discoveries.expectedTimes,
  });
  const isOver = (): boolean =>
    now() - started >= options.maxMilliseconds ||
    diverged() >= maxDiverged ||
    discoveries.different >= options.maxSignatures;
  target.use(format);
  for (const batch of batches(model, scope, format, done)) {
    if (isOver() || (await hooks.pause())) break;
    hooks.overheard?.turn();
    const { divergence, events } = run(model, target, batch.ops, batch.slots, reached.count);
    const program = { name: `case ${done}`, events };
    discoveries.listen(program);
    const found = divergence === undefined ? [] : divergingAlone(model, target, scope, batch);
    if (divergence !== undefined && found.length === 0)
      found.push({ divergence, events, number: done });
    for (const each of found) {
      discoveries.diverged(
        each.divergence,
        () => ({ name: `case ${each.number}`, events: each.events }),
        () => undefined,
      );
    }
    if (found.length > 0) discoveries.listen(program);
    done += batch.cases.length;
    if (found.length > 0 || now() - told >= progressMilliseconds) {
      told = now();
      hooks.progress(progress());
    }
  }
  return progress();
}

interface Diverging {
  readonly divergence: Divergence;
  readonly events: readonly Event[];
  /** Of its case. */
  readonly number: number;
}

/** Runs calls in a new place, and looks at all files and at where they lie. */
function run(
  model: Model,
  target: FileSystemUnderTest,
  ops: readonly Op[],
  slots: number,
  watch?: Watch,
): Ran {
  target.begin();
  const program = [...ops, ...looks(target, slots)];
  return lockstep(model, target, (_state, at) => program[at], "answers", watch);
}

/** More than any file of a scope has blocks. */
const mostBlocks = 16n;

/** At contents first: where they are wrong, nothing is worse. */
function looks(target: FileSystemUnderTest, slots: number): readonly Op[] {
  const length = bytes(mostBlocks * BigInt(target.block));
  const files = Array.from({ length: slots }, (_none, at): Op => {
    return { kind: "inspect", slot: slot(at), offset: offset(0n), length };
  });
  return [...files, ...(target.canObserve ? [{ kind: "observe" as const }] : [])];
}

/** The cases of a batch that diverge, each run in a place of its own. */
function divergingAlone(
  model: Model,
  target: FileSystemUnderTest,
  scope: Scope,
  { cases }: Batch,
): Diverging[] {
  return cases.flatMap((number) => {
    const ops = scope.program(number) ?? [];
    const opened = ops.filter(({ kind }) => kind === "open").length;
    const { divergence, events } = run(model, target, ops, opened);
    return divergence === undefined ? [] : [{ divergence, events, number }];
  });
}
