/** The committed program whose speed is measured, and how it is run. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { HarnessError, type FileSystemUnderTest, type Model, type Op } from "../../model/index.ts";
import { lockstep } from "../../replay/index.ts";
import { parseTrace } from "../../replay/parse.ts";

export function speedProgram(): readonly Op[] {
  const path = fileURLToPath(new URL("../../../test/bench/speed.trace", import.meta.url));
  const parsed = parseTrace(readFileSync(path, "utf8"));
  if (parsed.kind === "invalid") throw new HarnessError(parsed.message);
  return parsed.trace.events.map((event) => event.op);
}

/** The path of a target's place, on the only file system under test of this namespace. */
export function placePath(target: FileSystemUnderTest): string {
  const mounts = readFileSync("/proc/self/mountinfo", "utf8").split("\n");
  const paths = mounts.map((line) => line.split(" ")[4] ?? "");
  const found = paths.find((path) => path.endsWith("/under-test"));
  if (found === undefined) throw new HarnessError("no file system is mounted");
  return join(found, target.placeOf() ?? "");
}

/** Runs a program with everything that `replay` does. Throws HarnessError where it diverges. */
export function check(model: Model, target: FileSystemUnderTest, program: readonly Op[]): void {
  const { divergence } = lockstep(model, target, (_state, index) => program[index], "all");
  if (divergence !== undefined) throw new HarnessError(`call ${divergence.at} diverges`);
}
