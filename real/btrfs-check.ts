/** `btrfs check --readonly`: whether a file system that is not mounted is whole. */

import { spawnSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { join } from "node:path";
import { HarnessError } from "../model/index.ts";
import { sbinPath } from "./mkfs.ts";

/** Time for a check, far beyond what a file system of a few hundred programs takes. */
const timeoutMs = 120_000;

/** Characters of a complaint that are kept. */
const maxComplaint = 4_000;

const command = "btrfs";

/** Why nothing is checked, in one line, to be said once; undefined when it can be. */
export function btrfsCheckProblem(): string | undefined {
  const found = sbinPath.split(":").some((folder) => isExecutable(join(folder, command)));
  return found
    ? undefined
    : `file systems are not checked at their end: ${command} is missing: apt-get install -y btrfs-progs`;
}

/**
 * What the checker complains of, in text of several lines; undefined when it finds
 * nothing, and where there is no checker. The device must not be mounted. Throws
 * HarnessError when the checker itself does not end.
 */
export function btrfsCheck(device: string): string | undefined {
  const run = spawnSync(command, ["check", "--readonly", device], {
    encoding: "utf8",
    timeout: timeoutMs,
    env: { ...process.env, PATH: sbinPath },
  });
  if (run.error !== undefined && "code" in run.error && run.error.code === "ENOENT") {
    return undefined;
  }
  if (run.status === 0) return undefined;
  if (run.status === null) throw new HarnessError(`${command} check did not end on ${device}`);
  return `${run.stderr}${run.stdout}`.trim().slice(0, maxComplaint);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
