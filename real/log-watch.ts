/**
 * The kernel's log while programs run: what it reports in the time of one program,
 * and whether that program, or somebody else on this machine, led to it.
 */

import { readdirSync, readFileSync } from "node:fs";
import type { FileSystemUnderTest } from "../model/index.ts";
import { followKernelLog, logLine, type KernelLog } from "./kernel-log.ts";
import {
  allCircumstances,
  isExpected,
  reportsIn,
  type KernelReport,
  type LogRecord,
} from "./kernel-report.ts";
import type { LastWords } from "./supervisor.ts";
import { ownLogbook } from "./worker-guard.ts";

export interface Heard {
  /** Reports of the process, its children and its device, that were not expected. */
  readonly ours: readonly KernelReport[];
  /** Reports that somebody else may have led to as well; no findings. */
  readonly unattributed: readonly KernelReport[];
}

export interface LogWatch {
  /** The time of the next program begins. */
  readonly turn: () => void;
  /** What was reported since `turn`, or since it was asked before, of a program some of whose calls met these circumstances. */
  readonly heard: (circumstances: readonly string[]) => Heard;
  /** All lines since `turn`, as of dmesg. */
  readonly lines: () => readonly string[];
}

/** Who runs programs: its process, its block device at the start and now, and whether it is the only one. */
interface Runner {
  readonly pid: number;
  readonly devices: readonly [first: string | undefined, now: string | undefined];
  readonly alone: boolean;
}

/** Records of the time of one program that are kept, at most. */
const maxRecords = 4000;

/** Watches the kernel's log for a target; nothing where this user may not read it. */
export function watchKernel(target: Pick<FileSystemUnderTest, "device">, alone: boolean): LogWatch {
  return watchLog(followKernelLog(), () => target.device, alone, noteJudged);
}

/** Tells the supervisor, which judges the rest where this worker dies. */
function noteJudged(sequence: number): void {
  ownLogbook()?.judgedLog(sequence);
}

/**
 * What was reported in the time of a worker that is gone, and that it had not judged:
 * of the records behind `from`, or behind those that it read. Nobody knows any more
 * what it did on purpose before, so that what any circumstance leads to is expected.
 */
export function heardOfLost(
  records: readonly LogRecord[],
  from: number,
  { pid, device, readTo }: LastWords,
  alone: boolean,
): Heard & { readonly lines: readonly string[] } {
  const window = records.filter(({ sequence }) => sequence > Math.max(from, readTo));
  const runner = { pid, devices: [device, device], alone } as const;
  return { ...judged(window, allCircumstances, runner), lines: window.map(logLine) };
}

/**
 * Watches a log; `device` names the block device under test now, such as `loop3`,
 * and `alone` is whether this run has one worker. `judgedTo` is told of the last
 * record that was judged.
 */
export function watchLog(
  log: KernelLog,
  device: () => string | undefined,
  alone: boolean,
  judgedTo: (sequence: number) => void = () => undefined,
): LogWatch {
  let window: LogRecord[] = [];
  let judgedRecords = 0;
  let before: readonly string[] = [];
  let first = device();
  const read = (): void => {
    for (const record of log.records()) if (window.length < maxRecords) window.push(record);
  };
  return {
    turn: () => {
      window = [];
      judgedRecords = 0;
      first = device();
    },
    heard: (circumstances) => {
      read();
      // A read that failed may be told of when the next program already runs.
      const expected = new Set([...before, ...circumstances]);
      before = circumstances;
      const last = window.at(-1);
      if (last !== undefined) judgedTo(last.sequence);
      const fresh = window.slice(judgedRecords);
      judgedRecords = window.length;
      return judged(fresh, expected, { pid: process.pid, devices: [first, device()], alone });
    },
    lines: () => {
      read();
      return window.map(logLine);
    },
  };
}

/** The reports in some records that are not expected in these circumstances, by who led to them. */
function judged(
  records: readonly LogRecord[],
  circumstances: ReadonlySet<string>,
  runner: Runner,
): Heard {
  const others = reportsIn(records).filter((report) => !isExpected(report, circumstances));
  const whose = others.map((report) => ownerOf(report, runner));
  return {
    ours: others.filter((_, index) => whose[index] === "us"),
    unattributed: others.filter((_, index) => whose[index] === "anyone"),
  };
}

/**
 * Who led to a report: what it names says so; where it names nobody, only a run that
 * is alone is sure. A device that was given up in the time of the program, or taken
 * in it, was somebody else's for a part of it.
 */
function ownerOf(
  { device: named, pid }: KernelReport,
  { pid: own, devices: [first, device], alone }: Runner,
): "us" | "others" | "anyone" {
  if (named !== undefined && named !== first && named !== device) return "others";
  if (named !== undefined) return first === device ? "us" : "anyone";
  if (pid !== undefined && isBelow(pid, own)) return "us";
  if (pid !== undefined && isUsers(pid)) return "others";
  return alone && !othersRun(device) ? "us" : "anyone";
}

const maxParents = 32;

/** Whether a process is another one, or below it; that one may be gone. */
function isBelow(pid: number, top: number): boolean {
  let each = pid;
  for (let up = 0; up < maxParents && each > 1; up++) {
    if (each === top) return true;
    each = parentOf(each);
  }
  return false;
}

/** 0 for a process that is gone. */
function parentOf(pid: number): number {
  return Number(/^PPid:\s*([0-9]+)$/m.exec(textOf(`/proc/${pid}/status`))?.[1] ?? 0);
}

/** Whether a process is there and is a program's: threads of the kernel have no command line. */
function isUsers(pid: number): boolean {
  return textOf(`/proc/${pid}/cmdline`) !== "";
}

/** Whether another loop device has an image, so that other file systems may be under test. */
function othersRun(device: string | undefined): boolean {
  return namesIn("/sys/block").some(
    (name) =>
      name.startsWith("loop") &&
      name !== device &&
      textOf(`/sys/block/${name}/loop/backing_file`) !== "",
  );
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
