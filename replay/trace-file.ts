/** A trace read from a file that a person named. */

import { bounds } from "./bounds.ts";
import { readNamedFile } from "./named-file.ts";
import { parseTrace, type ParsedTrace } from "./parse.ts";
import { plain } from "./plain.ts";

/** Reads a file, or standard input for `-`; the message names the file. */
export function readTraceFile(path: string): ParsedTrace {
  const text = readNamedFile(path, "a trace", bounds.text.most);
  const parsed = text.kind === "parsed" ? parseTrace(text.value) : text;
  if (parsed.kind === "trace") return parsed;
  return { kind: "invalid", message: `${plain(path)}: ${parsed.message}` };
}
