/**
 * A campaign: programs made from one seed, run in lockstep on a target, until time
 * or programs are used up. What diverges is minimised, once for each signature.
 */

import fc from "fast-check";
import seedrandom from "seedrandom";
import {
  mountOf,
  type FileSystemUnderTest,
  type Format,
  type Model,
  type Mount,
  type Op,
} from "../model/index.ts";
import { lockstep, type Compared, type Event, type Next } from "../replay/index.ts";
import { Discoveries, type DiscoveryHooks } from "./discoveries.ts";
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
  /** Signatures of findings that were told of before, and are not again. */
  readonly known?: readonly string[];
  readonly compared: Compared;
  /** Whether disks are scrubbed at the end. */
  readonly scrub: boolean;
  /** Milliseconds since any start. */
  readonly now: () => number;
}

export interface Progress {
  readonly programs: number;
  readonly milliseconds: number;
  readonly signatures: number;
  /** Findings whose signature had come before. */
  readonly repeats: number;
  readonly reached: Reached;
  /** Looks at the disk of which something was not settled in time, and left out. */
  readonly undecided: number;
  /** Of whole disks, at the end of each file system's life. */
  readonly checks: Checks;
  /** Reports in the log that somebody else may have led to, by title; no findings. */
  readonly unattributed: Readonly<Record<string, number>>;
}

/** What the campaign does with what it finds and how far it is. */
export interface CampaignHooks extends DiscoveryHooks {
  readonly progress: (progress: Progress) => void;
  /** Gives other work of the process a turn; resolves to true when the campaign must stop. */
  readonly pause: () => Promise<boolean>;
}

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
  const life = newLife(model, target, options);
  const discoveries = new Discoveries(model, target, options, hooks);
  const nextFormat = inTurn(options.formats);
  let done = 0;
  const pauseDue = every(pauseMilliseconds, options.now);
  const progressDue = every(progressMilliseconds, options.now);
  const progress = (): Progress => ({
    programs: done,
    milliseconds: options.now() - started,
    signatures: discoveries.different,
    repeats: discoveries.repeats,
    reached: reached.report(),
    undecided: target.undecided,
    checks: life.checks(),
    unattributed: discoveries.unattributed,
  });
  /** Before the file system goes, also by minimising, which takes new ones. */
  const verify = (): void => {
    for (const late of life.verify())
      discoveries.diverged(late.divergence, done, late.program, verify);
  };
  let events: readonly Event[] = [];
  while (done < options.maxRuns && discoveries.different < options.maxSignatures) {
    if (options.now() - started >= options.maxMilliseconds) break;
    if (pauseDue() && (await hooks.pause())) break;
    if (progressDue()) hooks.progress(progress());
    hooks.overheard?.turn();
    if (target.spent || done === 0) {
      verify();
      target.use(nextFormat());
    }
    const [program = none] = fc.sample(arbitrary, { seed: random.int32(), numRuns: 1 });
    target.begin();
    const next = resolver(model, program, target);
    const ran = lockstep(model, target, next, options.compared, reached.count);
    ({ events } = ran);
    if (ran.divergence !== undefined)
      discoveries.diverged(ran.divergence, done, () => ran.events, verify);
    else if (options.compared === "all") {
      life.remember(
        ran.events.map((event) => event.op),
        ran.state,
      );
    }
    discoveries.listen(events, done);
    done++;
  }
  hooks.overheard?.turn();
  verify();
  discoveries.listen(events, done);
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
