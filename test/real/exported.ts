/** Exports traces and runs what comes of them on a real file system, in a child that may mount. */

import { spawnSync } from "node:child_process";
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

export function exportMounted(
  scratch: string,
  traces: readonly TraceToExport[],
): readonly ExportedTrace[] {
  const child = spawnSync("unshare", inNamespace("export-child", scratch), {
    input: JSON.stringify(traces),
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  if (child.status !== 0) throw new Error(`the child failed: ${child.stderr}`);
  return JSON.parse(child.stdout);
}
