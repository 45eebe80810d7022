/**
 * What a dedupe may answer under a profile in which any rule that applies may
 * answer, and which leaves things open: sets, not answers.
 */

import { entryFacts, requestFacts } from "./dedupe-facts.ts";
import { cappedLength, tailLengths } from "./dedupe-rules.ts";
import type { EntryFacts, RequestFacts } from "./facts.ts";
import { hazardsOf } from "./hazard.ts";
import type { Decision } from "./model.ts";
import type { DedupeOp } from "./op.ts";
import { statusDiffers, statusSame, type TargetOutcome } from "./outcome.ts";
import type { Profile } from "./profile.ts";
import type { Rule } from "./rule.ts";
import type { State } from "./state.ts";
import type { Errno } from "./units.ts";

/** A way in which a call may fail. */
export interface Failure {
  readonly rule: string;
  /** "any" where the profile does not say. */
  readonly errno: Errno | "any";
}

/** A way in which an entry may end. */
export interface EntryEnd {
  readonly rule: Rule<EntryFacts>;
  /** "any" is any below 0. */
  readonly status: number | "any";
  /** Of bytes_deduped, both included. */
  readonly least: bigint;
  readonly most: bigint;
  /** Whether its range is shared. */
  readonly shares: boolean;
}

export interface Allowance {
  readonly request: RequestFacts;
  /** In the order of the tables. */
  readonly failures: readonly Failure[];
  /** One for each entry, in order; undefined where the call fails in any case. */
  readonly entries: readonly EntryAllowance[] | undefined;
  /** Why it fails in any case: rules of the request, or of the first entry that cannot end otherwise. */
  readonly sure: { readonly rules: readonly Sure[]; readonly entry: number | undefined };
  /** The facts of each entry that was asked, in order. */
  readonly asked: readonly EntryFacts[];
  /** Rules that leave more than one answer, in the order of the tables. */
  readonly open: readonly string[];
  /** Whether the call may sleep or raise a signal, because nothing is said of what it meets. */
  readonly loose: boolean;
}

/** A rule where it applies, with what it answers. */
type Sure = Pick<Rule<never>, "id" | "answers">;

export interface EntryAllowance {
  readonly facts: EntryFacts;
  /** Those that apply. */
  readonly rules: readonly Rule<EntryFacts>[];
  /** Those for which it cannot be the same, nor differ. */
  readonly sure: readonly Sure[];
  /** Empty where the call fails in any case. */
  readonly ends: readonly EntryEnd[];
}

export function allowanceOf(profile: Profile, state: State, op: DedupeOp): Allowance {
  const [hazard] = hazardsOf(state, op);
  const asked = requestFacts(state, op, hazard);
  const request = profile.countsFiles ? { ...asked, reserved: op.reserved2 !== 0 } : asked;
  const applied = applying(profile.tables.request, request, profile);
  const failures = applied.flatMap(failureOf);
  if (applied.some(isSure)) {
    const sure = { rules: applied.filter(isSure), entry: undefined };
    const open = openOf(applied);
    return { request, failures, entries: undefined, asked: [], sure, open, loose: false };
  }
  const decisions: Decision[] = [{ rule: undefined, request, entry: undefined }];
  const entries = op.targets.map((target): EntryAllowance => {
    const facts = entryFacts(state, op, request, target, decisions, hazard, profile);
    const rules = applying(profile.tables.entry, facts, profile);
    decisions.push({ rule: "asked", request: undefined, entry: facts });
    return { facts, rules, sure: rules.filter(isSure), ends: endsOf(rules, facts, profile) };
  });
  const all = [...applied, ...entries.flatMap(({ rules }) => rules)];
  const failing = entries.findIndex(({ ends }) => ends.length === 0);
  return {
    request,
    failures: [...failures, ...entries.flatMap(({ rules }) => rules.flatMap(failureOf))],
    entries: failing === -1 ? entries : undefined,
    asked: entries.map(({ facts }) => facts),
    sure: { rules: entries[failing]?.sure ?? [], entry: failing },
    open: openOf(all),
    loose: all.some(({ answers }) => answers.kind === "anything"),
  };
}

function applying<Subject>(
  rules: readonly Rule<Subject>[],
  subject: Subject,
  profile: Profile,
): readonly Rule<Subject>[] {
  return rules.filter((rule) => rule.when(subject, profile));
}

/** Whether where it applies nothing but an error may come. */
function isSure<Subject>({ answers, may }: Rule<Subject>): boolean {
  if (may === true) return false;
  const { kind } = answers;
  if (kind === "status") return answers.status < 0;
  return kind === "errno" || kind === "any status" || kind === "fails";
}

function failureOf<Subject>({ id, answers }: Rule<Subject>): readonly Failure[] {
  if (answers.kind === "errno") return [{ rule: id, errno: answers.errno }];
  if (answers.kind === "fails" || answers.kind === "anything") return [{ rule: id, errno: "any" }];
  return [];
}

/** Rules of which each leaves a choice, and those that together do: more than one sure error. */
function openOf(rules: readonly Rule<never>[]): readonly string[] {
  return rules
    .filter(({ answers: { kind }, may }) => may === true || isOpen(kind))
    .map(({ id }) => id);
}

function isOpen(kind: Rule<never>["answers"]["kind"]): boolean {
  return kind === "any status" || kind === "fails" || kind === "anything" || kind === "cuts";
}

function endsOf(
  rules: readonly Rule<EntryFacts>[],
  facts: EntryFacts,
  profile: Profile,
): readonly EntryEnd[] {
  const errors = rules.flatMap(errorEnd);
  if (rules.some(isSure)) return errors;
  const cuts = rules.some(({ answers }) => answers.kind === "cuts");
  const loose = cuts || rules.some(({ answers }) => answers.kind === "anything");
  const [first, ...others] = rules.filter(endsWell);
  const ends = first === undefined ? [] : [goodEnd(first, facts, profile, loose)];
  const differs = first?.answers.kind === "status";
  const shorter =
    differs && cuts && others[0] !== undefined && facts.firstDifference(1n) === undefined;
  const also = shorter ? others.slice(0, 1).map((rule) => goodEnd(rule, facts, profile, true)) : [];
  return [...ends, ...also, ...errors];
}

function errorEnd(rule: Rule<EntryFacts>): readonly EntryEnd[] {
  const { answers } = rule;
  const end = { rule, least: 0n, most: 0n, shares: false };
  switch (answers.kind) {
    case "status":
      return answers.status < 0 ? [{ ...end, status: answers.status }] : [];
    case "any status":
    case "fails":
    case "anything":
      return [{ ...end, status: "any" }];
    case "errno":
    case "nothing":
    case "share":
    case "continues":
    case "sleeps":
    case "cuts":
      return [];
  }
}

/** Whether it ends an entry without an error. */
function endsWell({ answers }: Rule<EntryFacts>): boolean {
  if (answers.kind === "status") return answers.status >= 0;
  return answers.kind === "share" || answers.kind === "nothing";
}

function goodEnd(
  rule: Rule<EntryFacts>,
  facts: EntryFacts,
  profile: Profile,
  loose: boolean,
): EntryEnd {
  if (rule.answers.kind === "status") {
    return { rule, status: statusDiffers, least: 0n, most: 0n, shares: false };
  }
  const { compared, shared } = tailLengths(facts, profile);
  const deduped = compared < shared ? compared : shared;
  const aligned = ((facts.request.offset | facts.offset) & (facts.block - 1n)) === 0n;
  return {
    rule,
    status: statusSame,
    least: loose ? 0n : deduped,
    most: loose ? cappedLength(facts.request, profile) : deduped,
    shares: rule.answers.kind === "share" && aligned,
  };
}

/** Whether an entry may have ended so. */
export function fits(end: EntryEnd, got: TargetOutcome | undefined): boolean {
  if (got === undefined) return false;
  const isStatus = end.status === "any" ? got.status < 0 : got.status === end.status;
  return isStatus && got.deduped >= end.least && got.deduped <= end.most;
}
