import fc from "fast-check";
import { expect, test } from "vitest";
import { junitText } from "../../fuzz/junit.ts";
import { statusLine } from "../../fuzz/report.ts";
import { Reporter } from "../../fuzz/reporter.ts";
import { timeByPart } from "../../fuzz/part-clock.ts";
import type { Progress } from "../../fuzz/progress.ts";

const progress: Progress = {
  programs: 3,
  next: 3,
  milliseconds: 1500,
  time: timeByPart((part) => (part === "calls" ? 1200 : 0)),
  signatures: 0,
  repeats: 0,
  partitions: 7,
  reached: {
    ops: 30,
    calls: {},
    dedupe: { calls: 0, targets: 0, compared: 0, shared: 0, differing: 0 },
    status: {},
    errno: {},
    allowedSets: {},
    looks: {},
    rules: { G7: 4, B3: 0 },
    surprises: {},
  },
  undecided: 0,
  expected: {},
  checks: { check: 0, scrub: 0, complaints: 0 },
  unattributed: {},
};

test("JUnit has a case for each rule and each finding", () => {
  const finding = { signature: "P.G7.errno.<x>", folder: 'f&"', calls: 2, originalCalls: 9 };
  const entry = { ...finding, trials: 1, milliseconds: 2, times: 1, flaky: false };
  expect(junitText(progress, [entry])).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<testsuite name="extent-same" tests="3" failures="1" skipped="1" time="1.500">
  <testcase classname="rule" name="G7"></testcase>
  <testcase classname="rule" name="B3"><skipped message="not reached"/></testcase>
  <testcase classname="finding" name="P.G7.errno.&lt;x&gt;"><failure message="a program of 2 calls, saved in f&amp;&quot;"/></testcase>
</testsuite>
`);
});

test("the status line has 72 columns at most, however much there is", () => {
  const rules = Object.fromEntries(Array.from({ length: 99 }, (_, index) => [`G${index}`, 1]));
  const arbitrary = fc.record({
    programs: fc.integer({ min: 0, max: 900_000_000 }),
    ops: fc.integer({ min: 0, max: 100_000_000 }),
    signatures: fc.integer({ min: 0, max: 99 }),
    memory: fc.array(fc.integer({ min: 0, max: 999 * 2 ** 20 }), { maxLength: 64 }),
  });
  fc.assert(
    fc.property(arbitrary, ({ programs, ops, signatures, memory }) => {
      const reached = { ...progress.reached, ops, rules };
      const much = { ...progress, programs, signatures, milliseconds: 1_000_000, reached };
      expect(statusLine(much, memory).length).toBeLessThanOrEqual(72);
    }),
  );
  const memory = [70, 190, 210].map((megabytes) => megabytes * 2 ** 20);
  expect(statusLine({ ...progress, programs: 1_234_567 }, memory)).toBe(
    "runs 1.2M  20 calls/s  rules 1/2  findings 0  memory 70+210M",
  );
});

test("progress as JSON is a line each time, of all workers and the memory of each process", () => {
  const lines: string[] = [];
  const reporter = new Reporter({
    json: false,
    conformance: false,
    progress: "json",
    result: () => undefined,
    line: (line) => lines.push(line),
    status: () => expect.unreachable("a line for a person"),
    now: () => 0,
  });
  reporter.hear(0, { kind: "progress", progress });
  reporter.hear(1, { kind: "progress", progress });
  reporter.tick([1, 2, 3]);
  expect(lines.map((line): unknown => JSON.parse(line))).toEqual([
    { programs: 6, calls: 60, seconds: 0, rules: 1, rulesKnown: 2, findings: 0, memory: [1, 2, 3] },
  ]);
});

test.each([
  [{}, undefined],
  [{ KASAN: 2 }, "out/unattributed"],
])("where reports by anyone are kept is told where there are any: %j", (unattributed, folder) => {
  const results: string[] = [];
  for (const json of [true, false]) {
    const reporter = new Reporter({
      json,
      conformance: false,
      unattributed: "out/unattributed",
      result: (text) => results.push(text),
      line: () => undefined,
      status: () => undefined,
      now: () => 0,
    });
    const names = { version: "", kernel: "", node: "", target: "", profile: "", seed: "" };
    const provenance = { ...names, mkfs: "", mount: "", tainted: "" };
    reporter.hear(0, { kind: "began", provenance });
    reporter.hear(0, { kind: "progress", progress: { ...progress, unattributed } });
    reporter.end();
  }
  const [machine = "", person = ""] = results;
  const read: unknown = JSON.parse(machine);
  expect(read).toMatchObject({ unattributed });
  expect(machine.includes(`"unattributedFolder": "out/unattributed"`)).toBe(folder !== undefined);
  expect(person.includes("out/unattributed")).toBe(folder !== undefined);
});
