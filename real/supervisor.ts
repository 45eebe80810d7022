/**
 * The supervisor: starts workers, and touches no file system under test itself.
 * A worker runs in a mount namespace of its own, made before node starts, shows in
 * its logbook that it is alive and what it does, and tells the rest in messages.
 */

import { spawn, type ChildProcess, type Serializable, type StdioOptions } from "node:child_process";
import { memoryBytes, processText } from "./last-words.ts";
import { libc, libcProblem } from "./libc.ts";
import { Logbook } from "./logbook.ts";
import { sbinPath } from "./mkfs.ts";
import { sweep } from "./scratch.ts";

/** In the worker's environment: the supervisor's process id, and what it is to do. */
export const workerVariable = "EXTENT_SAME_WORKER";
export const taskVariable = "EXTENT_SAME_TASK";

/**
 * How node collects garbage in a worker: states live for one program, so that most
 * of them are dead before a young generation of this size is full; and by the one
 * thread that makes them, for the other cores have workers of their own.
 */
export const nodeFlags: readonly string[] = ["--max-semi-space-size=32", "--single-threaded-gc"];

export interface WorkerOptions {
  /** The script that node runs, and its arguments. */
  readonly script: string;
  readonly arguments: readonly string[];
  /** Whether the worker mounts, and so needs a mount namespace of its own. */
  readonly mounts: boolean;
  /** Milliseconds without a sign of life after which a call hangs. */
  readonly timeoutMilliseconds: number;
}

/** What a worker was doing at its end. */
export interface LastWords {
  /** Its program, a trace without outcomes, whose last call did not come back. */
  readonly program: string;
  /** Where its processes stood, in lines; empty for a worker that was gone before. */
  readonly processes: string;
  readonly pid: number;
  /** The block device under test, if it had any. */
  readonly device: string | undefined;
  /** The last record of the kernel's log that it judged. */
  readonly readTo: number;
}

export type WorkerEnd =
  | { readonly kind: "exited"; readonly code: number; readonly last: LastWords }
  /** Killed by a signal that the supervisor did not send. */
  | { readonly kind: "killed"; readonly signal: string; readonly last: LastWords }
  | { readonly kind: "hung"; readonly last: LastWords }
  | { readonly kind: "interrupted" };

export interface Worker {
  readonly end: Promise<WorkerEnd>;
  readonly tell: (message: Serializable) => void;
  /** Asks it to end, and some time later, or when asked again, ends it. */
  readonly interrupt: () => void;
  readonly memoryBytes: () => number;
}

/** Time that a worker has to end its program after the first signal. */
const graceMilliseconds = 15_000;

/** Time that a worker has to come up before the timeout begins to count. */
const startMilliseconds = 10_000;

/** Time that a worker has to die: a call in the kernel may end at the kill, or never. */
const lastMilliseconds = 5_000;

/** How often a logbook is looked at. */
const lookMilliseconds = 200;

const forwarded = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Runs one worker to its end, with this process's own input and output, and removes what it left. */
export async function supervise(options: WorkerOptions): Promise<WorkerEnd> {
  const worker = startWorker(options);
  for (const signal of forwarded) process.on(signal, worker.interrupt);
  try {
    return await worker.end;
  } finally {
    for (const signal of forwarded) process.off(signal, worker.interrupt);
    sweepDead();
  }
}

/** Removes what workers that died have left. */
export function sweepDead(): void {
  if (libcProblem() === undefined) sweep(libc());
}

/**
 * Starts a worker. One that has a `task` tells its messages to `hear`, and neither
 * reads nor writes what this process reads and writes.
 */
export function startWorker(
  options: WorkerOptions,
  task?: Readonly<Record<string, unknown>>,
  hear?: (message: unknown) => void,
): Worker {
  const logbook = new Logbook();
  const child = start(options, logbook.fd, task);
  if (hear !== undefined) child.on("message", hear);
  const state = { asked: false };
  return {
    end: watch(child, logbook, options.timeoutMilliseconds, state).finally(() => {
      logbook.close();
    }),
    tell: (message) => {
      if (child.connected) child.send(message, () => undefined);
    },
    interrupt: () => {
      if (state.asked) child.kill("SIGKILL");
      else {
        logbook.ask();
        child.kill("SIGINT");
      }
      state.asked = true;
      setTimeout(() => child.kill("SIGKILL"), graceMilliseconds).unref();
    },
    memoryBytes: () => memoryBytes(child.pid ?? 0),
  };
}

function start(
  { script, arguments: words, mounts }: WorkerOptions,
  logbook: number,
  task: Readonly<Record<string, unknown>> | undefined,
): ChildProcess {
  const node = [process.execPath, ...nodeFlags, script, ...words];
  const [command = "", ...rest] = mounts
    ? ["unshare", "--mount", "--propagation", "private", "--", ...node]
    : node;
  const shared: StdioOptions = ["inherit", "inherit", "inherit", logbook];
  const own: StdioOptions = ["ignore", "ignore", "inherit", logbook, "ipc"];
  const about = task === undefined ? {} : { [taskVariable]: JSON.stringify(task) };
  return spawn(command, rest, {
    stdio: task === undefined ? shared : own,
    env: { ...process.env, ...about, PATH: sbinPath, [workerVariable]: String(process.pid) },
    // Signals of a terminal reach the supervisor alone, which passes on what is meant for all.
    detached: task !== undefined,
  });
}

function watch(
  child: ChildProcess,
  logbook: Logbook,
  timeoutMilliseconds: number,
  state: { readonly asked: boolean },
): Promise<WorkerEnd> {
  return new Promise((resolve, reject) => {
    const lastWords = (processes: string): LastWords => {
      const pid = child.pid ?? 0;
      return { program: logbook.text(), processes, pid, ...logbook.log() };
    };
    let hung: WorkerEnd | undefined;
    let beats = 0;
    let quietMilliseconds = -startMilliseconds;
    const finish = (end: WorkerEnd): void => {
      clearInterval(looking);
      resolve(end);
    };
    const abandon = (end: WorkerEnd): void => {
      if (child.connected) child.disconnect();
      child.unref();
      finish(end);
    };
    /** Looks are counted, not read off a clock: time in which this process did not run is no silence. */
    const look = (): void => {
      const now = logbook.beats();
      quietMilliseconds = now === beats ? quietMilliseconds + lookMilliseconds : 0;
      beats = now;
      if (quietMilliseconds < timeoutMilliseconds || hung !== undefined) return;
      const end: WorkerEnd = { kind: "hung", last: lastWords(processText(child.pid ?? 0)) };
      hung = end;
      child.kill("SIGKILL");
      setTimeout(abandon, lastMilliseconds, end);
    };
    const looking = setInterval(look, lookMilliseconds);
    child.on("error", (error) => {
      clearInterval(looking);
      reject(error);
    });
    child.on("exit", (code, signal) => {
      const last = lastWords("");
      if (hung !== undefined) finish(hung);
      else if (state.asked) finish({ kind: "interrupted" });
      else if (code !== null) finish({ kind: "exited", code, last });
      else finish({ kind: "killed", signal: signal ?? "an unknown signal", last });
    });
  });
}
