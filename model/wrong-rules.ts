/**
 * Every wrong table that one operator makes of one rule, or of two neighbours:
 * dropped, swapped, answering otherwise, failing an entry in place of the call and
 * the reverse. None is left out.
 */

import { errnoOf } from "./errno.ts";
import type { EntryFacts, RequestFacts } from "./facts.ts";
import { replacing, withTables } from "./mutant.ts";
import type { Profile } from "./profile.ts";
import type { Answer, Rule } from "./rule.ts";
import type { Errno } from "./units.ts";

/** A change of a profile, by which operator, and of which rules. */
export interface Wrong {
  readonly id: string;
  readonly says: string;
  readonly breaks: readonly string[];
  readonly change: Partial<Profile>;
}

/** A table of a profile, and the way to put another in its place. */
export interface RuleTable<Subject> {
  readonly rules: readonly Rule<Subject>[];
  readonly with: (rules: readonly Rule<Subject>[]) => Pick<Profile, "tables">;
  /** The subject with another length, as a rule that cuts it leaves it to those behind. */
  readonly cut: (subject: Subject, length: bigint) => Subject;
}

export function requestTable(profile: Profile): RuleTable<RequestFacts> {
  return {
    rules: profile.tables.request,
    with: (request) => withTables(profile, { request }),
    cut: (request, length) => ({ ...request, length }),
  };
}

export function entryTable(profile: Profile): RuleTable<EntryFacts> {
  return {
    rules: profile.tables.entry,
    with: (entry) => withTables(profile, { entry }),
    cut: (entry, length) => ({ ...entry, request: { ...entry.request, length } }),
  };
}

export function wrongRules(profile: Profile): readonly Wrong[] {
  const request = requestTable(profile);
  const entry = entryTable(profile);
  return [
    ...dropped(request),
    ...dropped(entry),
    {
      id: "drop-O1",
      says: "O1 is not there",
      breaks: ["O1"],
      change: withTables(profile, { copyOut: [] }),
    },
    ...swapped(request, profile),
    ...swapped(entry, profile),
    ...answered(request),
    ...answered(entry),
    ...silent(entry),
    ...request.rules.flatMap((rule) => inEntries(profile, rule)),
    ...entry.rules.flatMap(inCall),
  ];
}

/** The last rule of a table takes all that is left: it then does nothing. */
function dropped<Subject>({ rules, with: put }: RuleTable<Subject>): readonly Wrong[] {
  return rules.map((rule) => ({
    id: `drop-${rule.id}`,
    says: `${rule.id} is not there`,
    breaks: [rule.id],
    change: put(
      replacing(rules, rule.id, (same) =>
        same.answers.kind === "share" ? [{ ...same, answers: { kind: "nothing" } }] : [],
      ),
    ),
  }));
}

function swapped<Subject>(table: RuleTable<Subject>, profile: Profile): readonly Wrong[] {
  const { rules, with: put } = table;
  return rules.slice(1).flatMap((second, index): Wrong[] => {
    const first = rules[index];
    if (first === undefined) return [];
    const pair = [before(second, first, table, profile), behind(first, second, table, profile)];
    return [
      {
        id: `swap-${first.id}-${second.id}`,
        says: `${second.id} is asked before ${first.id}`,
        breaks: [first.id, second.id],
        change: put([...rules.slice(0, index), ...pair, ...rules.slice(index + 2)]),
      },
    ];
  });
}

/** A rule as it is asked before one that cuts the length: as if that were not there. */
function before<Subject>(
  rule: Rule<Subject>,
  cutting: Rule<Subject>,
  { rules, with: put }: RuleTable<Subject>,
  profile: Profile,
): Rule<Subject> {
  if (cutting.leaves === undefined) return rule;
  const without = { ...profile, ...put(rules.filter((each) => each !== cutting)) };
  return through(rule, (subject) => [subject, without]);
}

/** A rule as it is asked behind one that cuts the length: of what that leaves. */
function behind<Subject>(
  rule: Rule<Subject>,
  { leaves }: Rule<Subject>,
  { cut }: RuleTable<Subject>,
  profile: Profile,
): Rule<Subject> {
  if (leaves === undefined) return rule;
  return through(rule, (subject) => [cut(subject, leaves(subject, profile)), profile]);
}

/** A rule that is asked of another subject, in another profile. */
export function through<Subject>(
  rule: Rule<Subject>,
  seen: (subject: Subject, profile: Profile) => readonly [Subject, Profile],
): Rule<Subject> {
  const { when, leaves } = rule;
  const other = { ...rule, when: (s: Subject, p: Profile) => when(...seen(s, p)) };
  return leaves === undefined ? other : { ...other, leaves: (s, p) => leaves(...seen(s, p)) };
}

function answered<Subject>({ rules, with: put }: RuleTable<Subject>): readonly Wrong[] {
  return rules.flatMap((rule) => {
    const answers = wrongAnswer(rule.answers);
    if (answers === undefined) return [];
    const change = put(replacing(rules, rule.id, (same) => [{ ...same, answers }]));
    return [
      { id: `answer-${rule.id}`, says: `${rule.id} has another answer`, breaks: [rule.id], change },
    ];
  });
}

/** EIO, or EINVAL in place of EIO; a success is refused. */
function wrongAnswer(answers: Answer): Answer | undefined {
  switch (answers.kind) {
    case "errno":
      return { kind: "errno", errno: otherThan(answers.errno) };
    case "status":
      return { kind: "status", status: -otherThan(-answers.status) };
    case "nothing":
    case "share":
      return { kind: "status", status: -errnoOf("EIO") };
    case "continues":
    case "sleeps":
    case "any status":
    case "fails":
    case "anything":
    case "cuts":
      return undefined;
  }
}

function otherThan(right: number): Errno {
  return errnoOf(right === errnoOf("EIO") ? "EINVAL" : "EIO");
}

function silent({ rules, with: put }: RuleTable<EntryFacts>): readonly Wrong[] {
  return rules.flatMap((rule) =>
    rule.raises === true
      ? [
          {
            id: `silent-${rule.id}`,
            says: `${rule.id} raises no signal`,
            breaks: [rule.id],
            change: put(replacing(rules, rule.id, (same) => [{ ...same, raises: false }])),
          },
        ]
      : [],
  );
}

/** What fails the call gives each entry a status instead. */
function inEntries(profile: Profile, rule: Rule<RequestFacts>): readonly Wrong[] {
  const { answers, when } = rule;
  if (answers.kind !== "errno") return [];
  const { request, entry } = profile.tables;
  const moved: Rule<EntryFacts> = {
    id: rule.id,
    stage: "entry",
    says: rule.says,
    source: rule.source,
    when: (e, p) => when(e.request, p),
    answers: { kind: "status", status: -answers.errno },
  };
  return [
    {
      id: `status-${rule.id}`,
      says: `${rule.id} gives each entry a status in place of an errno`,
      breaks: [rule.id],
      change: withTables(profile, {
        request: request.filter((each) => each !== rule),
        entry: [moved, ...entry],
      }),
    },
  ];
}

/** What gives an entry a status fails the call instead. */
function inCall(rule: Rule<EntryFacts>): readonly Wrong[] {
  if (rule.answers.kind !== "status" || rule.answers.status > 0) return [];
  return [
    {
      id: `errno-${rule.id}`,
      says: `${rule.id} fails the call in place of its entry`,
      breaks: [rule.id],
      change: { failsCall: ({ id }) => id === rule.id },
    },
  ];
}
