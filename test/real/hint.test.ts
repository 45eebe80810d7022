import { spawnSync } from "node:child_process";
import { mkdtempSync, rmdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { scratchParents } from "../../real/scratch.ts";
import { hintCases } from "./hint-cases.ts";
import { describeMounted } from "./machine.ts";
import { inNamespace } from "./mounted.ts";

describeMounted("xfs", "the hint for the size of copies", () => {
  test("comes with a whole file onto a whole file that has none (XFS-04)", () => {
    const scratch = mkdtempSync(join(scratchParents()[0] ?? tmpdir(), "test-hint-"));
    const child = spawnSync("unshare", inNamespace("hint-child", scratch), { encoding: "utf8" });
    expect(child.stderr).toBe("");
    rmdirSync(scratch);
    const behind: unknown = JSON.parse(child.stdout);
    expect(behind).toEqual(hintCases.map((each) => each.behind));
  });
});
