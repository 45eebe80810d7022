/**
 * A child of the tests, in a mount namespace of its own: performs programs on a
 * fresh file system each, and prints what came back.
 */

import { readFileSync } from "node:fs";
import { HarnessError } from "../../model/fault.ts";
import type { FsKind } from "../../model/format.ts";
import { openImageTarget } from "../../real/targets.ts";
import type { MountedProgram, MountedResult } from "./mounted.ts";
import { print, revive } from "../../real/plain-json.ts";

const [scratch = "/tmp", kind = "btrfs"] = process.argv.slice(2);

function result(
  program: MountedProgram,
  target: ReturnType<typeof openImageTarget>,
): MountedResult {
  target.fresh();
  try {
    return { outcomes: program.map((op) => target.perform(op)), fault: undefined };
  } catch (error) {
    if (error instanceof HarnessError) return { outcomes: [], fault: error.message };
    throw error;
  }
}

const kinds: readonly FsKind[] = ["btrfs", "xfs"];
const found = kinds.find((name) => name === kind) ?? "btrfs";
const target = openImageTarget({ kind: found, mkfs: [], mount: "", scratch });
const programs: readonly MountedProgram[] = JSON.parse(readFileSync(0, "utf8"), revive);
process.stdout.write(print(programs.map((program) => result(program, target))));
target.close();
