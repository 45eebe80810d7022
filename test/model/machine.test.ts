import fc from "fast-check";
import { expect, test } from "vitest";
import {
  entryRules,
  InvariantError,
  linux618Btrfs,
  requestRules,
  type Decision,
  type EntryFacts,
  type RequestFacts,
  type Returned,
} from "../../model/index.ts";
import { machine, type CallFacts, type Walk } from "../../model/machine.ts";
import { decide, deciding } from "../../model/rule.ts";
import { callFacts } from "./arbitrary-facts.ts";
import { generatedDedupes } from "./generated.ts";

const life = machine(linux618Btrfs);
const calls = generatedDedupes(240);

test("machine and stepper agree on generated calls", () => {
  expect(calls.length).toBeGreaterThan(2000);
  for (const { returned } of calls) {
    expect(life.walk(factsOf(returned))).toEqual(walkOf(returned));
  }
});

test("machine and tables agree on facts that no program meets", () => {
  fc.assert(
    fc.property(callFacts, ({ request, entries }) => {
      const walk = life.walk({ request, entry: (index) => known(entries[index]) });
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
  const rules = [...deciding(requestRules), ...deciding(entryRules)];
  const drawn = life.edges.flatMap(({ from, label = "" }) => {
    const [id] = label.split(" ");
    return rules.some((rule) => rule.id === id) ? [`${from} ${id}`] : [];
  });
  expect(drawn).toEqual(rules.map((rule) => `${rule.stage} ${rule.id}`));
});

/** The facts on which the stepper decided; the walk may ask for no others. */
function factsOf({ decisions: [first, ...entries] }: Returned): CallFacts {
  return {
    request: known(first?.request),
    entry: (index) => known(entries[index]?.entry),
  };
}

function known<Facts extends RequestFacts | EntryFacts>(facts: Facts | undefined): Facts {
  if (facts === undefined) throw new InvariantError("the stepper did not come so far");
  return facts;
}

/** The way that the stepper went. */
function walkOf({ decisions, outcome }: Returned): Walk {
  const rules = decisions.flatMap(({ rule }: Decision) => rule ?? []);
  return { rules, end: outcome.errno === 0 ? "returned" : "failed" };
}

/** The way that the tables say, read from top to bottom. */
function walkOfTables(request: RequestFacts, entries: readonly EntryFacts[]): Walk {
  const refused = decide(deciding(requestRules), request, linux618Btrfs);
  if (refused !== undefined) return { rules: [refused.id], end: "failed" };
  const rules = entries.map(
    (entry) => decide(deciding(entryRules), entry, linux618Btrfs)?.id ?? "none",
  );
  const written = request.writableBytes >= 24 + 32 * request.count;
  return written ? { rules, end: "returned" } : { rules: [...rules, "O1"], end: "failed" };
}

function kindOf({ rules, end }: Walk): string {
  if (end === "returned") return "returned";
  return rules.at(-1) === "O1" ? "copy out failed" : "refused";
}
