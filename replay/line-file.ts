/** A file of lines that is only added to, a whole line at a time, and outlives a kill. */

import {
  closeSync,
  constants,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  writeSync,
} from "node:fs";

export interface LineFile {
  /** Adds lines; once it returns they outlive this process, and when `lasting` also the machine. */
  readonly add: (lines: readonly string[], lasting: boolean) => void;
  readonly close: () => void;
}

/**
 * Opens or makes it, to add lines; what a killed process left of a line at its end
 * is cut off. Throws what node:fs throws, also where a line is not written whole.
 */
export function openLineFile(path: string): LineFile {
  const { O_RDWR, O_CREAT, O_APPEND } = constants;
  const fd = openSync(path, O_RDWR | O_CREAT | O_APPEND, 0o644);
  const text = readFileSync(path);
  ftruncateSync(fd, text.lastIndexOf(lineEnd) + 1);
  return {
    add: (lines, lasting) => {
      const whole = Buffer.from(lines.map((line) => `${line}\n`).join(""));
      if (writeSync(fd, whole) !== whole.length) throw new Error(`${path} takes no more lines`);
      if (lasting) fsyncSync(fd);
    },
    close: () => {
      closeSync(fd);
    },
  };
}

const lineEnd = 10;

/** The whole lines of a file; none of one that is not there. Throws what node:fs throws. */
export function linesOf(path: string): readonly string[] {
  const text = readFileSync(path, "utf8");
  return text.split("\n").slice(0, -1);
}
