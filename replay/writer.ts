/** The one writer: results to stdout, whole; what is told beside them to stderr, while somebody reads it. */

import { writeSync } from "node:fs";
import { isatty } from "node:tty";

/** How long a pipe that is full is waited for, and how often. */
const waitMilliseconds = 10;
const maxWaits = 6_000;

/** How often a status is written where it cannot stand in one live line. */
const statusMilliseconds = 10_000;

let shownAt = 0;

/** Whether a live line stands on the terminal, and must be ended before other text. */
let live = false;

/**
 * Writes a result, also into a pipe that takes only so much at a time; where its
 * reader is gone, the work goes on without it. Throws what else node:fs throws.
 */
export function writeResult(text: string): void {
  endLiveLine();
  try {
    writeWhole(1, `${text}\n`);
  } catch (error) {
    if (!isCalled(error, "EPIPE")) throw error;
  }
}

/** Writes a line about the work. */
export function writeLine(line: string): void {
  endLiveLine();
  writeAside(`${line}\n`);
}

/** Shows how far the work is: one live line on a terminal, a line every ten seconds elsewhere. */
export function writeStatus(line: string): void {
  if (isatty(2)) {
    writeAside(`\r${line}\u001b[K`);
    live = true;
  } else if (performance.now() - shownAt >= statusMilliseconds) {
    shownAt = performance.now();
    writeLine(line);
  }
}

function endLiveLine(): void {
  if (live) writeAside("\n");
  live = false;
}

/** Where nobody reads it any more, the work goes on without it. */
function writeAside(text: string): void {
  try {
    writeWhole(2, text);
  } catch {
    // The reader is gone; the work is not.
  }
}

function writeWhole(fd: number, text: string): void {
  let left = Buffer.from(text);
  for (let waits = 0; left.length > 0;) {
    try {
      left = left.subarray(writeSync(fd, left));
    } catch (error) {
      if (!isCalled(error, "EAGAIN") || ++waits > maxWaits) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, waitMilliseconds);
    }
  }
}

function isCalled(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
