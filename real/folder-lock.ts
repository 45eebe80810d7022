/** A folder that one process at a time works in. */

import { closeSync, constants, openSync } from "node:fs";
import { HarnessError } from "../model/index.ts";
import { libc } from "./libc.ts";

const LOCK_EX = 2;
const LOCK_NB = 4;

/** Locks it for as long as this process lives; false when another process has it. Throws HarnessError. */
export function lockForLife(folder: string): boolean {
  return lock(folder, false);
}

/** Whether a process has it. Throws HarnessError. */
export function isLocked(folder: string): boolean {
  return !lock(folder, true);
}

function lock(folder: string, onlyToSee: boolean): boolean {
  let fd: number;
  try {
    fd = openSync(folder, constants.O_RDONLY | constants.O_DIRECTORY);
  } catch (error) {
    throw new HarnessError(error instanceof Error ? error.message : String(error));
  }
  const locked = libc().flock(fd, LOCK_EX | LOCK_NB) === 0;
  if (!locked || onlyToSee) closeSync(fd);
  return locked;
}
