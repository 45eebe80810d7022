import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parts } from "../../fuzz/part-clock.ts";
import { extentSame } from "./extent-same.ts";

const simulated = ["fuzz", "--target", "simulated", "--json"];

/** The JSON of a campaign without what the clock decides. */
function campaign(...words: readonly string[]): Record<string, unknown> {
  const { code, stdout } = extentSame([...simulated, ...words]);
  expect(code).toBe(0);
  return timeless(JSON.parse(stdout));
}

function timeless(report: Record<string, unknown>): Record<string, unknown> {
  const { seconds, opsPerSecond, time, ...rest } = report;
  expect({ seconds, opsPerSecond, time }).toEqual({
    seconds: expect.any(Number),
    opsPerSecond: expect.any(Number),
    time: expect.any(Object),
  });
  return rest;
}

test("a seed repeats a campaign exactly, and another seed is another campaign", () => {
  const first = campaign("--seed", "0x5eed", "--runs", "25");
  expect(campaign("--seed", "24301", "--runs", "25")).toEqual(first);
  expect(campaign("--seed", "0x5eee", "--runs", "25")).not.toEqual(first);
  expect(first).toMatchObject({ seed: "0x5eed", programs: 25 });
});

test("a seed repeats findings, up to the last call and trial", () => {
  const [first, second] = [findings(), findings()];
  expect(first.size).toBeGreaterThan(0);
  expect(second).toEqual(first);
});

/** Signature and trace of each finding of a campaign on the canary. */
function findings(): ReadonlyMap<string, string> {
  const out = mkdtempSync(join(tmpdir(), "test-seed-"));
  const words = ["--target", "simulated:canary", "--json", "--seed", "7", "--runs", "10"];
  const { code, stdout } = extentSame(["fuzz", ...words, "--out", out]);
  expect(code).toBe(1);
  const report: { findings: { signature: string; folder: string; trials: number }[] } =
    JSON.parse(stdout);
  const found = report.findings.map(({ signature, folder, trials }) => {
    const text = readFileSync(join(folder, "repro.trace"), "utf8");
    return [signature, `${trials} trials\n${text}`] as const;
  });
  rmSync(out, { recursive: true });
  return new Map(found);
}

test("without a seed, each campaign has one of its own and says it", () => {
  const [a, b] = [campaign("--runs", "1"), campaign("--runs", "1")];
  expect(a?.["seed"]).toMatch(/^0x[0-9a-f]{1,8}$/);
  expect(b?.["seed"]).not.toBe(a?.["seed"]);
});

test("--runs is the number of programs, and --max-ops of calls in each", () => {
  const { programs, ops } = campaign("--runs", "25", "--max-ops", "3", "--seed", "1");
  expect(programs).toBe(25);
  expect(ops).toBeGreaterThan(25);
  expect(ops).toBeLessThanOrEqual(25 * 3);
});

test("the parts of a campaign's time add up to its time", () => {
  const { stdout } = extentSame([...simulated, "--max-total-time", "1s"]);
  const report: { seconds: number; time: Record<string, number> } = JSON.parse(stdout);
  expect(Object.keys(report.time)).toEqual(parts);
  const sum = Object.values(report.time).reduce((before, part) => before + part, 0);
  // Each part is rounded, and the campaign is made ready before its clock starts.
  expect(sum).toBeLessThanOrEqual(1000 * report.seconds + parts.length);
  expect(sum).toBeGreaterThan(900);
  expect(report.time["model"]).toBeGreaterThan(0);
});

test("--max-total-time ends a campaign", () => {
  const started = performance.now();
  const report = campaign("--max-total-time", "0.5s");
  expect(report["programs"]).toBeGreaterThan(1);
  expect(performance.now() - started).toBeLessThan(5_000);
});
