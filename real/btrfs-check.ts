/** `btrfs check --readonly`: whether a file system that is not mounted is whole. */

import { spawnSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { join } from "node:path";
import { HarnessError } from "../model/index.ts";
import { sbinPath } from "./mkfs.ts";

/** Time for a check, far beyond what a file system of a few hundred programs takes. */
const timeoutMs = 120_000;

/** Characters of a complaint that are kept. */
const maxComplaint = 16_000;

const command = "btrfs";

/** Why nothing is checked, in one line, to be said once; undefined when it can be. */
export function btrfsCheckProblem(): string | undefined {
  const found = sbinPath.split(":").some((folder) => isExecutable(join(folder, command)));
  return found
    ? undefined
    : `disks are not checked: ${command} is missing: apt-get install -y btrfs-progs`;
}

/**
 * What the checker complains of, in text of several lines; undefined when it finds
 * nothing. The device must not be mounted. Throws HarnessError where there is no
 * checker, and when it does not end or cannot have the device.
 */
export function btrfsCheck(device: string): string | undefined {
  const run = spawnSync(command, ["check", "--readonly", device], {
    encoding: "utf8",
    timeout: timeoutMs,
    env: { ...process.env, PATH: sbinPath },
  });
  if (run.error !== undefined) {
    throw new HarnessError(btrfsCheckProblem() ?? `${command} check failed: ${run.error.message}`);
  }
  if (run.status === 0) return undefined;
  const said = `${run.stderr}${run.stdout}`.trim().slice(0, maxComplaint);
  if (/Device or resource busy/.test(said)) throw new HarnessError(`${command} check: ${said}`);
  return run.signal === null ? said : `the checker was ended by ${run.signal}\n${said}`;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
