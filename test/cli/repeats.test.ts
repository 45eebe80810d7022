import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { extentSame } from "./extent-same.ts";

test("findings of one signature are in one folder, which counts them over runs", () => {
  const out = mkdtempSync(join(tmpdir(), "test-repeats-"));
  const words = ["fuzz", "--target", "simulated:canary", "--json", "--seed", "7", "--runs", "40"];
  const told = [1, 2].map(() => {
    const { code, stdout } = extentSame([...words, "--out", out]);
    expect(code).toBe(1);
    const report: {
      repeats: number;
      findings: { signature: string; folder: string; times: number }[];
    } = JSON.parse(stdout);
    return report;
  });
  const [first, second] = told;
  if (first === undefined || second === undefined) throw new Error("two runs");
  expect(first.repeats).toBeGreaterThan(0);
  expect(second.findings.map(({ folder }) => folder)).toEqual(
    first.findings.map(({ signature }) => join(out, signature)),
  );
  const seen = first.findings.map(({ folder }) => timesIn(folder));
  const all = 2 * (first.findings.length + first.repeats);
  expect(seen.reduce((sum, times) => sum + times, 0)).toBe(all);
  for (const [at, { times }] of second.findings.entries()) {
    expect(times).toBe((seen[at] ?? 0) / 2 + 1);
  }
  rmSync(out, { recursive: true });
});

function timesIn(folder: string): number {
  const lines = readFileSync(join(folder, "seen.txt"), "utf8").trimEnd().split("\n");
  return lines.map((line) => Number(line.split(" ", 1)[0])).reduce((sum, times) => sum + times, 0);
}
