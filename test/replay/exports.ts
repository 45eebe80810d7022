/** Traces exported from the simulated target, for tests. */

import { linux618Btrfs, newModel, type Profile } from "../../model/index.ts";
import { exportProgram, type ExportedCase } from "../../replay/export-program.ts";
import { readTraceFile } from "../../replay/trace-file.ts";
import { simulate } from "../../replay/simulate.ts";
import type { Trace } from "../../replay/trace.ts";

/** A trace, run on a kernel that follows `profile`, as what exports are made of. */
export function exportedCase(trace: Trace, profile: Profile = linux618Btrfs): ExportedCase {
  const target = simulate(profile, () => 0);
  const program = exportProgram(newModel(linux618Btrfs), target, trace, () => true);
  return { ...program, where: { kernel: "Linux 6.18.44", mkfs: [], mount: [] } };
}

export function traceAt(path: string): Trace {
  const read = readTraceFile(path);
  if (read.kind === "invalid") throw new Error(read.message);
  return read.trace;
}

/** Columns of a line, a tab up to the next eighth. */
export function widthOf(line: string): number {
  let width = 0;
  for (const character of line) width += character === "\t" ? 8 - (width % 8) : 1;
  return width;
}
