import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { linux618Btrfs, newModel } from "../../model/index.ts";
import { reachable } from "../../fuzz/index.ts";
import { simulate, tracesIn, verifyTrace } from "../../replay/index.ts";
import { describeMounted } from "../real/machine.ts";

const corpus = new URL("../../corpus", import.meta.url).pathname;
const model = newModel(linux618Btrfs);

test.each(tracesIn(corpus))("%s is canonical and gets its verdict, also simulated", (path) => {
  expect(
    verifyTrace(
      path,
      simulate(linux618Btrfs, () => 0),
      model,
    ),
  ).toEqual([]);
});

test.each(reachable())("rule %s has a trace", (rule) => {
  expect(existsSync(join(corpus, "rules", `${rule}.trace`))).toBe(true);
});

describeMounted("btrfs", "the corpus on a real btrfs", () => {
  test("every trace gets its verdict from the kernel", () => {
    const cli = new URL("../../dist/cli.js", import.meta.url).pathname;
    const ran = spawnSync(process.execPath, [cli, "corpus", "verify", "--target", "real"], {
      encoding: "utf8",
    });
    expect(ran.stdout).toMatch(/^[0-9]+ traces, 0 surprises, on linux-/);
    expect(ran.status).toBe(0);
  });
});
