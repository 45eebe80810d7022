import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { newScope, scopeBounds } from "../../fuzz/index.ts";
import { examine } from "../../real/index.ts";
import { describeMounted } from "../real/machine.ts";
import { built, extentSame, refusal } from "./extent-same.ts";

const { count } = newScope(scopeBounds.small, 4096n);
const small = ["fuzz", "--exhaustive", "--scope", "small", "--json"];
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "test-exhaustive-"));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

test("a run that is killed goes on where it was, and makes every case once", async () => {
  const out = join(folder, "killed");
  const words = [...small, "--target", "simulated", "--out", out];
  const record = join(out, "exhaustive.record");
  const child = spawn(process.execPath, [built, ...words], { stdio: "ignore" });
  const isUnderWay = (): boolean =>
    existsSync(record) && readFileSync(record, "utf8").includes("done");
  while (!isUnderWay() && child.exitCode === null) await sleep(20);
  child.kill("SIGKILL");
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  const before = Number(/done ([0-9]+)\n$/.exec(readFileSync(record, "utf8"))?.[1]);
  expect(before).toBeGreaterThan(0);
  const { code, stdout } = extentSame(words);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ done: count, count, cases: count - before });
  expect(JSON.parse(extentSame(words).stdout)).toMatchObject({ done: count, cases: 0 });
});

test("what was found before is not found again, and stays a finding", () => {
  const out = join(folder, "found");
  const words = [...small, "--target", "simulated:canary", "--out", out];
  const first = extentSame([...words, "--max-findings", "1"]);
  expect(first.code).toBe(1);
  const { findings, done } = JSON.parse(first.stdout);
  expect(findings.length).toBeGreaterThan(0);
  const second = extentSame([...words, "--max-total-time", "0.001s"]);
  expect(second.code).toBe(1);
  expect(JSON.parse(second.stdout)).toMatchObject({ done, findings: [] });
});

test("flags of generated programs are refused, and a scope without --exhaustive", () => {
  expect(extentSame(["fuzz", "--exhaustive", "--seed", "1"])).toEqual(
    refusal("--seed is for generated programs, and --exhaustive makes none"),
  );
  expect(extentSame(["fuzz", "--exhaustive", "--corpus", "kept"])).toEqual(
    refusal("--corpus is for generated programs, and --exhaustive makes none"),
  );
  expect(extentSame(["fuzz", "--scope", "small"])).toEqual(refusal("--scope is for --exhaustive"));
  expect(extentSame([...small, "--scope", "big"])).toEqual(
    refusal('--scope is small, middle or whole, not "big"'),
  );
});

describeMounted("btrfs", "a small scope on real file systems", () => {
  const kinds = (["btrfs", "xfs"] as const).filter((kind) => examine(kind).every(({ ok }) => ok));

  test.each(kinds)("%s answers every case as its profile says", (fs) => {
    const words = [...small, "--target", "real", "--fs", fs, "--out", join(folder, fs)];
    const { code, stdout } = extentSame(words);
    expect(JSON.parse(stdout)).toMatchObject({ done: count, cases: count, findings: [] });
    expect(code).toBe(0);
  });
});
