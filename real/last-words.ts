/** What can be told of a worker that does not come back: its program, and where its processes stand. */

import { readdirSync, readFileSync } from "node:fs";

/** Of each process; see proc(5). What this user may not read is left out. */
const files = ["status", "wchan", "syscall", "stack"] as const;

/** Processes, and bytes of a file, that are told of, at most. */
const maxProcesses = 32;
const maxBytes = 8192;

/** Where a process and those below it stand, in lines. */
export function processText(pid: number): string {
  return below(pid)
    .flatMap((each) =>
      files.map((file) => `== ${each} ${file}\n${textOf(`/proc/${each}/${file}`).trimEnd()}\n`),
    )
    .join("");
}

/** Bytes of memory that a process has in use; 0 for one that is gone. */
export function memoryBytes(pid: number): number {
  const [, kilobytes] = /^VmRSS:\s*([0-9]+) kB$/m.exec(textOf(`/proc/${pid}/status`)) ?? [];
  return 1024 * Number(kilobytes ?? 0);
}

/** The process, and all whose parents lead to it. */
function below(pid: number): readonly number[] {
  const found = [pid];
  for (let at = 0; at < found.length && found.length < maxProcesses; at++) {
    found.push(...childrenOf(found[at] ?? 0));
  }
  return found.slice(0, maxProcesses);
}

/** Children of any thread. */
function childrenOf(pid: number): readonly number[] {
  return tasksOf(pid)
    .flatMap((task) => textOf(`/proc/${pid}/task/${task}/children`).split(" "))
    .filter((word) => word !== "")
    .map(Number);
}

function tasksOf(pid: number): readonly string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8").slice(0, maxBytes);
  } catch {
    return "";
  }
}
