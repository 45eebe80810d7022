import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { campaign } from "../../fuzz/index.ts";
import { newReached, reachable } from "../../fuzz/reached.ts";
import {
  initialOn,
  newModel,
  profileFor,
  rules,
  type RuleText,
  type State,
} from "../../model/index.ts";
import { advance, formatIn, programsIn, simulate } from "../../replay/index.ts";
import { parseTrace } from "../../replay/parse.ts";
import { ruleTrace } from "../../replay/evidence.ts";

const corpus = new URL("../../corpus", import.meta.url).pathname;

/** Rules of a dedupe: those of other calls are there so that programs can be followed. */
const asked = rules.filter((rule) => rule.call === "dedupe" && rule.stage !== "not asked");

test("no two rules have one id", () => {
  expect(rules.map(({ id }) => id).filter((id, at, all) => all.indexOf(id) !== at)).toEqual([]);
});

test.each(rules.filter((rule) => rule.stage !== "not asked"))(
  "rule $id says one sentence and names its source",
  ({ says, source }) => {
    expect(says).toMatch(/^[A-Za-z_].*\.$/);
    expect(source).toMatch(/ v?[0-9]+\.[0-9]+|^follows from |^the harness/);
  },
);

test.each(asked.filter((rule) => rule.why === undefined))(
  "rule $id is the case of a call in its trace, and a campaign has to come to it",
  (rule) => {
    expect(reachableOn(rule)).toContain(rule.id);
    expect(casesIn(ruleTrace(corpus, rule)?.text ?? "")).toContain(rule.id);
  },
);

test.each(asked.filter((rule) => rule.why !== undefined))(
  "rule $id, which never decides, has a reason and needs no trace",
  (rule) => {
    expect(rule.evidence).not.toBe("trace");
    expect(reachableOn(rule)).not.toContain(rule.id);
  },
);

const notAsked = rules.filter((rule) => rule.stage === "not asked");

test.each(notAsked)("rule $id, which is not asked, has a reason, and no trace", (rule) => {
  expect(rule.why).toMatch(/^[a-zA-Z].{8,}$/);
  expect(rule.evidence).not.toBe("trace");
  expect(ruleTrace(corpus, rule)).toBe(undefined);
});

test.each(notAsked.filter((rule) => rule.evidence === "a test"))(
  "rule $id, which is not asked, is named by the test that runs it",
  ({ id, why = "" }) => {
    const [path = ""] = /test\/real\/[a-z-]+\.test\.ts/.exec(why) ?? [];
    expect(readFileSync(new URL(`../../${path}`, import.meta.url), "utf8")).toContain(id);
  },
);

test("where a call may meet either of two, what came back says which rule decided", () => {
  const rule = rules.find(({ id }) => id === "B4");
  const text = (rule && ruleTrace(corpus, rule)?.text) ?? "";
  const [refused = ""] = /^[^]*status ENOSPC\n/.exec(text) ?? [];
  expect(casesIn(refused)).toContain("B4");
  const served = casesIn(refused.replace("status ENOSPC", "same 90"));
  expect(served.filter((id) => id === "B4" || id === "S1")).toEqual(["S1"]);
});

test("a witness that has a trace is seen there after a commit", () => {
  const shown = rules.filter((rule) => rule.stage === "witness" && rule.evidence === "trace");
  expect(shown.map(({ id }) => id)).toEqual(["FS-08a"]);
  for (const rule of shown) {
    expect(ruleTrace(corpus, rule)?.text.match(/syncfs .*\n {2}observe/g)).toHaveLength(2);
  }
});

test.each(["btrfs", "xfs"] as const)(
  "the traces alone bring a campaign on %s to every rule and clause",
  async (fs) => {
    const model = newModel(profileFor(fs));
    const target = simulate(model.profile, () => 0);
    const { programs: kept } = programsIn(`${corpus}/rules`);
    const { reached } = await campaign(
      model,
      target,
      { ...quiet, formats: [target.format], kept, maxRuns: kept.length },
      deaf,
    );
    const missed = Object.entries(reached.rules).flatMap(([id, count]) => (count > 0 ? [] : id));
    expect(missed).toEqual(ofOtherFormats[fs]);
  },
);

test("every trace of corpus/rules is that of a rule", () => {
  const ids = new Set(rules.map(({ id }) => `${id}.trace`));
  const names = readdirSync(`${corpus}/rules`);
  expect(names.filter((name) => !ids.has(name))).toEqual([]);
});

const quiet = {
  seed: 1,
  maxMilliseconds: 1,
  maxOps: 200,
  compared: "all",
  scrub: false,
  maxSignatures: 1,
  now: () => 0,
} as const;

const deaf = {
  found: ({ signature }: { readonly signature: string }) => expect.unreachable(signature),
  progress: () => undefined,
  pause: () => Promise.resolve(false),
};

/** What programs come to on the second format that they run on. */
const ofOtherFormats = { btrfs: [], xfs: ["X1"] };

function reachableOn({ on = "btrfs" }: RuleText): readonly string[] {
  return reachable(profileFor(on));
}

/** The rules and clauses of which a call of the trace, run on the model, is a case. */
function casesIn(text: string): readonly string[] {
  const parsed = parseTrace(text);
  if (parsed.kind === "invalid") throw new Error(parsed.message);
  const format = formatIn(parsed.trace);
  const model = newModel(profileFor(format.fs));
  const reached = newReached(
    model.profile,
    simulate(model.profile, () => 0),
  );
  let worlds: readonly State[] = [initialOn(format)];
  for (const [index, { comments, op, outcome }] of parsed.trace.events.entries()) {
    if (outcome === undefined) throw new Error(`call ${index + 1} did not run`);
    const step = advance(model, worlds, op, outcome, index + 1);
    if (step.kind !== "allowed") throw new Error(`call ${index + 1} is ${step.kind}`);
    const [before] = worlds;
    const [after] = step.worlds;
    if (before === undefined || after === undefined) throw new Error("no world is possible");
    const event = { comments, op, outcome };
    reached.count({ event, decisions: step.decisions, choices: step.choices, before, after });
    worlds = step.worlds;
  }
  return Object.entries(reached.report().rules).flatMap(([id, count]) => (count > 0 ? id : []));
}
