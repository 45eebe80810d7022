import fc from "fast-check";
import { expect, test } from "vitest";
import {
  InvariantError,
  linux618Btrfs,
  profiles,
  type EntryFacts,
  type RequestFacts,
} from "../../model/index.ts";
import { machine, type Walk } from "../../model/machine.ts";
import { decide, deciding } from "../../model/rule.ts";
import { callFacts } from "./arbitrary-facts.ts";
import { disagreements, factsOf, walkOf } from "./agreement.ts";
import { generatedDedupes } from "./generated.ts";

const { tables } = linux618Btrfs;
const life = machine(linux618Btrfs);
const calls = generatedDedupes(600);

test("machine and stepper agree on generated calls", () => {
  expect(calls.length).toBeGreaterThan(2000);
  for (const { returned } of calls) {
    expect(life.walk(factsOf(returned))).toEqual(walkOf(returned));
  }
});

test.each(profiles.map((profile) => [profile.name, profile] as const))(
  "machine and stepper of %s agree on generated calls",
  (_name, profile) => {
    const dedupes = generatedDedupes(20, profile);
    expect(dedupes.length).toBeGreaterThan(100);
    expect(disagreements(profile, dedupes)).toEqual([]);
  },
);

test("machine and tables agree on facts that no program meets", () => {
  fc.assert(
    fc.property(callFacts, ({ request, entries }) => {
      const walk = life.walk({ request, entry: (index) => entryAt(entries, index) });
      expect(walk).toEqual(walkOfTables(request, entries));
    }),
    { numRuns: 1000 },
  );
});

test("the generated calls end in every way that the machine has", () => {
  const ends = new Set(calls.map(({ returned }) => kindOf(walkOf(returned))));
  expect([...ends].sort()).toEqual(["copy out failed", "refused", "returned"]);
});

test("every rule that can decide is one transition, in the order of the tables", () => {
  const rules = [...deciding(tables.request), ...deciding(tables.entry)];
  const drawn = life.edges.flatMap(({ from, label = "" }) => {
    const [id] = label.split(" ");
    return rules.some((rule) => rule.id === id) ? [`${from} ${id}`] : [];
  });
  expect(drawn).toEqual(rules.map((rule) => `${rule.stage} ${rule.id}`));
});

/** The way that the tables say, read from top to bottom. */
function walkOfTables(request: RequestFacts, entries: readonly EntryFacts[]): Walk {
  const refused = decide(deciding(tables.request), request, linux618Btrfs);
  if (refused !== undefined) return { rules: [refused.id], end: "failed" };
  const rules = entries.map(
    (entry) => decide(deciding(tables.entry), entry, linux618Btrfs)?.id ?? "none",
  );
  const written = request.writableBytes >= 24 + 32 * request.count;
  return written ? { rules, end: "returned" } : { rules: [...rules, "O1"], end: "failed" };
}

function entryAt(entries: readonly EntryFacts[], index: number): EntryFacts {
  const entry = entries[index];
  if (entry === undefined) throw new InvariantError(`there is no entry ${index}`);
  return entry;
}

function kindOf({ rules, end }: Walk): string {
  if (end === "returned") return "returned";
  return rules.at(-1) === "O1" ? "copy out failed" : "refused";
}
