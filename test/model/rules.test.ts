import fc from "fast-check";
import { expect, test } from "vitest";
import { clauses } from "../../model/clauses.ts";
import { cloneRules } from "../../model/clone-rules.ts";
import { copyOutRules } from "../../model/copy-out-rules.ts";
import { entryRules, requestRules } from "../../model/dedupe-rules.ts";
import { entryFactName, factNames } from "../../model/fact-forms.ts";
import * as fileRules from "../../model/file-rules.ts";
import * as pathRules from "../../model/path-rules.ts";
import { later } from "../../model/later.ts";
import { predict } from "../../model/dedupe.ts";
import { linux618Btrfs } from "../../model/profile.ts";
import { profiles } from "../../model/profiles.ts";
import { decides, type Rule } from "../../model/rule.ts";
import { walked } from "../../model/walk.ts";
import { callFacts } from "./arbitrary-facts.ts";
import { generatedDedupes } from "./generated.ts";

const { tables } = linux618Btrfs;
const dedupeRules = [...requestRules, ...entryRules, ...copyOutRules];
const failing = [...cloneRules, ...Object.values({ ...fileRules, ...pathRules }).flat()];

test("an id is one rule, clause or later rule", () => {
  const ids = [...dedupeRules, ...failing, ...clauses, ...later].map(({ id }) => id);
  expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
});

test("every rule has a source: a path, a function and a version", () => {
  const place = "[a-z]+/[\\w/.-]+\\.c, [\\w()]+( and [\\w()]+)?";
  const form = new RegExp(`^${place}(; ${place})?, Linux 6\\.18$|^the harness: `);
  const without = [...dedupeRules, ...failing].filter(({ source }) => !form.test(source));
  expect(without.map(({ id, source }) => [id, source])).toEqual([]);
});

test("every rule, clause and later rule says one sentence", () => {
  const texts = [...dedupeRules, ...clauses, ...later].map(({ says }) => says);
  expect(texts.filter((says) => !/^\S.*[^.]\.$/.test(says))).toEqual([]);
});

test("a clause follows from rules that are there", () => {
  const ids = new Set(dedupeRules.map(({ id }) => id));
  const lost = clauses.flatMap(({ follows }) => follows.split(" ").filter((id) => !ids.has(id)));
  expect(lost).toEqual([]);
});

test("a rule is in the table of its stage, and stages stand in order", () => {
  expect(new Set(requestRules.map(({ stage }) => stage))).toEqual(new Set(["request"]));
  const stages = ["entry", "prepare", "compare", "share"];
  const order = entryRules.map(({ stage }) => stages.indexOf(stage));
  expect(order).toEqual(order.toSorted((a, b) => a - b));
  expect(order).not.toContain(-1);
});

test("a rule that is shadowed is never the first that applies", () => {
  fc.assert(
    fc.property(callFacts, ({ request, entries }) => {
      const refused = firstThatApplies(tables.request, request);
      expect(refused?.shadowed).toBeUndefined();
      if (refused !== undefined) return;
      for (const entry of entries) {
        expect(firstThatApplies(tables.entry, entry)?.shadowed).toBeUndefined();
      }
    }),
    { numRuns: 3000 },
  );
});

const exact = profiles.filter(({ precedence }) => precedence === "kernel order");

test.each(exact.map((profile) => [profile.name, profile] as const))(
  "no call on %s is decided by a rule of another file system",
  (_name, profile) => {
    const others = dedupeRules.flatMap((rule) =>
      "on" in rule && rule.on !== undefined && rule.on !== profile.fs ? [rule.id] : [],
    );
    expect(others).not.toEqual([]);
    fc.assert(
      fc.property(callFacts, ({ request, entries }) => {
        const decided = predict(profile, request, entries).entries.map(({ rule }) => rule);
        expect(decided.filter((rule) => others.includes(rule ?? ""))).toEqual([]);
      }),
      { numRuns: 1000 },
    );
  },
);

test("the first rule that applies, shadowed or not, decides generated calls", () => {
  for (const { returned } of generatedDedupes(60)) {
    for (const { rule, request, entry } of returned.decisions) {
      if (request !== undefined) expect(firstThatApplies(tables.request, request)?.id).toBe(rule);
      if (entry !== undefined) expect(firstThatApplies(tables.entry, entry)?.id).toBe(rule);
    }
  }
});

test("what rules read is facts by their names, and words and limits of the profile", () => {
  const limits = Object.entries(linux618Btrfs).flatMap(([name, value]) =>
    typeof value === "object" ? [] : [name],
  );
  const names = new Set([...factNames, ...limits]);
  fc.assert(
    fc.property(callFacts, ({ request, entries }) => {
      const checks = [
        ...walked(tables.request, request, linux618Btrfs),
        ...entries.flatMap((entry) => walked(tables.entry, entry, linux618Btrfs, entryFactName)),
      ];
      const read = checks.flatMap(({ reads }) => reads.map(({ fact }) => fact.split("(")[0] ?? ""));
      expect(read.filter((name) => !names.has(name))).toEqual([]);
    }),
    { numRuns: 300 },
  );
});

/** The first rule of a table that applies and would end the walk. */
function firstThatApplies<Facts>(
  rules: readonly Rule<Facts>[],
  facts: Facts,
): Rule<Facts> | undefined {
  return rules.find((rule) => decides(rule) && rule.when(facts, linux618Btrfs));
}
