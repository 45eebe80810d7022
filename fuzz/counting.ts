/** Who counts what in a campaign, and what they add up to. */

import type { FileSystemUnderTest } from "../model/index.ts";
import type { Discoveries } from "./discoveries.ts";
import type { Life } from "./life.ts";
import type { PartClock } from "./part-clock.ts";
import type { ProgramSource } from "./program-source.ts";
import type { Progress } from "./progress.ts";
import type { ReachedCounter } from "./reached.ts";

export interface Counting {
  readonly clock: PartClock;
  readonly discoveries: Discoveries;
  readonly reached: ReachedCounter;
  readonly source: ProgramSource;
  readonly target: FileSystemUnderTest;
  readonly life: Life;
}

/** How far a campaign is that ran so many programs, of which the next one has this number. */
export function progressOf(
  programs: number,
  next: number,
  milliseconds: number,
  { clock, discoveries, reached, source, target, life }: Counting,
): Progress {
  return {
    programs,
    next,
    milliseconds,
    time: clock.report(),
    signatures: discoveries.different,
    repeats: discoveries.repeats,
    reached: reached.report(),
    partitions: source.parts,
    undecided: target.undecided,
    checks: life.checks(),
    unattributed: discoveries.unattributed,
    expected: discoveries.expectedTimes,
  };
}
