/**
 * A campaign: programs made from one seed, run in lockstep on a target, until time
 * or programs are used up. What diverges is minimised, once for each signature.
 */

import seedrandom from "seedrandom";
import type { FileSystemUnderTest, Format, Model, Op } from "../model/index.ts";
import {
  lockstep,
  type Compared,
  type Event,
  type KnownDifference,
  type NamedProgram,
  type Next,
  type Ran,
  type Watch,
} from "../replay/index.ts";
import { canBeMade } from "./can-be-made.ts";
import { Discoveries, type DiscoveryHooks, type RanProgram } from "./discoveries.ts";
import { newLife } from "./life.ts";
import { withLooks } from "./lookout.ts";
import { PartClock } from "./part-clock.ts";
import { ProgramSource } from "./program-source.ts";
import { programs, type Program } from "./program.ts";
import { progressOf } from "./counting.ts";
import type { Progress } from "./progress.ts";
import { newReached, type ReachedCounter } from "./reached.ts";
import { resolveIntent } from "./resolve.ts";
import { timedTarget } from "./timed-target.ts";

export type Expected = readonly Pick<KnownDifference, "name" | "signature">[];

export interface CampaignOptions {
  /** u32; a run on the simulated target is the same for the same seed. */
  readonly seed: number;
  /** Which of the workers that share the seed, from 0; each has programs of its own. */
  readonly worker?: number;
  /** The first of its programs to run, from 0, and those to leave out. */
  readonly from?: number;
  readonly skip?: readonly number[];
  /** Programs that are run before those that are made; where the first one is, and none is left out. */
  readonly openers?: readonly (readonly Op[])[];
  /**
   * Programs that are run before all others, wherever the first one is; but where that one
   * is left out, none, for it may have been one of these with which a worker was lost.
   */
  readonly kept?: readonly NamedProgram[];
  /** Programs at most. */
  readonly maxRuns: number;
  readonly maxMilliseconds: number;
  /** Calls of one program at most. */
  readonly maxOps: number;
  /** Each new file system is of the next one; one or more. */
  readonly formats: readonly [Format, ...Format[]];
  /** Different signatures after which the campaign ends: a target so wrong needs no more. */
  readonly maxSignatures: number;
  /** Signatures of findings that were told of before, and are not again. */
  readonly known?: readonly string[];
  /** Differences that are no findings, by what they are called and how they are signed. */
  readonly expected?: Expected;
  readonly compared: Compared;
  /** Whether programs are also made of those that reached something new. */
  readonly guided?: boolean;
  /** Whether disks are scrubbed at the end. */
  readonly scrub: boolean;
  /** Milliseconds since any start. */
  readonly now: () => number;
  /** Whether a finding is to be told of as small as it is by now. */
  readonly stopped?: (() => boolean) | undefined;
  /** What its time goes into, from now on. */
  readonly clock?: PartClock;
}

/** What the campaign does with what it finds and how far it is. */
export interface CampaignHooks extends DiscoveryHooks {
  readonly progress: (progress: Progress) => void;
  /** A program begins, by its name, at whose end is its number or that of the next one that is made. */
  readonly begins?: (name: string) => void;
  /** The calls that are kept of a program that reached something new, of a guided campaign, and what that is; not of one that was kept before. */
  readonly kept?: (events: readonly Event[], parts: readonly string[]) => void;
  /** What others have kept programs for since the last call. */
  readonly reached?: () => readonly string[];
  /** Signatures that others have told of since the last call. */
  readonly news?: () => readonly string[];
  /** Gives other work of the process a turn; resolves to true when the campaign must stop. */
  readonly pause: () => Promise<boolean>;
}

/** How often the process gets a turn, and progress is told, in milliseconds. */
const pauseMilliseconds = 50;
const progressMilliseconds = 1000;

/** When progress is told first, behind the start: a worker may be lost before the usual time. */
const soonMilliseconds = 100;

export async function campaign(
  model: Model,
  untimed: FileSystemUnderTest,
  options: CampaignOptions,
  hooks: CampaignHooks,
): Promise<Progress> {
  const { from = 0, skip = [], maxOps, guided = false, clock = new PartClock() } = options;
  const target = timedTarget(untimed, clock);
  const seeds = seedsFrom(options, from);
  const source = new ProgramSource(programs(maxOps, target), maxOps, guided);
  const reached = newReached(model.profile, target);
  const started = options.now();
  const life = newLife(model, target, options);
  const discoveries = new Discoveries(model, target, { ...options, clock }, hooks);
  const nextFormat = inTurn(options.formats);
  let done = 0;
  let index = from;
  const pauseDue = every(pauseMilliseconds, options.now);
  const progressDue = every(progressMilliseconds, options.now, soonMilliseconds);
  const counting = { clock, discoveries, reached, source, target, life };
  const progress = (): Progress => progressOf(done, index, options.now() - started, counting);
  /** Before the file system goes, also by minimising, which takes new ones. */
  const verify = (): void => {
    for (const late of clock.within("looks", life.verify))
      discoveries.diverged(late.divergence, late.program, verify);
  };
  const before = new Set(options.kept?.map(({ ops }) => ops));
  const making = { maxOps, source, seeds, reached, clock, before, kept: hooks.kept };
  const run = newRunner(model, target, options.compared, making);
  const opening = toldAtFirst(options);
  let latest: RanProgram = { name: "", events: [] };
  /**
   * The end of a file system's life: what is heard of it is heard before its device
   * goes, but for what trials of a finding led to.
   */
  const ends = (): void => {
    hooks.overheard?.turn();
    const { all } = discoveries;
    verify();
    if (all === discoveries.all) discoveries.listen(latest);
  };
  hooks.progress(progress());
  while (done < options.maxRuns && discoveries.different < options.maxSignatures) {
    const isLate = options.now() - started >= options.maxMilliseconds;
    if (isLate || (pauseDue() && (await hooks.pause()))) break;
    for (const signature of hooks.news?.() ?? []) discoveries.know(signature);
    source.know(hooks.reached?.() ?? []);
    if (progressDue()) hooks.progress(progress());
    for (; skip.includes(index); index++) seeds();
    const opener = opening(done);
    const name =
      opener === undefined ? `number ${index}` : `${opener.name}, before number ${index}`;
    hooks.begins?.(name);
    if (target.spent || done === 0) {
      ends();
      target.use(nextFormat());
    }
    hooks.overheard?.turn();
    const ran = run(opener?.ops);
    const program = { name, events: ran.events };
    latest = program;
    discoveries.listen(program);
    if (ran.divergence !== undefined) {
      discoveries.diverged(ran.divergence, () => program, verify);
      discoveries.listen(program); // To what its trials led to, on devices of their own.
    } else if (options.compared === "all") life.remember(name, ran.events.map(opOf), ran.state);
    done++;
    if (opener === undefined) index++;
  }
  ends();
  return progress();
}

/** What programs are made of, and who counts and times them. */
interface Running {
  readonly maxOps: number;
  readonly source: ProgramSource;
  readonly seeds: () => number;
  readonly reached: ReachedCounter;
  readonly clock: PartClock;
  /** Programs that were kept before, and what is told of others. */
  readonly before: ReadonlySet<readonly Op[] | undefined>;
  readonly kept: CampaignHooks["kept"];
}

/** Runs an opener or, without one, the next program of the source, in a new place. */
function newRunner(
  model: Model,
  target: FileSystemUnderTest,
  compared: Compared,
  { maxOps, source, seeds, reached, clock, before, kept }: Running,
): (opener: readonly Op[] | undefined) => Ran {
  return (opener) => {
    const { next, used } = clock.within("programs", () =>
      opener === undefined
        ? resolver(model, source.next(seeds()), target)
        : told(opener, target, source),
    );
    target.begin();
    const resolved: Next = (state, at) =>
      at < maxOps ? clock.within("programs", () => next(state, at)) : undefined;
    const watch: Watch = (call) =>
      clock.within("counting", () => {
        source.count(call, used());
        return reached.count(call);
      });
    const ran = clock.within("model", () => lockstep(model, target, resolved, compared, watch));
    const worth = source.ran();
    if (worth.calls > 0 && !before.has(opener))
      kept?.(ran.events.slice(0, worth.calls), worth.parts);
    return ran;
  };
}

function opOf({ op }: Event): Op {
  return op;
}

/** The seeds of a worker's programs, one after the other, from number `from` on. */
function seedsFrom({ seed, worker = 0 }: CampaignOptions, from: number): () => number {
  const random = seedrandom(worker === 0 ? String(seed) : `${seed} ${worker}`);
  for (let index = 0; index < from; index++) random.int32();
  return () => random.int32();
}

/** Whether so much time went by since it last was so, or, the first time, since the start. */
function every(milliseconds: number, now: () => number, first = milliseconds): () => boolean {
  let next = now() + first;
  return () => {
    const time = now();
    const due = time >= next;
    if (due) next = time + milliseconds;
    return due;
  };
}

/** Gives one after the other, and begins again behind the last. */
function inTurn([first, ...more]: readonly [Format, ...Format[]]): () => Format {
  let turn = 0;
  return () => [first, ...more][turn++ % (more.length + 1)] ?? first;
}

/** The calls of a program, and how many of its intents were used. */
interface Calls {
  readonly next: Next;
  readonly used: () => number;
}

/**
 * Gives the calls of a program one by one, each resolved in the state that it
 * meets, and tells how many of its intents were used.
 */
export function resolver(
  model: Model,
  { intents, wanted }: Program,
  target: FileSystemUnderTest,
): Calls {
  const block = BigInt(target.block);
  let at = 0;
  const next: Next = (state) => {
    while (at < intents.length) {
      const intent = intents[at++];
      const op = intent === undefined ? undefined : resolveIntent(intent, state, block);
      if (op !== undefined && canBeMade(target, op)) return op;
    }
    return undefined;
  };
  const looking = wanted === undefined ? next : withLooks(model, next, wanted);
  return { next: looking, used: () => at };
}

/** Gives the program that is run as it is behind so many others: kept ones at first, and then openers between what is made. */
function toldAtFirst(options: CampaignOptions): (done: number) => NamedProgram | undefined {
  const { from = 0, skip = [], openers = [], kept = [] } = options;
  const first = skip.includes(from)
    ? []
    : kept.map(({ name, ops }) => ({ name: `kept ${name}`, ops }));
  const between =
    from === 0 && skip.length === 0
      ? openers.map((ops, at) => ({ name: `opener ${at + 1}`, ops }))
      : [];
  return (done) => first.shift() ?? (done % openerEvery === 0 ? between.shift() : undefined);
}

/** Programs of which one is an opener, while there are some: their circumstances take time. */
const openerEvery = 2;

/** Gives the calls of a program as they are, without those that the target cannot be brought to. */
function told(program: readonly Op[], target: FileSystemUnderTest, source: ProgramSource): Calls {
  const calls = program.filter((op) => canBeMade(target, op));
  source.told(calls);
  let used = 0;
  const next: Next = (_state, at) => {
    used = at + 1;
    return calls[at];
  };
  return { next, used: () => used };
}
