/**
 * Why a call was answered as it was: the checks in kernel order, which of them
 * decided or may have, and what would tell those apart.
 */

import {
  candidatesIn,
  entryFactName,
  entryWays,
  requestWays,
  walked,
  type Candidate,
  type Check,
  type Errno,
  type KnownCall,
  type KnownTarget,
  type Profile,
  type Read,
  type TargetOutcome,
  type Way,
} from "../model/index.ts";

/** A dedupe call as far as it is known. */
export interface KnownDedupe {
  /** The call in a line, and what came back; empty where that is not known. */
  readonly call: string;
  readonly got: string;
  readonly known: KnownCall;
  readonly targets: readonly NamedTarget[];
  /** Targets that the account of the call leaves out. */
  readonly unseen: number;
  readonly answer: KnownAnswer;
  /** Clauses of which the request, and each entry, is a case; where they are known. */
  readonly cases?: readonly (readonly string[])[];
}

export interface NamedTarget {
  /** As it is shown: `s1 at 4K`. */
  readonly name: string;
  readonly known: KnownTarget;
}

/** What came back, as far as it is known. */
export interface KnownAnswer {
  /** 0 where the call did not fail. */
  readonly errno: Errno | 0 | undefined;
  /** By target; shorter where less is known. */
  readonly targets: readonly Partial<TargetOutcome>[];
}

export interface Explanation {
  readonly call: string;
  readonly got: string;
  readonly profile: Profile;
  readonly answer: KnownAnswer;
  readonly request: Part<Errno | 0>;
  /** Empty where the call was refused before it came to them. */
  readonly targets: readonly Part<TargetOutcome>[];
  readonly unseen: number;
}

/** The request, or one entry. */
export interface Part<Answer> {
  readonly title: string;
  /** The target; empty for the request. */
  readonly about: string;
  /** In kernel order, up to the last one that may have decided. */
  readonly steps: readonly Step[];
  /** Most likely first. One: it decided. None: the profile has no rule for what came back. */
  readonly candidates: readonly Likely<Answer>[];
  /** Clauses of which it is a case, where all is known. */
  readonly cases: readonly string[];
  /** Where there is no candidate: what the profile would have answered. */
  readonly instead: readonly Likely<Answer>[];
}

/** A candidate without the way that shows it. */
export type Likely<Answer> = Omit<Candidate<Answer>, "way">;

/** A check as it went. */
export interface Step {
  readonly rule: string;
  /** A rule that applies, and decides nothing, changes what later rules see, or makes the call wait. */
  readonly verdict: "passed" | "decides" | "may decide" | "applies" | "may apply";
  readonly reads: readonly (Read & { readonly known: boolean })[];
}

/** Explains a dedupe from what is known of it. */
export function explainDedupe(profile: Profile, call: KnownDedupe): Explanation {
  const { known, answer } = call;
  const { request: requestRules, copyOut } = profile.tables;
  const request = part(
    { title: "request", about: "" },
    requestWays(profile, known),
    (got) => answer.errno === undefined || got === answer.errno,
    (way) => way.look((facts) => walked([...requestRules, ...copyOut], facts, profile)),
    call.cases?.[0],
  );
  const reached =
    request.candidates.some((candidate) => candidate.answer === 0) ||
    request.candidates.every(({ rule }) => copyOut.some(({ id }) => id === rule));
  const targets = reached ? call.targets : [];
  return {
    call: call.call,
    got: call.got,
    profile,
    answer,
    request,
    targets: targets.map((target, index) => entryPart(profile, call, target, index)),
    unseen: reached ? call.unseen : 0,
  };
}

function entryPart(
  profile: Profile,
  { known, answer, cases }: KnownDedupe,
  target: NamedTarget,
  index: number,
): Part<TargetOutcome> {
  const { status, deduped } = entryAnswer(answer, index);
  return part(
    { title: `target ${index + 1}`, about: target.name },
    entryWays(profile, known, target.known),
    (got) =>
      (status === undefined || got.status === status) &&
      (deduped === undefined || got.deduped === deduped),
    (way) =>
      way.look((_request, entry) => walked(profile.tables.entry, entry, profile, entryFactName)),
    cases?.[index + 1],
  );
}

/** What an entry says; a call that failed need not have written it. */
export function entryAnswer(
  { errno, targets }: KnownAnswer,
  index: number,
): Partial<TargetOutcome> {
  return errno === 0 ? (targets[index] ?? {}) : {};
}

function part<Answer>(
  names: Pick<Part<Answer>, "title" | "about">,
  ways: readonly Way<Answer>[],
  fits: (answer: Answer) => boolean,
  walk: (way: Way<Answer>) => readonly Check[],
  cases: readonly string[] = [],
): Part<Answer> {
  const candidates = candidatesIn(ways.filter(({ answer }) => fits(answer)));
  const instead = candidates.length === 0 ? candidatesIn(ways) : [];
  const shown = candidates.length === 0 ? instead : candidates;
  return { ...names, candidates, instead, cases, steps: stepsOf(shown, walk) };
}

/** The walk that goes furthest of those on which candidates decide. */
function stepsOf<Answer>(
  candidates: readonly Candidate<Answer>[],
  walk: (way: Way<Answer>) => readonly Check[],
): readonly Step[] {
  const walks = candidates.map(({ way }) => ({ way, checks: walk(way) }));
  const [furthest] = walks.toSorted((a, b) => b.checks.length - a.checks.length);
  if (furthest === undefined) return [];
  const unknown = new Set(furthest.way.taken.map(({ fact }) => fact));
  const deciding = new Set(candidates.map(({ rule }) => rule));
  const sole = candidates.length === 1 || deciding.size === 1;
  return furthest.checks.map(({ rule, applies, ends, reads }) => {
    const shown = reads.map((read) => ({ ...read, known: !unknown.has(rootOf(read.fact)) }));
    if (deciding.has(rule)) return { rule, verdict: sole ? "decides" : "may decide", reads: shown };
    const open = reads.length > 0 && !ends;
    if (!open) return { rule, verdict: "passed", reads: shown };
    const sure = shown.every(({ known }) => known);
    const verdict = applies ? "applies" : "passed";
    return { rule, verdict: sure ? verdict : "may apply", reads: shown };
  });
}

/** `firstDifference(4096)` is `firstDifference`, asked of a length. */
function rootOf(fact: string): string {
  return fact.split("(", 1)[0] ?? fact;
}
