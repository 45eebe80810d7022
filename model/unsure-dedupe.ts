/**
 * A dedupe of which nobody can say what it meets: each entry may meet either of two
 * hazards, and what came back tells which. So one call has many outcomes, of which
 * none has to be worked out before.
 */

import { structBytes } from "./dedupe-rules.ts";
import { stepDedupe } from "./dedupe.ts";
import type { Hazard } from "./hazard.ts";
import { InvariantError } from "./fault.ts";
import { callOf, type Branch, type Call, type Returned } from "./model.ts";
import type { DedupeOp } from "./op.ts";
import type { Outcome, TargetOutcome } from "./outcome.ts";
import type { Profile } from "./profile.ts";
import type { State } from "./state.ts";
import { writtenBack } from "./written-back.ts";

/** The whole call as one step; its outcome is that of a call which meets the first of the hazards. */
export function unsureDedupe(
  profile: Profile,
  state: State,
  op: DedupeOp,
  hazards: readonly [Hazard, Hazard],
): Returned {
  const step: Step = (before, call) => [
    stepDedupe(profile, before, call, op, hazards[0]),
    stepDedupe(profile, before, call, op, hazards[1]),
  ];
  const usual = follow(step, state, op, (ends) => ends[0]);
  if (usual === undefined) throw new InvariantError("a dedupe has no end");
  const behind = (got: Outcome): Returned | undefined =>
    follow(step, state, op, (ends, entry) => ends.find((end) => agrees(end, got, entry)));
  return {
    ...usual,
    accepts: (got) => behind(got)?.state,
    decides: (got) => behind(got)?.decisions ?? usual.decisions,
    ways: () => everyEnd(step, state, callOf(op), 0),
    answers: 2,
  };
}

/** Both ends of the next entry. */
type Step = (state: State, call: Call) => readonly [Branch, Branch];

/** The way of a call through its entries, of whose two ends `choose` takes one, if any. */
function follow(
  step: Step,
  state: State,
  op: DedupeOp,
  choose: (ends: readonly [Branch, Branch], entry: number) => Branch | undefined,
): Returned | undefined {
  let before = state;
  let call = callOf(op);
  for (let entry = 0; entry <= op.targets.length; entry++) {
    const end = choose(step(before, call), entry);
    if (end === undefined || end.kind === "returned") return end;
    ({ state: before, call } = end);
  }
  throw new InvariantError("a dedupe has more steps than entries");
}

/** Every end of a call from entry number `entry` on, those that nobody can tell apart once. */
function* everyEnd(step: Step, state: State, call: Call, entry: number): Iterable<Returned> {
  const [first, second] = step(state, call);
  for (const end of isAlike(first, second, entry) ? [first] : [first, second]) {
    if (end.kind === "returned") yield end;
    else yield* everyEnd(step, end.state, end.call, entry + 1);
  }
}

function isAlike(a: Branch, b: Branch, entry: number): boolean {
  if (a.kind === "returned") return agrees(b, a.outcome, entry);
  return b.kind === "yielded" && same(a.call.finished[entry], b.call.finished[entry]);
}

/** Whether a step that ends an entry, or the call, is one behind which the outcome can come. */
function agrees(end: Branch, got: Outcome, entry: number): boolean {
  if (end.kind === "yielded") return same(shown(end.call, entry), got.targets[entry]);
  const { outcome } = end;
  return (
    outcome.errno === got.errno &&
    outcome.result === got.result &&
    outcome.slept === got.slept &&
    got.touched.length === 0 &&
    outcome.targets.every((target, index) => same(target, got.targets[index]))
  );
}

/** An entry that has ended, as far as it will be written back. */
function shown({ finished, decisions: [first] }: Call, entry: number): TargetOutcome | undefined {
  const { [entry]: ended } = finished;
  const { writableBytes = 0 } = first?.request ?? {};
  return ended === undefined ? undefined : writtenBack(ended, writableBytes - structBytes(entry));
}

function same(a: TargetOutcome | undefined, b: TargetOutcome | undefined): boolean {
  return a?.status === b?.status && a?.deduped === b?.deduped;
}
