/** What a campaign reached: calls, answers, sizes of allowed sets, and rules with how often each decided. */

import {
  clauses,
  errnoName,
  passed,
  sharingCases,
  sharingClauses,
  type Decision,
  type Profile,
  type Rule,
  type SpecClause,
} from "../model/index.ts";
import type { Allowed } from "../replay/index.ts";
import { isInReach, type Abilities } from "./out-of-reach.ts";
import { SurpriseCounter } from "./surprises.ts";

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
  /** Looks at the disk by format, and how many of them had exactly one allowed answer. */
  readonly looks: Readonly<Record<string, { readonly all: number; readonly determined: number }>>;
  /** Every rule and clause that can be reached on the target, with how many calls or entries were a case of it. */
  readonly rules: Readonly<Record<string, number>>;
  /** Of the first calls, those that surprise readers of the manual page, by what they break there. */
  readonly surprises: Readonly<Record<string, number>>;
}

export interface ReachedCounter {
  /** Counts one allowed call. */
  readonly count: (call: Allowed) => undefined;
  readonly report: () => Reached;
}

/** The ids that campaigns on this profile have to reach, in the order of the specification. */
export function reachable({ fs, tables }: Profile): readonly string[] {
  const checks = [...tables.request, ...tables.entry].filter(
    ({ shadowed, unmet }) => shadowed === undefined && unmet === undefined,
  );
  const all: readonly Reachable[] = [...checks, ...tables.copyOut, ...clauses, ...sharingClauses];
  return all.filter(({ on = fs }) => on === fs).map(({ id }) => id);
}

type Reachable = Pick<SpecClause, "id" | "on">;

/** Counts what is reached on a target. */
export function newReached(profile: Profile, target: Abilities): ReachedCounter {
  const calls = new Tally();
  const status = new Tally();
  const errno = new Tally();
  const sets = new Tally();
  const rules = new Tally(reachable(profile).filter((id) => isInReach(id, target)));
  const looks = new Tally();
  const determined = new Tally();
  const surprising = new SurpriseCounter();
  let last: Allowed | undefined;
  let between: Allowed | undefined;
  let ops = 0;
  let targets = 0;
  /** What came between two looks was held by them. */
  const countLooks = (call: Allowed): void => {
    const { event, choices, before } = call;
    if (event.op.kind === "observe") {
      looks.add(before.format.name);
      if (choices === 1) determined.add(before.format.name);
      if (between !== undefined) {
        const { op } = between.event;
        for (const id of sharingCases(profile, between.before, op, between.decisions)) {
          rules.addKnown(id);
        }
      }
    }
    between = last?.event.op.kind === "observe" ? call : undefined;
    last = call;
  };
  const count: ReachedCounter["count"] = (call) => {
    const { event, decisions, choices } = call;
    const { op, outcome } = event;
    countLooks(call);
    ops++;
    calls.add(op.kind);
    sets.add(String(choices));
    for (const decision of decisions) countDecision(rules, decision, profile);
    if (op.kind !== "dedupe") return;
    surprising.count(call);
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
      looks: Object.fromEntries(
        Object.entries(looks.counts()).map(([format, all]) => [
          format,
          { all, determined: determined.of(format) },
        ]),
      ),
      rules: rules.counts(),
      surprises: surprising.report(),
    }),
  };
}

function countDecision(rules: Tally, decision: Decision, profile: Profile): void {
  const { rule, entry, request } = decision;
  if (rule !== undefined) rules.addKnown(rule);
  if (request !== undefined) countPassed(rules, profile.tables.request, rule, request, profile);
  if (entry !== undefined) countPassed(rules, profile.tables.entry, rule, entry, profile);
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
