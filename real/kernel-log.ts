/** What the kernel logged since a run began. */

import { closeSync, constants, openSync, readSync } from "node:fs";
import { SEEK_END } from "./abi.ts";
import { libc } from "./libc.ts";

/** One record of /dev/kmsg is at most this long: CONSOLE_EXT_LOG_MAX, kernel/printk (Linux 6.18). */
const recordBytes = 8192;

/** Records that one look takes, at most. */
const maxRecords = 2000;

export interface KernelLog {
  /** Lines since the last look, oldest first, each with its time in seconds. */
  readonly lines: () => readonly string[];
  readonly close: () => void;
}

/** Follows /dev/kmsg from now on; gives no line where this user may not read it. */
export function followKernelLog(): KernelLog {
  const fd = openLog();
  if (fd === undefined) return { lines: () => [], close: () => undefined };
  libc().lseek(fd, 0, SEEK_END);
  const record = Buffer.alloc(recordBytes);
  return {
    lines: () => {
      const lines: string[] = [];
      for (let count = 0; count < maxRecords; count++) {
        const length = readRecord(fd, record);
        if (length === 0) break;
        lines.push(...linesOf(record.toString("utf8", 0, length)));
      }
      return lines;
    },
    close: () => {
      closeSync(fd);
    },
  };
}

function openLog(): number | undefined {
  try {
    return openSync("/dev/kmsg", constants.O_RDONLY | constants.O_NONBLOCK);
  } catch {
    return undefined;
  }
}

/** Bytes of the next record; 0 when there is none, or when it was overwritten before it was read. */
function readRecord(fd: number, record: Buffer): number {
  try {
    return readSync(fd, record);
  } catch {
    return 0;
  }
}

/** "6,1234,56789012,-;text" and its continuation lines, as "[56.789012] text". */
function linesOf(record: string): readonly string[] {
  const [head, text] = split(record, ";");
  const microseconds = Number(head.split(",")[2] ?? "0");
  const [first = ""] = text.split("\n");
  return [`[${(microseconds / 1e6).toFixed(6)}] ${first}`];
}

function split(text: string, separator: string): readonly [string, string] {
  const at = text.indexOf(separator);
  return at === -1 ? ["", text] : [text.slice(0, at), text.slice(at + 1)];
}
