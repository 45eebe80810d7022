/** What the kernel logged since a run began. */

import { closeSync, constants, openSync, readSync } from "node:fs";
import { SEEK_END } from "./abi.ts";
import type { LogRecord } from "./kernel-report.ts";
import { libc } from "./libc.ts";

/** One record of /dev/kmsg is at most this long: CONSOLE_EXT_LOG_MAX, kernel/printk (Linux 6.18). */
const recordBytes = 8192;

/** Records that one look takes, at most. */
const maxRecords = 2000;

export interface KernelLog {
  /** What was logged since the last look, oldest first. */
  readonly records: () => readonly LogRecord[];
  readonly close: () => void;
}

/** Follows /dev/kmsg from now on; gives nothing where this user may not read it. */
export function followKernelLog(): KernelLog {
  const fd = openLog();
  if (fd === undefined) return { records: () => [], close: () => undefined };
  libc().lseek(fd, 0, SEEK_END);
  const record = Buffer.alloc(recordBytes);
  return {
    records: () => {
      const records: LogRecord[] = [];
      for (let count = 0; count < maxRecords; count++) {
        const length = readRecord(fd, record);
        if (length === 0) break;
        records.push(length === overwritten ? lost : recordOf(record.toString("utf8", 0, length)));
      }
      return records;
    },
    close: () => {
      closeSync(fd);
    },
  };
}

/** Records that `recentLog` keeps, at most. */
const maxRecent = 2000;

/** Follows the log; each call gives the last records of it, those of the calls before among them. */
export function recentLog(): () => readonly LogRecord[] {
  const log = followKernelLog();
  let recent: readonly LogRecord[] = [];
  return () => {
    recent = [...recent, ...log.records()].slice(-maxRecent);
    return recent;
  };
}

/** A record as a line of dmesg. */
export function logLine({ seconds, text }: LogRecord): string {
  return `[${seconds.toFixed(6)}] ${text}`;
}

function openLog(): number | undefined {
  try {
    return openSync("/dev/kmsg", constants.O_RDONLY | constants.O_NONBLOCK);
  } catch {
    return undefined;
  }
}

/** Stands for the records that were overwritten before they were read. */
const overwritten = -1;
const lost: LogRecord = {
  sequence: 0,
  seconds: 0,
  text: "records were overwritten before they were read",
};

/** Bytes of the next record; 0 when there is none. After an `overwritten` the next read goes on. */
function readRecord(fd: number, record: Buffer): number {
  try {
    return readSync(fd, record);
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPIPE" ? overwritten : 0;
  }
}

/** Of "6,1234,56789012,-;text" with continuation lines, which say nothing here. */
function recordOf(record: string): LogRecord {
  const at = record.indexOf(";");
  const [, sequence = "0", microseconds = "0"] = record.slice(0, Math.max(at, 0)).split(",");
  const [text = ""] = record.slice(at + 1).split("\n");
  return { sequence: Number(sequence), seconds: Number(microseconds) / 1e6, text };
}
