/**
 * A campaign: programs made from one seed, run in lockstep on a target, until time
 * or programs are used up. What diverges is minimised, once for each signature.
 */

import fc from "fast-check";
import seedrandom from "seedrandom";
import {
  isDiskCheck,
  mountOf,
  type FileSystemUnderTest,
  type Format,
  type Model,
  type Mount,
  type Op,
} from "../model/index.ts";
import {
  lockstep,
  minimise,
  signature,
  type Compared,
  type Divergence,
  type Event,
  type Next,
  type Minimised,
} from "../replay/index.ts";
import { newLife, type Checks } from "./life.ts";
import { withLooks } from "./lookout.ts";
import { programs, type Program } from "./program.ts";
import { newReached, type Reached } from "./reached.ts";
import { resolveIntent } from "./resolve.ts";

export interface CampaignOptions {
  /** u32; a run on the simulated target is the same for the same seed. */
  readonly seed: number;
  /** Programs at most. */
  readonly maxRuns: number;
  readonly maxMilliseconds: number;
  /** Calls of one program at most. */
  readonly maxOps: number;
  /** Each new file system is of the next one; one or more. */
  readonly formats: readonly [Format, ...Format[]];
  /** Different signatures after which the campaign ends: a target so wrong needs no more. */
  readonly maxSignatures: number;
  readonly compared: Compared;
  /** Whether disks are scrubbed at the end. */
  readonly scrub: boolean;
  /** Milliseconds since any start. */
  readonly now: () => number;
}

/** A divergence that was minimised. */
export interface Found {
  readonly signature: string;
  readonly minimised: Minimised | undefined;
  /** The program as it was generated, up to the divergence. */
  readonly original: readonly Event[];
  readonly divergence: Divergence;
  /** Which program of the campaign, from 0. */
  readonly program: number;
  /** Whether it did not diverge again when it was run again. */
  readonly flaky: boolean;
}

export interface Progress {
  readonly programs: number;
  readonly milliseconds: number;
  readonly signatures: number;
  /** Divergences whose signature had come before. */
  readonly repeats: number;
  readonly reached: Reached;
  /** Looks at the disk of which something was not settled in time, and left out. */
  readonly undecided: number;
  /** Of whole disks, at the end of each file system's life. */
  readonly checks: Checks;
}

/** What the campaign does with what it finds and how far it is. */
export interface CampaignHooks {
  readonly found: (found: Found) => void;
  readonly progress: (progress: Progress) => void;
  /** Gives other work of the process a turn; resolves to true when the campaign must stop. */
  readonly pause: () => Promise<boolean>;
}

/** What minimising one finding may cost while a campaign waits for it; more, where each trial takes a new disk. */
const usualLimits = { maxTrials: 3_000, maxMilliseconds: 10_000 };
const diskLimits = { maxTrials: 3_000, maxMilliseconds: 30_000 };

/** How often the process gets a turn, and progress is told, in milliseconds. */
const pauseMilliseconds = 50;
const progressMilliseconds = 1000;

export async function campaign(
  model: Model,
  target: FileSystemUnderTest,
  options: CampaignOptions,
  hooks: CampaignHooks,
): Promise<Progress> {
  const random = seedrandom(String(options.seed));
  const arbitrary = programs(options.maxOps, target);
  const reached = newReached(model.profile, target.canObserve);
  const started = options.now();
  const signatures = new Set<string>();
  const life = newLife(model, target, options);
  const bounds = { now: options.now, compared: options.compared };
  const nextFormat = inTurn(options.formats);
  let repeats = 0;
  let done = 0;
  const pauseDue = every(pauseMilliseconds, options.now);
  const progressDue = every(progressMilliseconds, options.now);
  const progress = (): Progress => ({
    programs: done,
    milliseconds: options.now() - started,
    signatures: signatures.size,
    repeats,
    reached: reached.report(),
    undecided: target.undecided,
    checks: life.checks(),
  });
  const diverged = (divergence: Divergence, program: () => readonly Event[]): void => {
    const name = signature(model, divergence);
    if (signatures.has(name)) {
      repeats++;
      return;
    }
    signatures.add(name);
    verify();
    const original = program();
    const ops = original.map((event) => event.op);
    const limits = ops.some(isDiskCheck) ? diskLimits : usualLimits;
    const minimised = minimise(model, target, ops, { ...limits, ...bounds }, name);
    target.fresh();
    const flaky = minimised?.confirmed !== true;
    hooks.found({ signature: name, minimised, original, divergence, program: done, flaky });
  };
  /** Before the file system goes, also by minimising, which takes new ones. */
  const verify = (): void => {
    for (const late of life.verify()) diverged(late.divergence, late.program);
  };
  while (done < options.maxRuns && signatures.size < options.maxSignatures) {
    if (options.now() - started >= options.maxMilliseconds) break;
    if (pauseDue() && (await hooks.pause())) break;
    if (progressDue()) hooks.progress(progress());
    if (target.spent || done === 0) {
      verify();
      target.use(nextFormat());
    }
    const [program = none] = fc.sample(arbitrary, { seed: random.int32(), numRuns: 1 });
    target.begin();
    const next = resolver(model, program, target);
    const ran = lockstep(model, target, next, options.compared, reached.count);
    if (ran.divergence !== undefined) diverged(ran.divergence, () => ran.events);
    else if (options.compared === "all") {
      life.remember(
        ran.events.map((event) => event.op),
        ran.state,
      );
    }
    done++;
  }
  verify();
  return progress();
}

/** Whether so much time went by since it last was so, or since the start. */
function every(milliseconds: number, now: () => number): () => boolean {
  let last = now();
  return () => {
    const time = now();
    const due = time - last >= milliseconds;
    if (due) last = time;
    return due;
  };
}

/** Gives one after the other, and begins again behind the last. */
function inTurn([first, ...more]: readonly [Format, ...Format[]]): () => Format {
  let turn = 0;
  return () => [first, ...more][turn++ % (more.length + 1)] ?? first;
}

const none: Program = { intents: [], wanted: undefined };

/** Gives the calls of a program one by one, each resolved in the state that it meets. */
function resolver(model: Model, { intents, wanted }: Program, target: FileSystemUnderTest): Next {
  const block = BigInt(target.block);
  let at = 0;
  const next: Next = (state) => {
    while (at < intents.length) {
      const intent = intents[at++];
      const op = intent === undefined ? undefined : resolveIntent(intent, state, block);
      if (op !== undefined && leadsTo(op, target.mounts)) return op;
    }
    return undefined;
  };
  return wanted === undefined ? next : withLooks(model, next, wanted);
}

/** Whether all paths of a call lead through mounts that there are. */
function leadsTo(op: Op, mounts: ReadonlySet<Mount>): boolean {
  return (
    !("path" in op) ||
    (mounts.has(mountOf(op.path)) && (!("to" in op) || mounts.has(mountOf(op.to))))
  );
}
