import fc from "fast-check";
import { expect, test } from "vitest";
import { entryRules, requestRules } from "../../model/dedupe-rules.ts";
import { linux618Btrfs } from "../../model/profile.ts";
import { candidates, decide, deciding, type Rule } from "../../model/rule.ts";
import { callFacts, entryPaths, hidden, requestPaths } from "./arbitrary-facts.ts";

const profile = linux618Btrfs;
const forRequest = deciding(requestRules);
const forEntry = deciding(entryRules);

test("the rule that decides a request is a candidate, whatever is unknown about it", () => {
  fc.assert(
    fc.property(callFacts, fc.subarray([...requestPaths]), ({ request }, paths) => {
      const decided = decide(forRequest, request, profile);
      const found = candidates(forRequest, hidden(request, paths), profile);
      if (decided !== undefined) expect(ids(found)).toContain(decided.id);
    }),
    { numRuns: 1000 },
  );
});

test("the rule that decides an entry is a candidate, whatever is unknown about it", () => {
  fc.assert(
    fc.property(callFacts, fc.subarray([...entryPaths]), ({ entries: [entry] }, paths) => {
      if (entry === undefined) return;
      const decided = decide(forEntry, entry, profile);
      expect(decided).toBeDefined();
      const found = candidates(forEntry, hidden(entry, paths), profile);
      expect(ids(found)).toContain(decided?.id);
    }),
    { numRuns: 1000 },
  );
});

test("where everything is known there is one candidate, the rule that decides", () => {
  fc.assert(
    fc.property(callFacts, ({ request, entries: [entry] }) => {
      expect(candidates(forRequest, request, profile)).toEqual(
        [decide(forRequest, request, profile)].filter((rule) => rule !== undefined),
      );
      if (entry === undefined) return;
      expect(candidates(forEntry, entry, profile)).toEqual([decide(forEntry, entry, profile)]);
    }),
    { numRuns: 1000 },
  );
});

test("bytes that are unknown leave it open whether they differ or are shared", () => {
  fc.assert(
    fc.property(callFacts, ({ entries: [entry] }) => {
      if (entry === undefined) return;
      const decided = decide(forEntry, entry, profile)?.id;
      fc.pre(decided === "G11" || decided === "S1");
      fc.pre(entry.firstUnreadable(1n << 30n) === undefined);
      const unknown = hidden(entry, ["firstDifference"]);
      expect(ids(candidates(forEntry, unknown, profile))).toEqual(["G11", "S1"]);
    }),
    { numRuns: 20 },
  );
});

function ids<Facts>(rules: readonly Rule<Facts>[]): readonly string[] {
  return rules.map((rule) => rule.id);
}
