import { spawnSync } from "node:child_process";
import { mkdtempSync, rmdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { scratchParents } from "../../real/scratch.ts";
import { describeMounted } from "./machine.ts";
import { inNamespace } from "./mounted.ts";

describeMounted("btrfs", "a file that is swapped to for a while", () => {
  test("takes one page of the kernel's at most, and holds what it held behind that", () => {
    const scratch = mkdtempSync(join(scratchParents()[0] ?? tmpdir(), "test-swap-"));
    const child = spawnSync("unshare", inNamespace("swap-child", scratch), { encoding: "utf8" });
    expect(child.stderr).toBe("");
    rmdirSync(scratch);
    const result: unknown = JSON.parse(child.stdout);
    expect(result).toEqual({ begun: 0, used: 4, ended: 0, isAsBefore: true });
  });
});
