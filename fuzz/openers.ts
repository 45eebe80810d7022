/** What a campaign begins with, so that it comes to every rule and clause early. */

import type { Op, Profile } from "../model/index.ts";
import { pathPrograms } from "./path-programs.ts";
import { pairPrograms } from "./rule-pairs.ts";
import type { Session } from "./session.ts";
import type { Settings } from "./settings.ts";

/** What is known before a campaign. */
interface Opening extends Pick<Session, "model" | "task" | "target" | "shown"> {
  readonly settings: Pick<Settings, "maxRuns" | "maxMilliseconds">;
}

/**
 * The calls to which two rules apply, the programs that show rules at work,
 * and behind them one for each rule that decides a call with one target, by the ways
 * through the machine.
 */
export function openers(
  profile: Profile,
  shown: readonly (readonly Op[])[],
): readonly (readonly Op[])[] {
  const ways = pathPrograms(profile, 1)
    .concrete.filter(({ path }) => !path.includes("O1") || path.includes("S1"))
    .map(({ program }) => program);
  return [...pairPrograms(profile), ...shown, ...ways];
}

/** None where programs are counted, or another worker has them. */
export function openersOf({
  model,
  settings,
  task,
  target,
  shown,
}: Opening): readonly (readonly Op[])[] {
  const isFirst = task === undefined || task.worker === 0;
  if (!isFirst || settings.maxRuns !== Infinity || target.format.block !== usualBlock) return [];
  const isShort = settings.maxMilliseconds < shortMilliseconds;
  if (isShort || model.profile.precedence === "any that applies") return [];
  return openers(model.profile, shown());
}

/** A shorter run would be made of them alone. */
const shortMilliseconds = 30_000;

/** Bytes of a block for which those programs are told. */
const usualBlock = 4096n;
