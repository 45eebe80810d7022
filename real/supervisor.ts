/**
 * The supervisor: starts a worker, and touches no file system under test itself.
 * The worker runs in a mount namespace of its own, made before node starts, and
 * says every now and then that it is alive.
 */

import { spawn, type ChildProcess } from "node:child_process";
import { libc, libcProblem } from "./libc.ts";
import { sbinPath } from "./mkfs.ts";
import { sweep } from "./scratch.ts";

/** In the worker's environment: the supervisor's process id. */
export const workerVariable = "EXTENT_SAME_WORKER";

/** The descriptor on which a worker writes a byte while it lives, and how often it does. */
export const aliveDescriptor = 3;
export const aliveMilliseconds = 500;

export interface WorkerOptions {
  /** The script that node runs, and its arguments. */
  readonly script: string;
  readonly arguments: readonly string[];
  /** Whether the worker mounts, and so needs a mount namespace of its own. */
  readonly mounts: boolean;
  /** Milliseconds without a sign of life after which a call hangs. */
  readonly timeoutMilliseconds: number;
}

export type WorkerEnd =
  | { readonly kind: "exited"; readonly code: number }
  /** Killed by a signal that the supervisor did not send. */
  | { readonly kind: "killed"; readonly signal: string }
  | { readonly kind: "hung" }
  | { readonly kind: "interrupted" };

/** Time that a worker has to end its program after the first signal. */
const graceMilliseconds = 15_000;

/** Time that a worker has to come up before the timeout begins to count. */
const startMilliseconds = 10_000;

/** Time that a worker has to die: a call in the kernel may end at the kill, or never. */
const lastMilliseconds = 5_000;

const forwarded = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Runs a worker to its end and removes what it left. */
export async function supervise(options: WorkerOptions): Promise<WorkerEnd> {
  const child = start(options);
  const end = await watch(child, options.timeoutMilliseconds);
  if (libcProblem() === undefined) sweep(libc());
  return end;
}

function start({ script, arguments: words, mounts }: WorkerOptions): ChildProcess {
  const node = [process.execPath, script, ...words];
  const [command = "", ...rest] = mounts
    ? ["unshare", "--mount", "--propagation", "private", "--", ...node]
    : node;
  return spawn(command, rest, {
    stdio: ["inherit", "inherit", "inherit", "pipe"],
    env: { ...process.env, PATH: sbinPath, [workerVariable]: String(process.pid) },
  });
}

function watch(child: ChildProcess, timeoutMilliseconds: number): Promise<WorkerEnd> {
  return new Promise((resolve, reject) => {
    let asked = false;
    const kill = (): boolean => child.kill("SIGKILL");
    const finish = (end: WorkerEnd): void => {
      clearTimeout(alarm);
      for (const signal of forwarded) process.off(signal, interrupt);
      resolve(end);
    };
    let hung = false;
    const abandon = (): void => {
      child.stdio[aliveDescriptor]?.destroy();
      child.unref();
      finish({ kind: "hung" });
    };
    const hang = (): void => {
      hung = true;
      kill();
      setTimeout(abandon, lastMilliseconds).unref();
    };
    let alarm = setTimeout(hang, startMilliseconds + timeoutMilliseconds);
    const interrupt = (): void => {
      if (asked) kill();
      else child.kill("SIGINT");
      asked = true;
      setTimeout(kill, graceMilliseconds).unref();
    };
    for (const signal of forwarded) process.on(signal, interrupt);
    child.stdio[aliveDescriptor]?.on("data", () => {
      clearTimeout(alarm);
      alarm = setTimeout(hang, timeoutMilliseconds);
    });
    child.on("error", reject);
    child.on("exit", (code, signal) => {
      if (hung) finish({ kind: "hung" });
      else if (asked) finish({ kind: "interrupted" });
      else if (code !== null) finish({ kind: "exited", code });
      else finish({ kind: "killed", signal: signal ?? "an unknown signal" });
    });
  });
}
