import fc from "fast-check";
import { expect, test } from "vitest";
import { candidatesIn } from "../../model/candidates.ts";
import { copyOutRules } from "../../model/copy-out-rules.ts";
import { predict } from "../../model/dedupe.ts";
import { entryForms, fileForms, requestForms } from "../../model/fact-forms.ts";
import { entryWays, requestWays } from "../../model/possible.ts";
import type { Known, KnownCall, KnownTarget } from "../../model/scene.ts";
import { linux618Btrfs, type EntryFacts, type RequestFacts } from "../../model/index.ts";
import { decide } from "../../model/rule.ts";
import { callFacts } from "./arbitrary-facts.ts";

const profile = linux618Btrfs;

/** Numbers of the call itself stand in every account of it that is worth explaining. */
const stated = new Set(["offset", "length", "count", "block"]);
const requestNames = namesOf(requestForms);
const fileNames = namesOf(fileForms);
const entryNames = namesOf(entryForms);

const unknown = fc.record({
  request: fc.subarray([...requestNames]),
  source: fc.subarray([...fileNames]),
  entry: fc.subarray([...entryNames]),
  target: fc.subarray([...fileNames]),
});

test("the rule that decides a call is possible, whatever is unknown about it", () => {
  fc.assert(
    fc.property(callFacts, unknown, ({ request }, hidden) => {
      const { refused } = predict(profile, request, []);
      const lost = refused === undefined ? decide(copyOutRules, request, profile) : undefined;
      const found = requestWays(profile, knownCall(request, hidden));
      expect(found.map(({ rule }) => rule)).toContain(refused?.rule ?? lost?.id);
    }),
    { numRuns: 2000 },
  );
});

test("the rule that decides an entry is possible, with its answer, whatever is unknown about it", () => {
  fc.assert(
    fc.property(callFacts, unknown, ({ entries: [first] }, hidden) => {
      fc.pre(first !== undefined);
      const entry = consistent(first);
      const { entries } = predict(profile, entry.request, [entry]);
      const [decided] = entries;
      if (decided === undefined) return;
      const ways = entryWays(profile, knownCall(entry.request, hidden), knownTarget(entry, hidden));
      expect(ways.map(({ rule, answer }) => ({ rule, outcome: answer }))).toContainEqual(decided);
    }),
    { numRuns: 2000 },
  );
});

test("where everything is known there is one way, and nothing is taken for granted", () => {
  fc.assert(
    fc.property(callFacts, ({ request, entries: [first] }) => {
      const all = { request: [], source: [], entry: [], target: [] };
      const call = knownCall(request, all);
      expect(requestWays(profile, call)).toMatchObject([{ taken: [], surprise: 0 }]);
      if (first === undefined || predict(profile, request, []).refused !== undefined) return;
      const ways = entryWays(profile, call, knownTarget(consistent(first), all));
      expect(ways).toMatchObject([{ taken: [], surprise: 0 }]);
    }),
    { numRuns: 500 },
  );
});

test("of a call of which nothing but its numbers is known, the likeliest is that it shares", () => {
  const request = { offset: 0n, length: 65_536n, count: 1 };
  const call: KnownCall = { request, source: {} };
  expect(candidatesIn(requestWays(profile, call))[0]).toMatchObject({ rule: undefined, needs: [] });
  const found = candidatesIn(entryWays(profile, call, { entry: { offset: 0n }, target: {} }));
  expect(found[0]).toMatchObject({ rule: "S1", surprise: 0, needs: [] });
  expect(found[1]).toMatchObject({ rule: "G11", needs: [{ fact: "firstDifference" }] });
  expect(found.length).toBeGreaterThan(8);
});

test("what a rule needs is named, with the values that lead to it", () => {
  const call: KnownCall = { request: { offset: 0n, length: 65_536n, count: 1 }, source: {} };
  const ways = entryWays(profile, call, { entry: { offset: 0n }, target: {} });
  const found = new Map(candidatesIn(ways).map((each) => [each.rule, each]));
  expect(found.get("G5")).toMatchObject({
    needs: [{ fact: "target.size", values: [65_535n], among: [65_535n, 65_536n, 65_537n] }],
    suchAs: false,
  });
  expect(found.get("G8")).toMatchObject({ needs: [{ fact: "sameInode", values: [true] }] });
  expect(found.get("B1")).toMatchObject({
    needs: [{ fact: "target.nodatasum", values: [true] }],
    suchAs: true,
  });
});

type Hidden = Readonly<Record<"request" | "source" | "entry" | "target", readonly string[]>>;

function knownCall(request: RequestFacts, hidden: Hidden): KnownCall {
  return {
    request: without(request, requestNames, hidden.request),
    source: without(request.source, fileNames, hidden.source),
  };
}

function knownTarget(entry: EntryFacts, hidden: Hidden): KnownTarget {
  return {
    entry: without(entry, entryNames, hidden.entry),
    target: without(entry.target, fileNames, hidden.target),
  };
}

function without<Facts extends object>(
  facts: Facts,
  names: readonly (keyof Facts & string)[],
  hidden: readonly string[],
): Known<Facts> {
  const left = names.filter((name) => stated.has(name) || !hidden.includes(name));
  return Object.fromEntries(left.map((name) => [name, facts[name]])) as Known<Facts>;
}

/** One inode has one set of facts, and regular files of one superblock can all share, or none. */
function consistent(entry: EntryFacts): EntryFacts {
  const { source } = entry.request;
  if (entry.sameInode) {
    const own = fileNames.filter((name) => fileForms[name].inode === true);
    const shared = Object.fromEntries(own.map((name) => [name, source[name]]));
    return { ...entry, sameFilesystem: true, target: { ...entry.target, ...shared } };
  }
  const alike = entry.sameFilesystem && entry.target.kind === "file" && source.kind === "file";
  return alike ? { ...entry, target: { ...entry.target, remaps: source.remaps } } : entry;
}

function namesOf<Forms extends object>(forms: Forms): readonly (keyof Forms & string)[] {
  return Object.keys(forms) as (keyof Forms & string)[];
}
