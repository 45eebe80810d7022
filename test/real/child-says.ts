/** Children of the tests that run alone where they may mount. */

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { scratchParents } from "../../real/scratch.ts";
import { inNamespace } from "./mounted.ts";

/** What a compiled child prints that runs in a folder of its own, complains of nothing, and leaves nothing there. */
export function childSays(name: string): string {
  const scratch = mkdtempSync(join(scratchParents()[0] ?? tmpdir(), `test-${name}-`));
  const child = spawnSync("unshare", inNamespace(name, scratch), { encoding: "utf8" });
  expect(child.stderr).toBe("");
  rmdirSync(scratch);
  return child.stdout;
}
