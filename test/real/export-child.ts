/**
 * A child of the tests, in a mount namespace of its own: exports traces to C from
 * one real file system after the other, runs them there, and prints what came of it.
 */

import { readFileSync } from "node:fs";
import { newModel } from "../../model/step.ts";
import { profileOf } from "../../model/profile.ts";
import { ranOn, runC } from "../../real/exported-run.ts";
import { openImageTarget } from "../../real/targets.ts";
import { disagreement } from "../../replay/export-agreement.ts";
import { exportC } from "../../replay/export-c.ts";
import { exportProgram } from "../../replay/export-program.ts";
import { readTraceFile } from "../../replay/trace-file.ts";
import type { ExportedTrace, TraceToExport } from "./exported.ts";

const [scratch = "/tmp"] = process.argv.slice(2);
const target = openImageTarget({ kind: "btrfs", mkfs: [], mount: "", scratch });

function exportedTrace({ path, profile: name }: TraceToExport): ExportedTrace {
  const profile = profileOf(name);
  const read = readTraceFile(path);
  if (profile === undefined || read.kind === "invalid") throw new Error(`${path} on ${name}`);
  const program = exportProgram(newModel(profile), target, read.trace, () => true);
  const made = exportC({ ...program, where: ranOn(target) });
  if (made.kind === "refused") return { path, kind: "refused", message: made.message };
  const shown = runC(target, made.text);
  if (shown === undefined) throw new Error("the target is not real");
  return {
    path,
    kind: "ran",
    source: made.text,
    code: shown.code,
    warnings: shown.warnings,
    problem: disagreement(program, shown),
  };
}

const traces: readonly TraceToExport[] = JSON.parse(readFileSync(0, "utf8"));
process.stdout.write(JSON.stringify(traces.map(exportedTrace)));
target.close();
