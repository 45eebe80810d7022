/** A folder of programs, each a trace: those that are worth running again. */

import { createHash } from "node:crypto";
import { existsSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import type { Op } from "../model/index.ts";
import { tracesIn } from "./corpus.ts";
import { printEvent, printTrace } from "./print.ts";
import { readTraceFile } from "./trace-file.ts";
import type { Trace } from "./trace.ts";

/** A program, and what it is called. */
export interface NamedProgram {
  readonly name: string;
  readonly ops: readonly Op[];
}

export interface Programs {
  /** Each by its path in the folder. */
  readonly programs: readonly NamedProgram[];
  /** A line for each file that holds none: which, and why. */
  readonly problems: readonly string[];
}

/** The calls of every trace in a folder, and below it; none of a folder that is not there. */
export function programsIn(folder: string): Programs {
  const programs: NamedProgram[] = [];
  const problems: string[] = [];
  for (const path of tracesIn(folder)) {
    const read = readTraceFile(path);
    if (read.kind === "trace")
      programs.push({ name: relative(folder, path), ops: read.trace.events.map(({ op }) => op) });
    else problems.push(`left out: ${read.message}`);
  }
  return { programs, problems };
}

/**
 * Keeps a trace in a folder, under a name that follows from its calls: whole or not
 * at all, and once. Throws what node:fs throws.
 */
export function keepTrace(folder: string, trace: Trace): void {
  const calls = trace.events.map((event) => printEvent({ ...event, outcome: undefined }));
  const hash = createHash("sha256").update(calls.join("\n")).digest("hex");
  const name = hash.slice(0, 16);
  const path = join(folder, `${name}.trace`);
  if (existsSync(path)) return;
  mkdirSync(folder, { recursive: true });
  const beside = join(folder, `.${name}-${process.pid}`);
  writeFileSync(beside, printTrace(trace));
  renameSync(beside, path);
}
