import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { linux618Btrfs, linux618Xfs, newModel } from "../../model/index.ts";
import { reachable } from "../../fuzz/index.ts";
import { simulate, tracesIn, verifyOn, verifyTrace } from "../../replay/index.ts";
import { describeMounted } from "../real/machine.ts";

const corpus = new URL("../../corpus", import.meta.url).pathname;
const profiles = [linux618Btrfs, linux618Xfs];

test.each(tracesIn(corpus))("%s is canonical and gets its verdict, also simulated", (path) => {
  expect(verifyTrace(path)).toEqual([]);
  for (const profile of profiles) {
    const target = simulate(profile, () => 0);
    expect(verifyOn(path, newModel(profile), target)).toEqual([]);
  }
});

test.each(profiles.flatMap((profile) => reachable(profile)))("rule %s has a trace", (rule) => {
  expect(existsSync(join(corpus, "rules", `${rule}.trace`))).toBe(true);
});

describeMounted("xfs", "the corpus on real file systems", () => {
  test("every trace gets its verdict from the kernel", () => {
    const cli = new URL("../../dist/cli.js", import.meta.url).pathname;
    const ran = spawnSync(process.execPath, [cli, "corpus", "verify", "--target", "real"], {
      encoding: "utf8",
    });
    expect(ran.stdout).toMatch(/^[0-9]+ traces, 0 surprises, on linux-/);
    expect(ran.status).toBe(0);
  });
});
