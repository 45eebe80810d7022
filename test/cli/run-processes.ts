/** The processes of a run of extent-same, by its supervisor. */

import { readFileSync } from "node:fs";
import { workerVariable } from "../../real/supervisor.ts";

/** Its workers, in the order in which they were started. */
export function workersOf(supervisor: number): readonly number[] {
  return childrenOf(supervisor).filter((child) =>
    textOf(`/proc/${child}/environ`).includes(`\0${workerVariable}=`),
  );
}

/** What a process has started, and not seen end; none of one that is gone. */
export function childrenOf(process: number): readonly number[] {
  return textOf(`/proc/${process}/task/${process}/children`)
    .split(" ")
    .filter((word) => word !== "")
    .map(Number);
}

/** A file of /proc; empty where the process is gone. */
export function textOf(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}
