/** Exports traces and runs what comes of them on a real file system, in a child that may mount. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { inNamespace } from "./mounted.ts";

export interface TraceToExport {
  readonly path: string;
  /** The name of the profile that it is held to. */
  readonly profile: string;
  readonly form: "c" | "sh";
}

export type ExportedTrace =
  | {
      readonly path: string;
      readonly kind: "ran";
      readonly source: string;
      readonly code: number;
      /** Of the compiler. */
      readonly warnings: string;
      /** What the program showed otherwise than the replay. */
      readonly problem: string | undefined;
    }
  | { readonly path: string; readonly kind: "refused"; readonly message: string };

/** Of each trace in turn. Children share the traces, for a compiler keeps one processor busy. */
export async function exportMounted(
  scratch: string,
  traces: readonly TraceToExport[],
): Promise<readonly ExportedTrace[]> {
  const count = availableParallelism();
  const parts = Array.from({ length: count }, (_none, child) =>
    traces.filter((_trace, at) => at % count === child),
  );
  const done = await Promise.all(parts.map((part) => exportPart(scratch, part)));
  return traces.flatMap((_trace, at) => done[at % count]?.[Math.floor(at / count)] ?? []);
}

async function exportPart(
  scratch: string,
  traces: readonly TraceToExport[],
): Promise<readonly ExportedTrace[]> {
  const child = spawn("unshare", inNamespace("export-child", mkdtempSync(join(scratch, "part-"))));
  child.stdin.end(JSON.stringify(traces));
  const [printed, complaint, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "exit"),
  ]);
  if (code !== 0) throw new Error(`the child failed: ${complaint}`);
  const exported: readonly ExportedTrace[] = JSON.parse(printed);
  return exported;
}
