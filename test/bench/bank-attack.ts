/** One campaign against one mutant: how soon it is found, and how small that is made. */

import { campaign, openers, type Found } from "../../fuzz/index.ts";
import {
  bank,
  formatsOf,
  newModel,
  type FileSystemUnderTest,
  type Mutant,
} from "../../model/index.ts";
import { rulePrograms, simulate } from "../../replay/index.ts";

/** What one seed did. */
export interface Attack {
  readonly id: string;
  readonly seed: number;
  /** Undefined where the mutant was not found. */
  readonly kill: Kill | undefined;
  /** Calls that were allowed. */
  readonly ops: number;
  readonly milliseconds: number;
}

export interface Kill {
  readonly signature: string;
  /** Calls of the smallest program. */
  readonly calls: number;
  readonly trials: number;
  readonly minimiseMilliseconds: number;
  readonly finished: boolean;
  /** Whether the signature has one of the rules that the mutant breaks. */
  readonly named: boolean;
}

/** How long a campaign is that finds nothing, and whether it begins as those of users do. */
export interface Length {
  readonly maxRuns: number;
  readonly opens: boolean;
  /** Whether programs are also made of those that reached something new. */
  readonly guided: boolean;
  /** Milliseconds: of the processor, so that other work does not count, or of a clock. */
  readonly now: () => number;
}

/** Some 40,000 calls. */
export const usual: Length = { maxRuns: 1200, opens: true, guided: false, now: cpuMilliseconds };

function cpuMilliseconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** The programs that show rules at work; npm runs scripts and tests where they lie. */
const shown = rulePrograms("corpus");

export async function attack(
  mutant: Mutant,
  seed: number,
  { maxRuns, opens, guided, now }: Length = usual,
  target: FileSystemUnderTest = simulate(mutant.kernel, () => 0),
): Promise<Attack> {
  const found: Found[] = [];
  const started = now();
  const end = await campaign(
    newModel(mutant.right),
    target,
    {
      seed,
      maxRuns,
      maxMilliseconds: 120_000,
      maxOps: 200,
      formats: formatsOf(mutant.right.fs),
      compared: "all",
      scrub: false,
      maxSignatures: 1,
      guided,
      openers: opens ? openers(mutant.right, shown) : [],
      now,
    },
    {
      found: (one) => found.push(one),
      progress: () => undefined,
      pause: () => Promise.resolve(false),
    },
  );
  const kill = killOf(mutant, found[0]);
  const spent = now() - started - (kill?.minimiseMilliseconds ?? 0);
  return { id: mutant.id, seed, kill, ops: end.reached.ops, milliseconds: spent };
}

function killOf(mutant: Mutant, found: Found | undefined): Kill | undefined {
  if (found === undefined) return undefined;
  const { signature, minimised, original } = found;
  return {
    signature,
    calls: minimised?.events.length ?? original.length,
    trials: minimised?.trials ?? 0,
    minimiseMilliseconds: minimised?.milliseconds ?? 0,
    finished: minimised?.finished ?? false,
    named: mutant.breaks.some((id) => signature.split(".").includes(id)),
  };
}

/** The mutants of the bank by their ids. */
export const mutants: ReadonlyMap<string, Mutant> = new Map(
  bank().map((mutant) => [mutant.id, mutant]),
);
