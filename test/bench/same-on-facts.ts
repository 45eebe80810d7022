/** Whether two profiles answer alike whatever the facts are: for mutants that no program tells from the right one. */

import fc from "fast-check";
import seedrandom from "seedrandom";
import {
  predict,
  type EntryFacts,
  type Mutant,
  type Profile,
  type Rule,
} from "../../model/index.ts";
import { tailLengths } from "../../model/dedupe-rules.ts";
import { nearCall } from "./near-facts.ts";
import { callFacts } from "../model/arbitrary-facts.ts";

/** Calls that are asked about: of any facts, and of calls that nearly succeed. */
const anyCalls = 20_000;
const nearCalls = 80_000;
export const factCalls: number = anyCalls + nearCalls;

type Call = typeof callFacts extends fc.Arbitrary<infer Value> ? Value : never;

const samples: { calls: readonly Call[] | undefined } = { calls: undefined };

/**
 * Whether all calls of so many, with facts that need not ever be true together, get the
 * same answers; and, of two rules that are swapped, whether no facts at all make both
 * apply where they answer otherwise, whatever other rules say.
 */
export function sameOnFacts({ right: a, kernel: b, breaks, id }: Mutant): boolean {
  if (!isSaidByFacts(a, b)) return false;
  samples.calls ??= sampled();
  const [first, second] = id.startsWith("swap-") ? breaks : [];
  if (!breaks.every((rule) => hasCase(samples.calls ?? [], a, rule))) return false;
  return samples.calls.every((call) => {
    const possible = onFs(call, a);
    const roomy = withRoom(possible);
    if (first !== undefined && second !== undefined && clash(roomy, a, first, second)) return false;
    const given = answers(b, possible);
    return given === answers(a, possible) || given === answers(a, roomy);
  });
}

/** Whether the calls say something of a rule: it answers one of them, or goes on, or says itself that it answers none. */
function hasCase(calls: readonly Call[], profile: Profile, id: string): boolean {
  const { request, entry } = profile.tables;
  const row = [...request, ...entry].find((rule) => rule.id === id);
  const none = row?.shadowed ?? row?.unmet;
  if (none !== undefined || row?.answers.kind === "continues") return true;
  return calls.some((call) => {
    const { request: asked, entries } = onFs(call, profile);
    const { refused, entries: told } = predict(profile, asked, entries);
    return refused?.rule === id || told.some(({ rule }) => rule === id);
  });
}

function sampled(): readonly Call[] {
  const random = seedrandom("618");
  const choose = (bound: number): number => Math.floor(random() * bound);
  return [
    ...fc.sample(callFacts, { seed: 618, numRuns: anyCalls }),
    ...Array.from({ length: nearCalls }, () => nearCall(choose)),
  ];
}

/** What answers are made of by facts alone. */
const answering: ReadonlySet<string> = new Set(
  "name about tables failsCall lengthCap maxTargets tail compares".split(" "),
);

/** Whether two profiles are the same but for what answers are made of. */
function isSaidByFacts(a: Profile, b: Profile): boolean {
  const other = new Map<string, unknown>(Object.entries(b));
  const keys = new Set([...Object.keys(a), ...other.keys()]);
  const one = new Map<string, unknown>(Object.entries(a));
  return [...keys].every((key) => answering.has(key) || one.get(key) === other.get(key));
}

/** What there can be room for: on XFS some of what is shared always finds it, as rule X4 says itself. */
function roomOn(fs: Profile["fs"], room: EntryFacts["room"]): EntryFacts["room"] {
  if (fs === "btrfs") return room === "none" ? room : "enough";
  return room === "none" ? "enough" : room;
}

/** The same call where there is room: whether there is, nobody can say, so that either is allowed. */
function withRoom({ request, entries }: Call): Call {
  return { request, entries: entries.map((entry) => ({ ...entry, room: "enough" })) };
}

/** The call as the file system of a profile can meet it: one that is full is nothing else. */
function onFs({ request, entries }: Call, { fs }: Profile): Call {
  return {
    request,
    entries: entries.map((entry) => ({
      ...entry,
      sending: entry.sending && entry.room === "enough",
      room: roomOn(fs, entry.room),
      firstUnreadable: (length: bigint) =>
        entry.room === "enough" ? entry.firstUnreadable(length) : undefined,
    })),
  };
}

/** Whether two rules apply to one request or entry, and answer it otherwise. */
function clash({ request, entries }: Call, profile: Profile, a: string, b: string): boolean {
  return (
    clashIn(profile.tables.request, request, profile, a, b) ||
    entries.some((entry) => clashIn(profile.tables.entry, entry, profile, a, b))
  );
}

function clashIn<Subject>(
  rules: readonly Rule<Subject>[],
  subject: Subject,
  profile: Profile,
  ...ids: readonly string[]
): boolean {
  const applying = rules.filter(
    ({ id, when, answers: { kind }, shadowed }) =>
      ids.includes(id) && kind !== "continues" && shadowed === undefined && when(subject, profile),
  );
  const told = new Set(applying.map((rule) => JSON.stringify(rule.answers)));
  return told.size > 1;
}

/** Everything that a profile says of a call, as text. */
function answers(profile: Profile, { request, entries }: Call): string {
  const { refused, entries: told } = predict(profile, request, entries);
  if (refused !== undefined) return `errno ${refused.errno}`;
  const last = entries.length - 1;
  const entry = told.map(({ rule, outcome }, index) => {
    const row = profile.tables.entry.find(({ id }) => id === rule);
    const fails = row !== undefined && profile.failsCall?.(row, index === last) === true;
    const facts = entries[index];
    const shared =
      row?.answers.kind === "share" && facts !== undefined
        ? tailLengths(facts, profile).shared
        : 0n;
    const sleeps = row !== undefined && facts !== undefined && sleepsBefore(row, facts, profile);
    return `${sleeps} ${fails} ${outcome.status} ${outcome.deduped} ${shared} ${row?.raises === true}`;
  });
  const copied = profile.tables.copyOut.find((rule) => rule.when(request, profile));
  return `${entry.join(", ")}; ${copied?.errno ?? 0}`;
}

/** Whether an entry sleeps before the rule that decides it is asked. */
function sleepsBefore(row: Rule<EntryFacts>, facts: EntryFacts, profile: Profile): boolean {
  const { entry } = profile.tables;
  return entry
    .slice(0, entry.indexOf(row))
    .some((rule) => rule.answers.kind === "sleeps" && rule.when(facts, profile));
}
