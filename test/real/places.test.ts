import { spawnSync } from "node:child_process";
import { mkdtempSync, rmdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { errnoOf } from "../../model/errno.ts";
import { failed, returned } from "../../model/outcome.ts";
import { scratchParents } from "../../real/scratch.ts";
import { describeMounted } from "./machine.ts";
import { inNamespace } from "./mounted.ts";
import { revive } from "../../real/plain-json.ts";

describeMounted("btrfs", "the places of programs", () => {
  test("are apart, can be revisited after a remount, and end with their file system", () => {
    const scratch = mkdtempSync(join(scratchParents()[0] ?? tmpdir(), "test-places-"));
    const child = spawnSync("unshare", inNamespace("places-child", scratch), { encoding: "utf8" });
    expect(child.stderr).toBe("");
    rmdirSync(scratch);
    expect(JSON.parse(child.stdout, revive)).toEqual({
      first: "p1",
      after: "p2",
      elsewhere: failed(errnoOf("ENOENT")),
      closed: failed(errnoOf("EBADF")),
      found: { ...returned(1024), seen: { size: 4096n, runs: [{ length: 1024n, tone: 1 }] } },
      programs: 512,
      before: 1,
      now: 2,
    });
  });
});
