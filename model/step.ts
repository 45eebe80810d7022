/** The model: one step of any call, and the way to its end when nothing comes between. */

import { stepClone } from "./clone.ts";
import { damageOf } from "./damage.ts";
import { stepDedupe } from "./dedupe.ts";
import { stepAllocate, stepWrite } from "./edit-step.ts";
import { InvariantError } from "./fault.ts";
import { stepFile } from "./file-step.ts";
import { callOf, type Branch, type Call, type Model, type Returned } from "./model.ts";
import type { FallocateOp, LinkOp, Op, WriteOp } from "./op.ts";
import { openDedupe } from "./open-dedupe.ts";
import { isPathOp, stepLink, stepPath } from "./path-step.ts";
import type { Profile } from "./profile.ts";
import { initial, type State } from "./state.ts";
import { unsureDedupe } from "./unsure-damage.ts";

/** The model of one version of the specification. */
export function newModel(profile: Profile): Model {
  return {
    profile,
    initial,
    step: (state, call) => ways(profile, state, call, call.op),
  };
}

/** One, but where the specification leaves a choice. */
function ways(profile: Profile, state: State, call: Call, op: Op): readonly [Branch, ...Branch[]] {
  if (op.kind === "link") return stepLink(profile, state, op);
  if (op.kind === "fallocate") return stepAllocate(profile, state, op);
  if (op.kind === "write") return stepWrite(profile, state, op);
  return [stepOne(profile, state, call, op)];
}

function stepOne(
  profile: Profile,
  state: State,
  call: Call,
  op: Exclude<Op, LinkOp | FallocateOp | WriteOp>,
): Branch {
  if (op.kind === "dedupe") {
    if (profile.precedence === "any that applies") return openDedupe(profile, state, op);
    const damage = call.damage ?? damageOf(state, op);
    if (damage.kind === "unsure") return unsureDedupe(profile, state, op);
    return stepDedupe(profile, state, call, op, damage);
  }
  if (op.kind === "clone") return stepClone(profile, state, op);
  return isPathOp(op) ? stepPath(profile, state, op) : stepFile(profile, state, op);
}

/**
 * Every way in which a call may return when no other call runs beside it: one or
 * more, each reached by the steps of this call alone.
 */
export function outcomes(model: Model, state: State, op: Op): readonly Returned[] {
  const returned: Returned[] = [];
  let running: readonly Branch[] = model.step(state, callOf(op));
  for (let round = 0; round < maxRounds; round++) {
    const yielded: Yielded[] = [];
    for (const branch of running) {
      if (branch.kind === "returned") returned.push(branch);
      else yielded.push(branch);
    }
    if (yielded.length === 0) return returned;
    running = yielded.flatMap((branch) => model.step(branch.state, branch.call));
  }
  throw new InvariantError(`a call did not end within ${maxRounds} steps`);
}

type Yielded = Extract<Branch, { kind: "yielded" }>;

/** Steps of one call: one for each target, and some for the rest. */
const maxRounds = 1_000;
