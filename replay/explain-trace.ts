/** Why a call of a trace was answered as it was. */

import {
  clauses,
  knownCall,
  knownTarget,
  InvariantError,
  parseErrno,
  ruleText,
  type Decision,
  type DedupeOp,
  type Model,
  type Op,
  type Outcome,
  type Errno,
  type Profile,
  type Target,
} from "../model/index.ts";
import { explainDedupe, type Explanation, type KnownAnswer } from "./explain.ts";
import { follow } from "./follow.ts";
import { printCall, targetText } from "./op-text.ts";
import { printOutcome } from "./outcome-text.ts";
import type { Trace } from "./trace.ts";

export type Explained =
  | { readonly kind: "explained"; readonly explanation: Explanation }
  /** One line for the user. */
  | { readonly kind: "invalid"; readonly message: string };

/** Explains call `at` of a trace, counted from 1. */
export function explainTrace(model: Model, trace: Trace, at: number): Explained {
  const followed = follow(model, trace, at);
  if (followed.kind === "invalid") return followed;
  const { op, outcome, decisions } = followed;
  const { profile } = model;
  const explanation =
    op.kind === "dedupe"
      ? ofDedupe(profile, op, outcome, decisions)
      : ofOther(profile, op, outcome, decisions);
  return { kind: "explained", explanation };
}

function ofDedupe(
  profile: Profile,
  op: DedupeOp,
  outcome: Outcome | undefined,
  decisions: readonly Decision[],
): Explanation {
  const request = decisions[0]?.request;
  if (request === undefined) throw new InvariantError("a dedupe was decided without its facts");
  const entries = decisions.flatMap(({ entry }) => entry ?? []);
  return explainDedupe(profile, {
    ...linesOf(op, outcome),
    known: knownCall(request),
    targets: entries.map((entry, index) => ({
      name: nameOf(op.targets[index]),
      known: knownTarget(entry),
    })),
    unseen: 0,
    answer: outcome ?? nothing,
    cases: decisions.map((decision) => casesOf(decision, profile)),
  });
}

/** The clauses of which a decision is a case. */
function casesOf(decision: Decision, profile: Profile): readonly string[] {
  return clauses.filter(({ when }) => when(decision, profile)).map(({ id }) => id);
}

function nameOf(target: Target | undefined): string {
  return target === undefined ? "" : targetText(target);
}

const nothing: KnownAnswer = { errno: undefined, targets: [] };

function ofOther(
  profile: Profile,
  op: Op,
  outcome: Outcome | undefined,
  [decision]: readonly Decision[],
): Explanation {
  const checks = decision?.checks?.() ?? [];
  const steps = checks.map(({ rule, applies, reads }) => ({
    rule,
    verdict: applies ? ("decides" as const) : ("passed" as const),
    reads: reads.map((read) => ({ ...read, known: true })),
  }));
  const refused = checks.find(({ applies }) => applies)?.rule;
  const errno: Errno | 0 = refused === undefined ? 0 : errnoOfRule(refused);
  const likely = { rule: refused, answer: errno, tail: undefined, surprise: 0, needs: [] };
  const candidate = { ...likely, suchAs: false };
  const differs = outcome !== undefined && outcome.errno !== errno;
  return {
    ...linesOf(op, outcome),
    profile,
    answer: { errno: outcome?.errno, targets: [] },
    request: {
      title: "call",
      about: "",
      steps,
      cases: decision === undefined ? [] : casesOf(decision, profile),
      candidates: differs ? [] : [candidate],
      instead: differs ? [candidate] : [],
    },
    targets: [],
    unseen: 0,
  };
}

function linesOf(op: Op, outcome: Outcome | undefined): Pick<Explanation, "call" | "got"> {
  return { call: printCall(op), got: outcome === undefined ? "" : printOutcome(op, outcome) };
}

/** The errno that a rule of a call other than dedupe answers. */
function errnoOfRule(rule: string): Errno {
  const errno = parseErrno(ruleText(rule)?.answers ?? "");
  if (errno === undefined) throw new InvariantError(`${rule} answers no errno`);
  return errno;
}
