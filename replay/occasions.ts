/**
 * How often a finding came: a file in its folder with a line for each occasion, which
 * begins with how many times it came then. Lines are only added, each in one write, so
 * that several processes may add theirs.
 */

import { closeSync, constants, fsyncSync, openSync, readFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { plain } from "./plain.ts";

/** In the folder of a finding. */
export const occasionsName = "seen.txt";

/** The first line of a new finding, or one more; `words` say which run it was. */
export function occasionLine(times: number, words: string): string {
  return `${times}   ${plain(words)}\n`;
}

/** Adds an occasion to a folder that is there, and gives how often it came in all. Throws what node:fs throws. */
export function addOccasion(folder: string, times: number, words: string): number {
  const path = join(folder, occasionsName);
  const { O_RDWR, O_CREAT, O_APPEND, O_NOFOLLOW } = constants;
  const fd = openSync(path, O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW, 0o644);
  try {
    writeSync(fd, occasionLine(times, words));
    fsyncSync(fd);
    return sum(readFileSync(path, "utf8"));
  } finally {
    closeSync(fd);
  }
}

function sum(text: string): number {
  const counts = text.split("\n").map((line) => /^[0-9]{1,15}(?= )/.exec(line)?.[0] ?? "0");
  return counts.reduce((all, count) => all + Number(count), 0);
}
