/** Ties a worker's life to its supervisor's, so that a killed supervisor leaves nothing behind. */

import { HarnessError } from "../model/index.ts";
import { libc } from "./libc.ts";
import { OwnLogbook } from "./logbook.ts";
import { workerVariable } from "./supervisor.ts";

const PR_SET_PDEATHSIG = 1;
const SIGKILL = 9;

/**
 * From now on the kernel kills this process when its parent ends. Its mount
 * namespace, mounts, loop device and image go with it. Throws HarnessError when
 * the parent is no longer `supervisor`, the process id that the worker was told.
 */
export function dieWithSupervisor(supervisor: number): void {
  tiedTo = supervisor;
  stayTied();
}

let tiedTo: number | undefined;

/**
 * The same once more, for the kernel forgets it when this thread changes its user
 * (commit_creds, kernel/cred.c, Linux 6.18); nothing in a process that is not tied.
 */
export function stayTied(): void {
  if (tiedTo === undefined) return;
  if (libc().prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) !== 0) {
    throw new HarnessError(`prctl failed with errno ${libc().errno()}`);
  }
  if (process.ppid !== tiedTo) {
    throw new HarnessError(`the supervisor ${tiedTo} is gone`);
  }
}

let opened: OwnLogbook | undefined;

/** The logbook of this worker; undefined outside one. */
export function ownLogbook(): OwnLogbook | undefined {
  if (process.env[workerVariable] === undefined) return undefined;
  opened ??= new OwnLogbook();
  return opened;
}

/** Tells the supervisor that no call hangs; nothing outside a worker. */
export function alive(): void {
  ownLogbook()?.beat();
}

/** Whether the supervisor has asked this worker to end; seen at once, also by one that waits for nothing. */
export function isAskedToEnd(): boolean {
  return ownLogbook()?.isAsked() === true;
}
