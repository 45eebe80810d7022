/** Runs programs on a mounted file system, in a child that has mounts of its own. */

import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Op } from "../../model/op.ts";
import type { Outcome } from "../../model/outcome.ts";
import type { FsKind } from "../../model/format.ts";
import { print, revive } from "../../real/plain-json.ts";

export type MountedProgram = readonly Op[];

export interface MountedResult {
  readonly outcomes: readonly Outcome[];
  /** Message of the HarnessError that ended the program. */
  readonly fault: string | undefined;
}

/** A compiled file of test/real, which `tsc` puts into dist/; compiled files stand beside each other. */
export function compiled(name: string): string {
  const folder = import.meta.url.endsWith(".ts") ? "../../dist/test/real" : ".";
  return fileURLToPath(new URL(`${folder}/${name}.js`, import.meta.url));
}

/** What to give to spawn, so that a compiled file runs where it may mount. */
export function inNamespace(name: string, ...rest: readonly string[]): readonly string[] {
  const unshare = ["--mount", "--propagation", "private", "--"];
  return [...unshare, process.execPath, compiled(name), ...rest];
}

/** The outcomes of each program, each on a file system of its own. */
export function performMounted(
  kind: FsKind,
  scratch: string,
  programs: readonly MountedProgram[],
): readonly MountedResult[] {
  const child = spawnSync("unshare", inNamespace("mounted-child", scratch, kind), {
    input: print(programs),
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  if (child.status !== 0) throw new Error(`the child failed: ${child.stderr}`);
  return JSON.parse(child.stdout, revive);
}
