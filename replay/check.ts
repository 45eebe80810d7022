/**
 * The check: a fold of calls and outcomes over the set of worlds that are
 * possible. A world is a state; each call leaves those worlds in which it may
 * have answered as it did, and an empty set is a divergence.
 */

import {
  initialOn,
  outcomes,
  witnessRule,
  type Decision,
  type Model,
  type Op,
  type Outcome,
  type Returned,
  type State,
} from "../model/index.ts";
import { causeOf, isLook, madeOf, type Cause, type Made } from "./cause.ts";
import { difference, type Difference } from "./diff.ts";
import { formatIn, type Trace } from "./trace.ts";

/** An outcome that no world allows. */
export interface Divergence {
  /** The call, counted from 1. */
  readonly at: number;
  readonly op: Op;
  readonly got: Outcome;
  /** What was allowed, each with the decisions that lead there; never empty, no two alike. */
  readonly allowed: readonly Returned[];
  /** Between the first allowed outcome and what came. */
  readonly difference: Difference;
  /** For a look: the last call before it that may have changed what it saw. */
  readonly after: Cause | undefined;
}

export type Step =
  | {
      readonly kind: "allowed";
      /** Never empty. */
      readonly worlds: readonly State[];
      /** Of the world that was found first. */
      readonly decisions: readonly Decision[];
      /** How many different outcomes were allowed. */
      readonly choices: number;
    }
  | { readonly kind: "diverged"; readonly divergence: Divergence }
  | { readonly kind: "undecided"; readonly worlds: number };

export type Verdict =
  | { readonly kind: "allowed" }
  | { readonly kind: "diverged"; readonly divergence: Divergence }
  /** The check ran out of its budget of worlds, or a call has no outcome. */
  | { readonly kind: "undecided"; readonly why: string };

/** Worlds that are kept at most: beyond, the answer is "undecided". */
const maxWorlds = 10_000;

/** Does one call in every world, and keeps the worlds in which it may have answered so. */
export function advance(
  model: Model,
  worlds: readonly State[],
  op: Op,
  got: Outcome,
  at: number,
): Step {
  return narrow(everyBranch(model, worlds, op), op, got, at);
}

/** Keeps the worlds behind those branches in which the call answers as it did. */
export function narrow(branches: readonly Returned[], op: Op, got: Outcome, at: number): Step {
  const [sole] = branches;
  const state = sole === undefined || branches.length > 1 ? undefined : stateBehind(sole, got);
  if (sole !== undefined && state !== undefined) {
    return {
      kind: "allowed",
      worlds: [state],
      decisions: sole.decides?.(got) ?? sole.decisions,
      choices: sole.answers ?? 1,
    };
  }
  const fits = branches.flatMap((branch) => {
    const after = stateBehind(branch, got);
    if (after === undefined) return [];
    return [{ ...branch, state: after, decisions: branch.decides?.(got) ?? branch.decisions }];
  });
  const [first] = fits;
  if (first === undefined) {
    return { kind: "diverged", divergence: diverged(op, got, branches, at) };
  }
  if (fits.length > maxWorlds) return { kind: "undecided", worlds: fits.length };
  return {
    kind: "allowed",
    worlds: fits.map((branch) => branch.state),
    decisions: first.decisions,
    choices: distinct(branches).length,
  };
}

/** The state that follows a branch; undefined when its answer is not the one that came. */
export function stateBehind(branch: Returned, got: Outcome): State | undefined {
  if (branch.accepts !== undefined) return branch.accepts(got);
  return difference(branch.outcome, got) === undefined ? branch.state : undefined;
}

/** Ways to return, in every world; most of the time there is one world, and one way. */
export function everyBranch(model: Model, worlds: readonly State[], op: Op): readonly Returned[] {
  const [only] = worlds;
  if (worlds.length === 1 && only !== undefined) return outcomes(model, only, op);
  return worlds.flatMap((world) => outcomes(model, world, op));
}

/**
 * The divergence of a look that found something else at first, and what is
 * allowed when it was repeated.
 */
export function unrepeated(
  model: Model,
  worlds: readonly State[],
  op: Op,
  got: Outcome,
  at: number,
): Divergence {
  return diverged(op, got, everyBranch(model, worlds, op), at);
}

/** The verdict of a model on a trace whose outcomes were recorded. */
export function check(model: Model, trace: Trace): Verdict {
  let worlds: readonly State[] = [initialOn(formatIn(trace))];
  const made: Made[] = [];
  for (const [index, { op, outcome }] of trace.events.entries()) {
    if (outcome === undefined) {
      return { kind: "undecided", why: `call ${index + 1} has no outcome: replay it first` };
    }
    const step = advance(model, worlds, op, outcome, index + 1);
    if (step.kind === "diverged") {
      return { kind: "diverged", divergence: withCause(step.divergence, made) };
    }
    if (step.kind === "undecided") {
      return { kind: "undecided", why: `more than ${maxWorlds} worlds after call ${index + 1}` };
    }
    worlds = step.worlds;
    made.push(madeOf(op, step.decisions, outcome.errno));
  }
  return { kind: "allowed" };
}

/** The divergence with the call that a look came after, of those made `before` it. */
export function withCause(divergence: Divergence, before: readonly Made[]): Divergence {
  return { ...divergence, after: causeOf(divergence.op, before) };
}

/** The rule that decided where an outcome differs: of a witness, of the entry that differs, or of the call. */
export function ruleOf(divergence: Divergence): string {
  if (divergence.difference.kind === "sleep") return "FS-03";
  const broken = witnessRule(divergence.difference.kind);
  if (broken !== undefined) return broken;
  return decisionOf(divergence)?.rule ?? ruleOfNone(divergence.op, divergence.after);
}

/** What decided where an outcome differs; of a look, what decided the dedupe before it. */
export function decisionOf({
  allowed,
  difference: { entry },
  got,
  after,
}: Divergence): Decision | undefined {
  const [{ decisions, outcome } = { decisions: [], outcome: got }] = allowed;
  if (entry !== undefined) return decisions[entry + 1];
  const told = outcome.targets.findLastIndex(({ status }) => status < 0 && status === -got.errno);
  if (told !== -1 && outcome.errno === 0) return decisions[told + 1];
  return (
    decisions.find((each) => each.entry === undefined && each.rule !== undefined) ?? after?.decision
  );
}

/** Where no rule refuses a call: the one by which a dedupe left what a look sees. */
export function ruleOfNone(op: Op, after: Cause | undefined): string {
  return isLook(op) ? (after?.decision?.rule ?? "CONTENTS") : "success";
}

function diverged(op: Op, got: Outcome, branches: readonly Returned[], at: number): Divergence {
  const allowed = distinct(branches);
  const [first] = allowed;
  const differs = first === undefined ? undefined : difference(first.outcome, got);
  const unexplained = { kind: "contents", entry: undefined } as const;
  return { at, op, got, allowed, difference: differs ?? unexplained, after: undefined };
}

/** The branches without those that answer as one before them does. */
export function distinct(branches: readonly Returned[]): readonly Returned[] {
  return branches.filter(
    (branch, index) =>
      branches.findIndex((other) => difference(other.outcome, branch.outcome) === undefined) ===
      index,
  );
}
