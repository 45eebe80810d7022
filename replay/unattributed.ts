/**
 * Reports of a kernel that somebody else may have led to: no findings, and kept all
 * the same. All workers read one log, so that the first that comes to a report counts it.
 */

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { labelled } from "./columns.ts";
import { plain } from "./plain.ts";

/** A report: its title, its first line, and which record of the log that is. */
interface Report {
  readonly title: string;
  readonly line: string;
  readonly seconds: number;
  readonly sequence: number;
}

/** Where they are, below the folder for findings. */
export function unattributedFolder(out: string): string {
  return join(out, "unattributed");
}

/** What a worker knows of a report. */
export interface Witness {
  readonly worker: number;
  /** The log in the time of its program, in lines. */
  readonly lines: readonly string[];
  /** That program, as a trace. */
  readonly program: string;
}

/**
 * Keeps a report in a folder of its own, with the program that each worker ran then;
 * whether this one is the first that keeps it. Throws what node:fs throws.
 */
export function keepUnattributed(
  out: string,
  { seconds, sequence, title, line }: Report,
  { worker, lines, program }: Witness,
): boolean {
  const all = unattributedFolder(out);
  mkdirSync(all, { recursive: true });
  const folder = join(all, `${seconds.toFixed(6)}-${sequence}`);
  const isFirst = isMade(folder);
  writeFileSync(join(folder, `worker-${worker}.trace`), program);
  if (!isFirst) return false;
  const about = [
    ...labelled("log", plain(line)),
    ...labelled("title", plain(title)),
    ...labelled("time", new Date().toISOString()),
    ...labelled("why", "no finding: somebody else may have led to it"),
  ];
  writeFileSync(join(folder, "description"), about.map(withEnd).join(""));
  writeFileSync(join(folder, "dmesg.txt"), lines.map(withEnd).join(""));
  return true;
}

/** Makes a folder; false where it is there. */
function isMade(folder: string): boolean {
  try {
    mkdirSync(folder);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
}

function withEnd(line: string): string {
  return `${line}\n`;
}
