/** The model: one step of any call, and the way to its end when nothing comes between. */

import { stepClone } from "./clone.ts";
import { stepDedupe } from "./dedupe.ts";
import { InvariantError } from "./fault.ts";
import { stepFile } from "./file-step.ts";
import { callOf, type Branch, type Call, type Model, type Returned } from "./model.ts";
import type { Op } from "./op.ts";
import type { Profile } from "./profile.ts";
import { initial, type State } from "./state.ts";

/** The model of one version of the specification. */
export function newModel(profile: Profile): Model {
  return {
    profile,
    initial,
    step: (state, call) => [stepOne(profile, state, call)],
  };
}

function stepOne(profile: Profile, state: State, call: Call): Branch {
  const { op } = call;
  if (op.kind === "dedupe") return stepDedupe(profile, state, call, op);
  if (op.kind === "clone") return stepClone(profile, state, op);
  return stepFile(profile, state, op);
}

/**
 * Every way in which a call may return when no other call runs beside it: one or
 * more, each reached by the steps of this call alone.
 */
export function outcomes(model: Model, state: State, op: Op): readonly Returned[] {
  const returned: Returned[] = [];
  const running: { readonly state: State; readonly call: Call }[] = [{ state, call: callOf(op) }];
  for (let steps = 0; steps < maxSteps; steps++) {
    const next = running.pop();
    if (next === undefined) return returned;
    for (const branch of model.step(next.state, next.call)) {
      if (branch.kind === "returned") returned.push(branch);
      else running.push(branch);
    }
  }
  throw new InvariantError(`a call did not end within ${maxSteps} steps`);
}

/** Steps of one call, over all of its branches. */
const maxSteps = 100_000;
