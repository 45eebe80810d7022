/** What a campaign reached: calls, answers, sizes of allowed sets, and rules with how often each decided. */

import {
  clauses,
  copyOutRules,
  entryRules,
  errnoName,
  passed,
  requestRules,
  type Decision,
  type Op,
  type Outcome,
  type Profile,
  type Rule,
} from "../model/index.ts";

/** Counts of one campaign, as plain data. */
export interface Reached {
  readonly ops: number;
  /** Calls by kind of op. */
  readonly calls: Readonly<Record<string, number>>;
  readonly dedupe: {
    readonly calls: number;
    /** Entries of all calls, also of those that were refused as a whole. */
    readonly targets: number;
    /** Entries whose bytes were compared, that were shared, and that differed. */
    readonly compared: number;
    readonly shared: number;
    readonly differing: number;
  };
  /** Entries by status: "same", "differs", or the errno's name. */
  readonly status: Readonly<Record<string, number>>;
  /** Dedupe calls that failed by errno, and those that did not under "none". */
  readonly errno: Readonly<Record<string, number>>;
  /** Calls by the number of outcomes that were allowed. */
  readonly allowedSets: Readonly<Record<string, number>>;
  /** Every rule and clause that can be reached, with how many calls or entries were a case of it. */
  readonly rules: Readonly<Record<string, number>>;
}

export interface ReachedCounter {
  /** Counts one allowed call. */
  readonly count: (
    op: Op,
    outcome: Outcome,
    decisions: readonly Decision[],
    choices: number,
  ) => void;
  readonly report: () => Reached;
}

/** The ids that a campaign on this profile has to reach, in the order of the specification. */
export function reachable(): readonly string[] {
  const checks = [...requestRules, ...entryRules].filter((rule) => rule.shadowed === undefined);
  return [...checks, ...copyOutRules, ...clauses].map((rule) => rule.id);
}

export function newReached(profile: Profile): ReachedCounter {
  const calls = new Tally();
  const status = new Tally();
  const errno = new Tally();
  const sets = new Tally();
  const rules = new Tally(reachable());
  let ops = 0;
  let targets = 0;
  const count: ReachedCounter["count"] = (op, outcome, decisions, choices) => {
    ops++;
    calls.add(op.kind);
    sets.add(String(choices));
    for (const decision of decisions) countDecision(rules, decision, profile);
    if (op.kind !== "dedupe") return;
    errno.add(outcome.errno === 0 ? "none" : errnoName(outcome.errno));
    targets += op.targets.length;
    if (outcome.errno !== 0) return;
    for (const entry of outcome.targets) status.add(statusWord(entry.status));
  };
  return {
    count,
    report: () => ({
      ops,
      calls: calls.counts(),
      dedupe: {
        calls: calls.of("dedupe"),
        targets,
        compared: rules.of("G11") + rules.of("S1"),
        shared: rules.of("S1"),
        differing: rules.of("G11"),
      },
      status: status.counts(),
      errno: errno.counts(),
      allowedSets: sets.counts(),
      rules: rules.counts(),
    }),
  };
}

function countDecision(rules: Tally, decision: Decision, profile: Profile): void {
  const { rule, entry, request } = decision;
  if (rule !== undefined) rules.addKnown(rule);
  if (request !== undefined) countPassed(rules, requestRules, rule, request, profile);
  if (entry !== undefined) countPassed(rules, entryRules, rule, entry, profile);
  for (const clause of clauses) if (clause.when(decision, profile)) rules.addKnown(clause.id);
}

/** Counts the rules that decide nothing, but applied before the one that decided. */
function countPassed<Subject>(
  tally: Tally,
  table: readonly Rule<Subject>[],
  decided: string | undefined,
  subject: Subject,
  profile: Profile,
): void {
  for (const { id } of passed(table, subject, profile, decided)) tally.addKnown(id);
}

function statusWord(status: number): string {
  if (status === 0) return "same";
  if (status === 1) return "differs";
  return status < 0 ? errnoName(-status) : `status ${status}`;
}

/** Counts by word. */
class Tally {
  readonly #counts = new Map<string, number>();

  /** Words that are shown even when they were never counted. */
  constructor(words: readonly string[] = []) {
    for (const word of words) this.#counts.set(word, 0);
  }

  add(word: string): void {
    this.#counts.set(word, (this.#counts.get(word) ?? 0) + 1);
  }

  /** Counts a word that was given at the start, and no other. */
  addKnown(word: string): void {
    const count = this.#counts.get(word);
    if (count !== undefined) this.#counts.set(word, count + 1);
  }

  of(word: string): number {
    return this.#counts.get(word) ?? 0;
  }

  counts(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#counts);
  }
}
