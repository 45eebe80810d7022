/** A trace read from a file that a person named. */

import { readFileSync, statSync } from "node:fs";
import { bounds } from "./bounds.ts";
import { parseTrace, type ParsedTrace } from "./parse.ts";
import { plain } from "./plain.ts";

/** Reads a file, or standard input for `-`; the message names the file. */
export function readTraceFile(path: string): ParsedTrace {
  const parsed = parsedFile(path);
  if (parsed.kind === "trace") return parsed;
  return { kind: "invalid", message: `${plain(path)}: ${parsed.message}` };
}

function parsedFile(path: string): ParsedTrace {
  try {
    if (path === "-") return parseTrace(readFileSync(0, "utf8"));
    const { size } = statSync(path);
    if (!statSync(path).isFile()) return { kind: "invalid", message: "it is not a file" };
    if (size > bounds.text.most) {
      return { kind: "invalid", message: `${size} bytes are too long for a trace` };
    }
    return parseTrace(readFileSync(path, "utf8"));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { kind: "invalid", message: `it cannot be read: ${plain(reason)}` };
  }
}
