/** Whether two profiles answer alike whatever the facts are: for mutants that no program tells from the right one. */

import fc from "fast-check";
import {
  predict,
  type FileFacts,
  type Mutant,
  type Profile,
  type Rule,
} from "../../model/index.ts";
import { tailLengths } from "../../model/dedupe-rules.ts";
import { callFacts } from "../model/arbitrary-facts.ts";

/** Calls that are asked about. */
export const factCalls = 20_000;

type Call = typeof callFacts extends fc.Arbitrary<infer Value> ? Value : never;

const samples: { calls: readonly Call[] | undefined } = { calls: undefined };

/**
 * Whether all calls of so many, with facts that need not ever be true together, get the
 * same answers; and, of two rules that are swapped, whether no facts at all make both
 * apply where they answer otherwise, whatever other rules say.
 */
export function sameOnFacts({ right: a, kernel: b, breaks, id }: Mutant): boolean {
  samples.calls ??= fc.sample(callFacts, { seed: 618, numRuns: factCalls });
  const [first, second] = id.startsWith("swap-") ? breaks : [];
  return samples.calls.every((call) => {
    if (first !== undefined && second !== undefined && clash(onFs(call, a), a, first, second))
      return false;
    const possible = onFs(call, a);
    return answers(a, possible) === answers(b, possible);
  });
}

/** The call as the file system of a profile can meet it. */
function onFs({ request, entries }: Call, { fs }: Profile): Call {
  const file = (facts: FileFacts): FileFacts =>
    fs === "btrfs" ? { ...facts, reflinks: true } : { ...facts, nodatasum: false };
  const asked = { ...request, source: file(request.source) };
  return {
    request: asked,
    entries: entries.map((entry) => ({
      ...entry,
      request: asked,
      target: file(entry.target),
      sending: entry.sending && fs === "btrfs",
      shutDown: entry.shutDown && fs === "xfs",
      room: fs === "xfs" ? entry.room : ("enough" as const),
      firstUnreadable: (length: bigint) =>
        fs === "btrfs" ? entry.firstUnreadable(length) : undefined,
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
    return `${fails} ${outcome.status} ${outcome.deduped} ${shared} ${row?.raises === true}`;
  });
  const copied = profile.tables.copyOut.find((rule) => rule.when(request, profile));
  return `${entry.join(", ")}; ${copied?.errno ?? 0}`;
}
