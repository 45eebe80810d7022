/** The model: one step of any call, and the way to its end when nothing comes between. */

import { stepClone } from "./clone.ts";
import { stepDedupe } from "./dedupe.ts";
import { stepAllocate, stepWrite } from "./edit-step.ts";
import { InvariantError } from "./fault.ts";
import { stepFile } from "./file-step.ts";
import { hazardsOf } from "./hazard.ts";
import { callOf, type Branch, type Call, type Model, type Returned } from "./model.ts";
import type { DedupeOp, FallocateOp, LinkOp, Op, WriteOp } from "./op.ts";
import { openDedupe } from "./open-dedupe.ts";
import { isPathOp, stepLink, stepPath } from "./path-step.ts";
import type { Profile } from "./profile.ts";
import { initial, leftBehind, writtenOut, type State } from "./state.ts";
import { unsureDedupe } from "./unsure-dedupe.ts";

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
    if (profile.precedence === "any that applies") {
      return mountedAgain(op, openDedupe(profile, state, op));
    }
    return mountedAgain(op, stepInHazard(profile, state, call, op));
  }
  if (op.kind === "clone") return stepClone(profile, state, op);
  return isPathOp(op) ? stepPath(profile, state, op) : stepFile(profile, state, op);
}

function stepInHazard(profile: Profile, state: State, call: Call, op: DedupeOp): Branch {
  const [hazard, other] = call.hazard === undefined ? hazardsOf(state, op) : [call.hazard];
  return other === undefined
    ? stepDedupe(profile, state, call, op, hazard)
    : unsureDedupe(profile, state, op, [hazard, other]);
}

/** Behind a call on a file system that was shut down, that is mounted again. */
function mountedAgain({ during }: DedupeOp, branch: Branch): Branch {
  if (during.kind !== "shut-down" || branch.kind !== "returned") return branch;
  return { ...branch, state: leftBehind(writtenOut(branch.state)) };
}

/**
 * Every way in which a call may return when no other call runs beside it: one or
 * more, each reached by the steps of this call alone.
 */
export function outcomes(model: Model, state: State, op: Op): readonly Returned[] {
  const returned: Returned[] = [];
  let running: readonly Branch[] = model.step(state, callOf(op));
  for (let round = 0; round < maxRounds; round++) {
    const [only] = running;
    if (running.length === 1 && only?.kind === "yielded") {
      running = model.step(only.state, only.call);
      continue;
    }
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
