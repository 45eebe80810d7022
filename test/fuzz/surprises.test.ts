import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { conformanceLines, conformanceOf } from "../../fuzz/conformance.ts";
import { SurpriseCounter, surpriseLines, surprises } from "../../fuzz/surprises.ts";
import { linux618Btrfs, newModel } from "../../model/index.ts";
import { lockstep, printCall, printOutcome, simulate } from "../../replay/index.ts";
import { parseTrace } from "../../replay/parse.ts";

const folder = new URL("../../corpus/surprises/", import.meta.url).pathname;

test("each surprise has the program of its trace, and is one", () => {
  for (const { key, trace: name, calls, program } of surprises) {
    const parsed = parseTrace(readFileSync(`${folder}${name}.trace`, "utf8"));
    if (parsed.kind === "invalid") throw new Error(parsed.message);
    const { events } = parsed.trace;
    const last = events.at(-1);
    if (last?.outcome === undefined) throw new Error(`${name} did not run`);
    const text = events.map(({ op }) => printCall(op)).join("; ");
    expect(`${text} -> ${printOutcome(last.op, last.outcome)}`).toBe(program);
    expect(events.length).toBe(calls);
    const counter = new SurpriseCounter();
    const model = newModel(linux618Btrfs);
    const target = simulate(linux618Btrfs, () => 0);
    lockstep(
      model,
      target,
      (_state, at) => events[at]?.op,
      "answers",
      (call) => {
        counter.count(call);
        return true;
      },
    );
    expect(counter.report()).toEqual({ [key]: 1 });
  }
  expect(readdirSync(folder).toSorted()).toEqual(
    surprises.map(({ trace: name }) => `${name}.trace`).toSorted(),
  );
});

test("of the surprises that a run met three are told, those that surprise most first", () => {
  const all = Object.fromEntries(surprises.map(({ key }) => [key, 1]));
  expect(surpriseLines(all).filter((line) => line.startsWith("  open"))).toEqual(
    surprises.slice(0, 3).map(({ program }) => `  ${program}`),
  );
  expect(surpriseLines({ M32: 7 })[1]).toBe(`  ${surprises[1]?.program}`);
  expect(surpriseLines({})).toEqual([]);
});

test("a rule is held where it was reached and no finding names it", () => {
  const rules = { H7: 3, G11: 2, G8: 0, S1: 5, "LEN-05": 1 };
  const found = conformanceOf({ rules }, [
    { signature: "linux-6.18-btrfs.G11.status.dedupe" },
    { signature: "linux-6.18-btrfs.CONTENTS.contents.after-clone" },
  ]);
  expect(found).toMatchObject({ held: 3, broken: 2, notReached: 1 });
  expect(
    found.groups.map(({ name, held, broken, notReached }) => [name, held, broken, notReached]),
  ).toEqual([
    ["request", ["H7"], [], []],
    ["compare", [], ["G11"], []],
    ["prepare", [], [], ["G8"]],
    ["share", ["S1"], [], []],
    ["lengths", ["LEN-05"], [], []],
    ["others", [], ["CONTENTS"], []],
  ]);
  const lines = conformanceLines("linux-6.18/btrfs", found);
  expect(lines).toContain("broken     G11 CONTENTS");
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(72);
});
