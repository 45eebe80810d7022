/** What a campaign found: each different finding is made small and told of once. */

import { isDiskCheck, type FileSystemUnderTest, type Model } from "../model/index.ts";
import {
  minimise,
  profileWord,
  roughSignature,
  signature,
  type Divergence,
  type Event,
  type Minimised,
} from "../replay/index.ts";
import type { CampaignOptions } from "./campaign.ts";
import type { PartClock } from "./part-clock.ts";
import { circumstancesIn, saidByName, silence, type Overheard, type Said } from "./overheard.ts";

/** A program of a campaign. */
export interface RanProgram {
  /** Which one: `number 12` of those that are made, or what else it is. */
  readonly name: string;
  readonly events: readonly Event[];
}

/** A divergence that was minimised. */
export interface Found {
  readonly signature: string;
  readonly minimised: Minimised | undefined;
  /** The program as it was generated, up to the divergence. */
  readonly original: readonly Event[];
  readonly divergence: Divergence;
  /** The name of the program. */
  readonly program: string;
  /** Whether it did not diverge again when it was run again. */
  readonly flaky: boolean;
}

/** A report of a kernel about itself, and the program that ran then. */
export interface Reported {
  readonly signature: string;
  readonly said: Said;
  readonly events: readonly Event[];
  /** Its name. */
  readonly program: string;
}

/** What minimising one finding may cost while a campaign waits for it; more, where each trial takes a new disk. */
const usualLimits = { maxTrials: 3_000, maxMilliseconds: 10_000 };
const diskLimits = { maxTrials: 3_000, maxMilliseconds: 30_000 };

/** Different titles of reports by anyone that are kept. */
const maxTitles = 50;

/** Reports of one title that are kept, and counted. */
const maxTimes = 100;

export interface DiscoveryHooks {
  readonly found: (found: Found) => void;
  /** Told of a signature that came before. */
  readonly again?: (signature: string) => void;
  /** Told of what was overheard; both are left out where nothing can be. */
  readonly reported?: (reported: Reported) => void;
  readonly overheard?: Overheard;
  /** Keeps a report by anyone; whether nobody else has counted it. */
  readonly unattributed?: (said: Said, program: RanProgram) => boolean;
}

type DiscoveryOptions = Pick<
  CampaignOptions,
  "now" | "stopped" | "compared" | "known" | "expected"
> & {
  readonly clock: PartClock;
};

export class Discoveries {
  private readonly model: Model;
  private readonly target: FileSystemUnderTest;
  private readonly options: DiscoveryOptions;
  private readonly hooks: DiscoveryHooks;
  private readonly signatures: Set<string>;
  private readonly titles = new Map<string, number>();
  /** Signatures by the rough ones that came first. */
  private readonly names = new Map<string, string>();
  private readonly expected = new Map<string, number>();
  /** Different findings of this campaign. */
  different = 0;
  /** Findings whose signature had come before. */
  repeats = 0;

  constructor(
    model: Model,
    target: FileSystemUnderTest,
    options: DiscoveryOptions,
    hooks: DiscoveryHooks,
  ) {
    this.model = model;
    this.target = target;
    this.options = options;
    this.hooks = hooks;
    this.signatures = new Set(options.known);
  }

  /** Reports that somebody else may have led to, by title. */
  get unattributed(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.titles);
  }

  /** How often each difference came that is expected, by its name; no findings. */
  get expectedTimes(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.expected);
  }

  /** How many there were, also of those that had come before. */
  get all(): number {
    return this.different + this.repeats;
  }

  /** Somebody else has told of a finding: it is none of this campaign's any more. */
  know(name: string): void {
    this.signatures.add(name);
  }

  /**
   * A divergence. `program` gives the program, and `before` is done once it is known
   * to be new, before anything else runs on the target.
   */
  diverged(divergence: Divergence, program: () => RanProgram, before: () => void): void {
    const { model, options } = this;
    const rough = roughSignature(model, divergence);
    const early = signature(model, divergence);
    if (this.isExpected(early) || this.isKnown(rough)) return;
    this.signatures.add(rough);
    before();
    const {
      name: which,
      original,
      minimised,
    } = options.clock.within("minimising", () => {
      const { name: ran, events } = program();
      return { name: ran, ...this.made(events, rough) };
    });
    const flaky = minimised?.confirmed !== true;
    const name = minimised?.signature ?? early;
    this.names.set(rough, name);
    if (name !== rough && (this.isExpected(name) || this.isKnown(name))) return;
    this.tell(name);
    this.hooks.found({ signature: name, minimised, original, divergence, program: which, flaky });
  }

  /** A program, and the smallest that is like it; the file system that it left is given up. */
  private made(original: readonly Event[], rough: string): Pick<Found, "original" | "minimised"> {
    const { model, target, options } = this;
    const ops = original.map((event) => event.op);
    const limits = ops.some(isDiskCheck) ? diskLimits : usualLimits;
    const { now, stopped, compared } = options;
    const bounds = { now, stopped, compared };
    const minimised = minimise(model, target, ops, { ...limits, ...bounds }, rough);
    target.fresh();
    return { original, minimised };
  }

  /** What was said while a program ran: each fault in it is judged once, and told of where it is new. */
  listen({ name: program, events }: RanProgram): void {
    const ops = events.map((event) => event.op);
    const { ours, unattributed } = (this.hooks.overheard ?? silence).heard(circumstancesIn(ops));
    for (const said of unattributed) this.count(said, { name: program, events });
    for (const [name, said] of saidByName(profileWord(this.model), ours)) {
      if (this.isKnown(name)) continue;
      this.tell(name);
      this.hooks.reported?.({ signature: name, said, events, program });
    }
  }

  /** Counts a report by anyone, unless somebody else has. */
  private count(said: Said, program: RanProgram): void {
    const times = this.titles.get(said.title) ?? 0;
    const isFull = times === 0 ? this.titles.size >= maxTitles : times >= maxTimes;
    if (isFull || this.hooks.unattributed?.(said, program) === false) return;
    this.titles.set(said.title, times + 1);
  }

  private isExpected(signed: string): boolean {
    const known = this.options.expected?.find((each) => each.signature === signed);
    if (known === undefined) return false;
    this.expected.set(known.name, (this.expected.get(known.name) ?? 0) + 1);
    return true;
  }

  private isKnown(name: string): boolean {
    const known = this.signatures.has(name);
    if (known) {
      this.repeats++;
      this.hooks.again?.(this.names.get(name) ?? name);
    }
    return known;
  }

  private tell(name: string): void {
    this.signatures.add(name);
    this.different++;
  }
}
