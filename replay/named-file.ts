/** The text of a file that a person named, read no further than it may be long. */

import { readFileSync, readSync, statSync } from "node:fs";
import { plain } from "./plain.ts";
import type { Parsed } from "./words.ts";

/** Reads a file, or standard input for `-`, as what it is, of `most` bytes at most; the message does not name it. */
export function readNamedFile(path: string, what: string, most: number): Parsed<string> {
  try {
    if (path !== "-" && !statSync(path).isFile()) {
      return { kind: "invalid", message: "it is not a file" };
    }
    const text = path === "-" ? standardInput(most) : contentsOf(path, most);
    if (text !== undefined) return { kind: "parsed", value: text };
    return { kind: "invalid", message: `it is too long for ${what}` };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { kind: "invalid", message: `it cannot be read: ${plain(reason)}` };
  }
}

/** Undefined when it is longer. */
function contentsOf(path: string, most: number): string | undefined {
  return statSync(path).size > most ? undefined : readFileSync(path, "utf8");
}

/** Undefined when there is more. */
function standardInput(most: number): string | undefined {
  const chunks: Buffer[] = [];
  for (let length = 0; length <= most;) {
    const chunk = Buffer.allocUnsafe(chunkBytes);
    const got = readSync(0, chunk, 0, chunkBytes, null);
    if (got === 0) return Buffer.concat(chunks).toString("utf8");
    chunks.push(chunk.subarray(0, got));
    length += got;
  }
  return undefined;
}

const chunkBytes = 65_536;
