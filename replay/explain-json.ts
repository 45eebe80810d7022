/** An explanation for a machine: one JSON value on a line; every u64 is a decimal string. */

import { errnoName, ruleText, type Errno, type TargetOutcome } from "../model/index.ts";
import type { Explanation, Likely, Part, Step } from "./explain.ts";
import { factName, needText } from "./fact-text.ts";

/** `line` is where a call of a log begins. */
export function explanationJson(explanation: Explanation, line?: number): string {
  const { call, got, profile, request, targets, unseen } = explanation;
  const value = {
    line,
    call,
    got: got === "" ? undefined : got,
    profile: profile.name,
    request: partJson(request, (errno: Errno | 0) => (errno === 0 ? "accepted" : errnoName(errno))),
    targets: targets.map((target) => ({
      target: target.about,
      ...partJson(target, ({ status, deduped }: TargetOutcome) => ({ status, deduped })),
    })),
    unseen,
  };
  return JSON.stringify(value, (_key, field: unknown) =>
    typeof field === "bigint" ? String(field) : field,
  );
}

function partJson<Answer>(
  { candidates, instead, steps, cases }: Part<Answer>,
  answer: (answer: Answer) => unknown,
): object {
  const told = (likely: Likely<Answer>): object => candidateJson(likely, answer);
  return {
    rules: [...new Set(candidates.map(({ rule }) => rule ?? "none"))],
    candidates: candidates.map(told),
    instead: instead.length === 0 ? undefined : instead.map(told),
    clauses: cases.length === 0 ? undefined : cases,
    checks: steps.map(stepJson),
  };
}

function candidateJson<Answer>(
  { rule, answer: answered, tail, surprise, needs, suchAs }: Likely<Answer>,
  answer: (answer: Answer) => unknown,
): object {
  const text = rule === undefined ? undefined : ruleText(rule);
  return {
    rule,
    says: text?.says,
    source: text?.source,
    answer: answer(answered),
    compared: tail?.compared,
    shared: tail?.shared,
    surprise,
    needs: needs.length === 0 ? undefined : needs.map(needText),
    suchAs: suchAs ? true : undefined,
  };
}

function stepJson({ rule, verdict, reads }: Step): object {
  const facts = reads.map(({ fact, value, known }) => [
    factName(fact),
    known ? (value ?? null) : "?",
  ]);
  return { rule, verdict, facts: Object.fromEntries(facts) };
}
