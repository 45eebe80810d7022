/** Calls of generated programs, each with the state that it met and how it returned. */

import fc from "fast-check";
import { programs } from "../../fuzz/program.ts";
import { resolveIntent } from "../../fuzz/resolve.ts";
import {
  formats,
  circumstances,
  initial,
  linux618Btrfs,
  newModel,
  outcomes,
  type DedupeOp,
  type Op,
  type Profile,
  type Returned,
  type State,
} from "../../model/index.ts";

export interface GeneratedCall {
  readonly op: Op;
  readonly before: State;
  readonly returned: Returned;
}

export interface GeneratedDedupe extends GeneratedCall {
  readonly op: DedupeOp;
}

const maxOps = 60;

const abilities = {
  format: formats.default,
  canObserve: false,
  canGovern: true,
  hasSubvolumes: true,
  circumstances: new Set(circumstances),
};

/** The calls of so many programs, in order; the same for the same numbers. */
export function generatedCalls(
  count: number,
  profile: Profile = linux618Btrfs,
  seed = 618,
): readonly GeneratedCall[] {
  const model = newModel(profile);
  return fc.sample(programs(maxOps, abilities), { seed, numRuns: count }).flatMap(({ intents }) => {
    const calls: GeneratedCall[] = [];
    let before = initial;
    for (const intent of intents) {
      const op = resolveIntent(intent, before, before.format.block);
      const [returned] = op === undefined ? [] : outcomes(model, before, op);
      if (op === undefined || returned === undefined) continue;
      calls.push({ op, before, returned });
      before = returned.state;
    }
    return calls;
  });
}

/** The dedupe calls among them. */
export function generatedDedupes(
  count: number,
  profile: Profile = linux618Btrfs,
  seed = 618,
): readonly GeneratedDedupe[] {
  return generatedCalls(count, profile, seed).flatMap((call) =>
    call.op.kind === "dedupe" ? [{ ...call, op: call.op }] : [],
  );
}
