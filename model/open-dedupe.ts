/**
 * One dedupe, whole, under a profile that leaves a set of answers: which of them
 * it was is asked of what came back.
 */

import {
  allowanceOf,
  fits,
  type Allowance,
  type EntryAllowance,
  type EntryEnd,
} from "./allowance.ts";
import { InvariantError } from "./fault.ts";
import type { Decision, Returned } from "./model.ts";
import type { DedupeOp } from "./op.ts";
import {
  failed,
  returned,
  statusSame,
  untouched,
  type Outcome,
  type TargetOutcome,
} from "./outcome.ts";
import type { Profile } from "./profile.ts";
import { shared } from "./share.ts";
import type { State } from "./state.ts";
import { errnoOf } from "./errno.ts";
import { bytes, type Errno } from "./units.ts";

export function openDedupe(profile: Profile, state: State, op: DedupeOp): Returned {
  const allowance = allowanceOf(profile, state, op);
  const { outcome, decisions } = usual(profile, op, allowance);
  const after = stateBehind(profile, state, op, allowance, outcome);
  if (after === undefined) throw new InvariantError("an outcome that is usual is not allowed");
  return {
    kind: "returned",
    state: after,
    outcome,
    accepts: (got) => stateBehind(profile, state, op, allowance, got),
    answers: allowance.open.length === 0 && allowance.failures.length < 2 ? 1 : 2,
    decisions,
  };
}

/** Outcomes that stand for all that are allowed: one for each way in which they are. */
export function everyKind(profile: Profile, state: State, op: DedupeOp): readonly Outcome[] {
  const { failures, entries } = allowanceOf(profile, state, op);
  const failing = failures.map(({ errno }) => failedWith(op, errno));
  if (entries === undefined) return failing;
  const few = entries.length <= maxCombined;
  const lists = entries.map(({ ends }) => (few ? ends : ends.slice(0, 1)).flatMap(extremes));
  return [...failing, ...combined(lists).map((targets) => ended(profile, targets))];
}

/** Entries whose ends are combined at most; of more, the usual end of each stands for all. */
const maxCombined = 3;
/** Combinations that are looked at, at most. */
const maxCombinations = 64;

function combined(
  lists: readonly (readonly TargetOutcome[])[],
): readonly (readonly TargetOutcome[])[] {
  let made: readonly (readonly TargetOutcome[])[] = [[]];
  for (const list of lists) {
    made = made
      .flatMap((before) => list.map((each) => [...before, each]))
      .slice(0, maxCombinations);
  }
  return made;
}

function extremes({ status, least, most }: EntryEnd): readonly TargetOutcome[] {
  const number = status === "any" ? -errnoOf("EINVAL") : status;
  const amounts = least === most ? [most] : [most, least];
  return amounts.map((deduped) => ({ status: number, deduped: bytes(deduped) }));
}

function failedWith(op: DedupeOp, errno: Errno | "any"): Outcome {
  const targets = op.targets.map(() => untouched);
  return failed(errno === "any" ? errnoOf("EINVAL") : errno, { targets });
}

function ended(profile: Profile, targets: readonly TargetOutcome[]): Outcome {
  const outcome = returned(0, { targets });
  return profile.countsFiles ? { ...outcome, filesDeduped: sameIn(outcome) } : outcome;
}

/** An outcome that is one of those allowed, and the rules that give it. */
function usual(
  profile: Profile,
  op: DedupeOp,
  { request, failures, entries }: Allowance,
): Pick<Returned, "outcome" | "decisions"> {
  if (entries === undefined) {
    const { rule, errno = "any" } =
      failures.find((each) => each.errno !== "any") ?? failures[0] ?? {};
    return {
      outcome: failedWith(op, errno),
      decisions: [{ rule, request, entry: undefined }],
    };
  }
  const ends = entries.map(({ ends: [first] }) => first);
  const targets = ends.flatMap((end) => (end === undefined ? [] : extremes(end).slice(0, 1)));
  const decided = entries.map(({ facts }, at): Decision => ({
    rule: ends[at]?.rule.id,
    request: undefined,
    entry: facts,
  }));
  return {
    outcome: ended(profile, targets),
    decisions: [{ rule: undefined, request, entry: undefined }, ...decided],
  };
}

/** The state behind an outcome; undefined where it is not allowed. */
function stateBehind(
  profile: Profile,
  state: State,
  op: DedupeOp,
  allowance: Allowance,
  got: Outcome,
): State | undefined {
  const { failures, entries, loose } = allowance;
  if (got.contradictions !== undefined || (!loose && (got.slept || got.signalled)))
    return undefined;
  if (got.errno !== 0) {
    const allowed = failures.some(({ errno }) => errno === "any" || errno === got.errno);
    return allowed && got.result === -1 ? state : undefined;
  }
  if (got.result !== 0 || entries === undefined || got.touched.length > 0) return undefined;
  if (profile.countsFiles && (got.filesDeduped ?? op.reserved1) !== sameIn(got)) return undefined;
  return afterEntries(profile, state, op, entries, got);
}

function afterEntries(
  profile: Profile,
  state: State,
  op: DedupeOp,
  entries: readonly EntryAllowance[],
  got: Outcome,
): State | undefined {
  let after = state;
  for (const [at, { facts, ends }] of entries.entries()) {
    const end = ends.find((each) => fits(each, got.targets[at]));
    if (end === undefined) return undefined;
    if (end.shares) after = shared(profile, after, { op, index: at, facts, rule: end.rule });
  }
  return after;
}

/** How many entries are the same: what files_deduped counts. */
function sameIn({ targets }: Outcome): number {
  return targets.filter(({ status }) => status === statusSame).length;
}
