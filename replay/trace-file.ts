/** A trace read from a file that a person named. */

import { readFileSync, readSync, statSync } from "node:fs";
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
    if (path === "-") {
      const text = standardInput();
      return text === undefined ? tooLong : parseTrace(text);
    }
    const stats = statSync(path);
    if (!stats.isFile()) return { kind: "invalid", message: "it is not a file" };
    if (stats.size > bounds.text.most) return tooLong;
    return parseTrace(readFileSync(path, "utf8"));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { kind: "invalid", message: `it cannot be read: ${plain(reason)}` };
  }
}

const tooLong: ParsedTrace = { kind: "invalid", message: "it is too long for a trace" };

/** Standard input, read no further than a trace may be long; undefined when it is longer. */
function standardInput(): string | undefined {
  const room = Buffer.allocUnsafe(bounds.text.most + 1);
  for (let length = 0; length < room.length;) {
    const got = readSync(0, room, length, room.length - length, null);
    if (got === 0) return room.toString("utf8", 0, length);
    length += got;
  }
  return undefined;
}
