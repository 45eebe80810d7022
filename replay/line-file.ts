/** A file of lines that is only added to, a whole line at a time, and outlives a kill. */

import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readSync,
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
  ftruncateSync(fd, wholeLines(fd));
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

/** Bytes that are read at a time. */
const chunkBytes = 1 << 20;

/** What is longer is no line that anybody wrote: it is given in parts. */
const longestBytes = 4 << 20;

/** Where the last line ends. */
function wholeLines(fd: number): number {
  const chunk = Buffer.alloc(chunkBytes);
  for (let end = fstatSync(fd).size; end > 0; end -= Math.min(end, chunkBytes)) {
    const start = end - Math.min(end, chunkBytes);
    const count = readSync(fd, chunk, 0, end - start, start);
    const found = chunk.subarray(0, count).lastIndexOf(lineEnd);
    if (found !== -1) return start + found + 1;
  }
  return 0;
}

/**
 * The whole lines of a file, one after the other, so that it may be of any length; what
 * a machine that lost its power left of some is no line. Throws what node:fs throws.
 */
export function* linesOf(path: string): Iterable<string> {
  const fd = openSync(path, constants.O_RDONLY);
  try {
    const chunk = Buffer.alloc(chunkBytes);
    let rest = Buffer.alloc(0);
    for (let count = readSync(fd, chunk); count > 0; count = readSync(fd, chunk)) {
      const bytes = Buffer.concat([rest, chunk.subarray(0, count)]);
      const end = bytes.lastIndexOf(lineEnd) + 1;
      const lines = end === 0 ? [] : bytes.toString("utf8", 0, end - 1).split("\n");
      yield* lines.filter((line) => !line.includes("\0"));
      rest = bytes.subarray(end);
      if (rest.length <= longestBytes) continue;
      yield rest.toString();
      rest = Buffer.alloc(0);
    }
  } finally {
    closeSync(fd);
  }
}
