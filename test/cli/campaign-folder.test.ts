import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeNative } from "../real/machine.ts";
import { built, extentSame, started } from "./extent-same.ts";

let root: string;

describeNative("a campaign in a folder", () => {
  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), "test-campaign-"));
  });

  afterAll(() => {
    rmSync(root, { recursive: true });
  });

  const wanted = "--target simulated --format default --seed 7 --runs 60 --jobs 2".split(" ");

  test("that is killed again and again goes on, and does what it does without kills", async () => {
    const whole = extentSame(["campaign", "run", "--json", join(root, "whole"), ...wanted]);
    expect(whole.code).toBe(0);
    const folder = join(root, "killed");
    let verb = ["run", folder, ...wanted];
    for (let kill = 0; kill < 2; kill++) {
      const child = spawn(process.execPath, [built, "campaign", ...verb], { stdio: "ignore" });
      const journal = join(folder, "journal.jsonl");
      const before = existsSync(journal) ? readFileSync(journal, "utf8").length : 0;
      const grown = (): boolean =>
        existsSync(journal) && readFileSync(journal, "utf8").slice(before).includes('"kind":"at"');
      while (!grown() && child.exitCode === null) await sleep(10);
      child.kill("SIGKILL");
      if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
      appendFileSync(journal, '{"kind":"at","wor');
      verb = ["resume", folder];
    }
    const status = extentSame(["campaign", "status", "--json", folder]);
    expect(JSON.parse(status.stdout)).toMatchObject({ state: "was killed", jobs: 2 });
    const { code, stdout } = extentSame(["campaign", "resume", "--json", folder]);
    expect(code).toBe(0);
    expect(done(stdout)).toEqual(done(whole.stdout));
    const after = extentSame(["campaign", "status", "--json", folder]);
    expect(JSON.parse(after.stdout)).toMatchObject({
      state: "has ended",
      why: "its time or its programs are used up",
      programs: 60,
    });
  }, 120_000);

  test("is not begun twice, nor by two processes", async () => {
    const folder = join(root, "once");
    const run = ["campaign", "run", folder, "--target", "simulated"];
    const child = spawn(process.execPath, [built, ...run], { stdio: "ignore" });
    while (!existsSync(join(folder, "journal.jsonl"))) await sleep(10);
    const resume = extentSame(["campaign", "resume", folder]);
    expect([resume.code, resume.stderr]).toEqual([2, expect.stringContaining("runs already")]);
    const status = extentSame(["campaign", "status", folder]);
    expect([status.code, status.stderr]).toEqual([0, expect.stringContaining(" runs\n")]);
    child.kill("SIGINT");
    await once(child, "exit");
    expect(child.exitCode).toBe(130);
    const again = extentSame(run);
    expect([again.code, again.stderr]).toEqual([2, expect.stringContaining("campaign resume")]);
  });

  test("says why it ended, and where its findings lie", () => {
    const folder = join(root, "found");
    const wrong = ["--target", "simulated:canary", "--seed", "7", "--max-findings", "1"];
    expect(extentSame(["campaign", "run", folder, ...wrong]).code).toBe(1);
    const status = extentSame(["campaign", "status", folder]);
    expect(status.stderr).toContain("has ended: it found 1, as many as --max-findings says\n");
    const [, found = ""] = /^finding {4}(.*)$/m.exec(status.stderr) ?? [];
    expect(existsSync(join(found, "repro.trace"))).toBe(true);
  });

  test("on a disk that is full ends with its figures, as what this machine cannot", () => {
    const disk = join(root, "full");
    const run = `exec ${process.execPath} ${built} campaign run ${disk}/campaign`;
    const flags = "--target simulated --format default --seed 7 --runs 100000 --jobs 2";
    const mount = `mkdir ${disk} && mount -t tmpfs -o size=20k none ${disk}`;
    const words = ["--mount", "--propagation", "private", "sh", "-c"];
    const { code, stdout, stderr } = started("unshare", [...words, `${mount} && ${run} ${flags}`]);
    expect([code, stdout]).toEqual([3, expect.stringMatching(/^ran +[0-9,]+ programs/)]);
    expect(stderr).toMatch(/^extent-same: this machine cannot: the journal: .*$/m);
  });

  test("keeps its programs in one place, wherever it goes on from", () => {
    const words = ["--target", "simulated", "--runs", "3", "--corpus", "kept"];
    const folder = join(root, "placed");
    expect(extentSame(["campaign", "run", folder, ...words], { cwd: root }).code).toBe(0);
    const [first = ""] = readFileSync(join(folder, "journal.jsonl"), "utf8").split("\n");
    expect(JSON.parse(first).flags).toContain(`--corpus=${join(root, "kept")}`);
  });

  test.each([
    [["campaign"], "campaign goes: "],
    [["campaign", "resume", "/nowhere"], "is not a folder"],
    [["campaign", "status", tmpdir()], "holds no campaign"],
    [["campaign", "resume", "--seed", "1", tmpdir()], "--seed was said at its run"],
  ])("%j is refused in one line", (words, message) => {
    const { code, stderr } = extentSame(words);
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
  });
});

/** What does not depend on the clock, and on how often a process began. */
function done(stdout: string): unknown {
  const { programs, ops, calls, dedupe, status, errno, allowedSets, rules } = JSON.parse(stdout);
  return { programs, ops, calls, dedupe, status, errno, allowedSets, rules };
}
