/** The paths that a call names. */

import type { Op } from "../model/index.ts";

export function pathsOf(op: Op): readonly string[] {
  if (op.kind === "link" || op.kind === "snapshot") return [op.path, op.to];
  return "path" in op ? [op.path] : [];
}
