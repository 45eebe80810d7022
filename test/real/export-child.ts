/**
 * A child of the tests, in a mount namespace of its own: exports traces from
 * a real file system, runs what comes of them there, and prints what came of it.
 */

import { readFileSync } from "node:fs";
import type { FsKind } from "../../model/format.ts";
import { newModel } from "../../model/step.ts";
import { profileOf } from "../../model/index.ts";
import { ranOn, runExported } from "../../real/exported-run.ts";
import type { RealTarget } from "../../real/real-target.ts";
import { openImageTarget } from "../../real/targets.ts";
import { exported } from "../../replay/export-form.ts";
import { exportProgram } from "../../replay/export-program.ts";
import { readTraceFile } from "../../replay/trace-file.ts";
import { formatIn } from "../../replay/trace.ts";
import type { ExportedTrace, TraceToExport } from "./exported.ts";

const [scratch = "/tmp"] = process.argv.slice(2);
const targets = new Map<FsKind, RealTarget>();

function targetOf(kind: FsKind): RealTarget {
  const known = targets.get(kind);
  if (known !== undefined) return known;
  const target = openImageTarget({ kind, mkfs: [], mount: "", scratch });
  targets.set(kind, target);
  return target;
}

function exportedTrace({ path, profile: name, form }: TraceToExport): ExportedTrace {
  const profile = profileOf(name);
  const read = readTraceFile(path);
  if (profile === undefined || read.kind === "invalid") throw new Error(`${path} on ${name}`);
  const target = targetOf(formatIn(read.trace).fs);
  const program = exportProgram(newModel(profile), target, read.trace, () => true);
  const made = exported({ kind: "form", form, out: undefined }, program, ranOn(target));
  if (made.kind === "refused") return { path, kind: "refused", message: made.message };
  const shown = runExported(target, made.language, made.source);
  if (shown === undefined) throw new Error("the target is not real");
  return {
    path,
    kind: "ran",
    source: made.source,
    code: shown.code,
    warnings: shown.warnings,
    problem: made.disagreement(shown),
  };
}

const traces: readonly TraceToExport[] = JSON.parse(readFileSync(0, "utf8"));
process.stdout.write(JSON.stringify(traces.map(exportedTrace)));
for (const target of targets.values()) target.close();
