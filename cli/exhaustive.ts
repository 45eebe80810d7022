/** A scope gone through, in one worker. */

import { againFlags, runExhaustive, silence } from "../fuzz/index.ts";
import { watchKernel } from "../real/index.ts";
import { expectedOf, writeLine, writeStatus } from "../replay/index.ts";
import { fuzzTakesNoWords, outOf, provenanceOf } from "./campaigns.ts";
import {
  choiceOf,
  exitCodes,
  isStopped,
  knownOf,
  now,
  onTarget,
  pause,
  say,
  settingsOf,
  stopAtSignals,
  UsageError,
  type Context,
} from "./context.ts";

export function exhaustive(context: Context): Promise<number> {
  const { values } = context;
  fuzzTakesNoWords(context);
  const out = outOf(values);
  const settings = settingsOf(values);
  const simulated = choiceOf(values).kind === "simulated";
  return onTarget(values, async (model, target) => {
    stopAtSignals();
    const session = {
      model,
      target,
      settings,
      provenance: provenanceOf(values, model, target, simulated),
      out,
      json: values["json"] !== undefined,
      expected: expectedOf(knownOf(values), model.profile.name, target.name),
      again: againFlags(values),
      overheard: simulated ? silence : watchKernel(target, true),
      result: say,
      heading: writeLine,
      progress: writeStatus,
      now,
      stopped: isStopped,
      pause,
    };
    const found = await runExhaustive(session, settings.scope ?? "whole");
    if (typeof found === "string") throw new UsageError(found);
    if (isStopped()) return exitCodes.interrupted;
    return found === 0 ? exitCodes.nothing : exitCodes.divergence;
  });
}
