import { spawnSync } from "node:child_process";
import { mkdtempSync, rmdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { scratchParents } from "../../real/scratch.ts";
import { describeMounted } from "./machine.ts";
import { inNamespace } from "./mounted.ts";

describeMounted("btrfs", "a file system without a free block", () => {
  test("has no room for inline data behind the first block of a target (B4)", () => {
    const scratch = mkdtempSync(join(scratchParents()[0] ?? tmpdir(), "test-full-"));
    const child = spawnSync("unshare", inNamespace("full-child", scratch), { encoding: "utf8" });
    expect(child.stderr).toBe("");
    rmdirSync(scratch);
    const answers: unknown = JSON.parse(child.stdout);
    expect(answers).toEqual({
      full: [
        "inline into behind: status ENOSPC",
        "inline into inline-too: same 90",
        "block into block-too: same 4K",
      ],
      room: "inline into behind: same 90",
    });
  });
});
