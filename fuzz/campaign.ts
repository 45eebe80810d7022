/**
 * A campaign: programs made from one seed, run in lockstep on a target, until time
 * or programs are used up. What diverges is minimised, once for each signature.
 */

import fc from "fast-check";
import seedrandom from "seedrandom";
import type { FileSystemUnderTest, Model, Op, State } from "../model/index.ts";
import {
  defaultMinimise,
  lockstep,
  minimise,
  signature,
  type Divergence,
  type Event,
  type Minimised,
} from "../replay/index.ts";
import { intents, type Intent } from "./intent.ts";
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
}

/** What the campaign does with what it finds and how far it is. */
export interface CampaignHooks {
  readonly found: (found: Found) => void;
  readonly progress: (progress: Progress) => void;
  /** Gives other work of the process a turn; resolves to true when the campaign must stop. */
  readonly pause: () => Promise<boolean>;
}

/** Different signatures after which a campaign ends: a target so wrong needs no more. */
const maxSignatures = 20;

/** How often the process gets a turn, and progress is told, in milliseconds. */
const pauseEvery = 50;
const progressEvery = 1000;

export async function campaign(
  model: Model,
  target: FileSystemUnderTest,
  options: CampaignOptions,
  hooks: CampaignHooks,
): Promise<Progress> {
  const random = seedrandom(String(options.seed));
  const programs = intents(options.maxOps);
  const reached = newReached(model.profile);
  const started = options.now();
  const signatures = new Set<string>();
  let repeats = 0;
  let done = 0;
  let pausedAt = started;
  let toldAt = started;
  const progress = (): Progress => ({
    programs: done,
    milliseconds: options.now() - started,
    signatures: signatures.size,
    repeats,
    reached: reached.report(),
  });
  while (done < options.maxRuns && signatures.size < maxSignatures) {
    const now = options.now();
    if (now - started >= options.maxMilliseconds) break;
    if (now - pausedAt >= pauseEvery) {
      if (await hooks.pause()) break;
      pausedAt = options.now();
    }
    if (now - toldAt >= progressEvery) {
      hooks.progress(progress());
      toldAt = now;
    }
    const [program = []] = fc.sample(programs, { seed: random.int32(), numRuns: 1 });
    target.begin();
    const ran = lockstep(
      model,
      target,
      resolver(program, target, model.profile.block),
      true,
      (op, decisions, choices, { outcome }) => {
        if (outcome !== undefined) reached.count(op, outcome, decisions, choices);
      },
    );
    done++;
    if (ran.divergence === undefined) continue;
    const name = signature(model, ran.divergence);
    if (signatures.has(name)) {
      repeats++;
      continue;
    }
    signatures.add(name);
    hooks.found(
      settle(model, target, options, { name, events: ran.events, divergence: ran.divergence, program: done - 1 }),
    );
  }
  return progress();
}

/** Gives the calls of a program one by one, each resolved in the state that it meets. */
function resolver(
  program: readonly Intent[],
  target: FileSystemUnderTest,
  block: bigint,
): (state: State, index: number) => Op | undefined {
  let next = 0;
  return (state) => {
    while (next < program.length) {
      const intent = program[next++];
      const op = intent === undefined ? undefined : resolveIntent(intent, state, block);
      if (op !== undefined && (target.hasOther || !usesOther(op))) return op;
    }
    return undefined;
  };
}

function usesOther(op: Op): boolean {
  return "path" in op && (op.path.startsWith("other/") || ("to" in op && op.to.startsWith("other/")));
}

/** Minimises a divergence, and confirms it on a fresh file system. */
function settle(
  model: Model,
  target: FileSystemUnderTest,
  options: CampaignOptions,
  first: {
    readonly name: string;
    readonly events: readonly Event[];
    readonly divergence: Divergence;
    readonly program: number;
  },
): Found {
  const minimised = minimise(
    model,
    target,
    first.events.map((event) => event.op),
    { ...defaultMinimise, now: options.now },
    first.name,
  );
  target.fresh();
  return {
    signature: first.name,
    minimised,
    original: first.events,
    divergence: first.divergence,
    program: first.program,
    flaky: minimised === undefined || !minimised.confirmed,
  };
}
