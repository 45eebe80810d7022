/** Steps as loop.c reads them: one a line, a letter and numbers. */

import { constants } from "node:fs";
import {
  byteAt,
  runs,
  type Contents,
  type DedupeOp,
  type FallocateMode,
  type Op,
  type OpenOp,
  type Outcome,
  type Target,
} from "../../model/index.ts";
import { O_CLOEXEC, O_PATH } from "../../real/libc.ts";
import type { Step } from "./recording.ts";

/** The listing of steps that all lie on the first file system. */
export function listingOf(steps: readonly Step[]): string {
  return `${steps.map(line).join("\n")}\n`;
}

/** The bytes of one block of each tone, 0 to 255, one after the other. */
export function tonesOf(block: number): Buffer {
  const tones = Buffer.alloc(256 * block);
  for (let at = 0; at < tones.length; at++) {
    tones.writeUInt8(byteAt(Math.floor(at / block), at % block), at);
  }
  return tones;
}

function line(step: Step): string {
  if (step.kind === "call") return callLine(step.op, step.outcome).join(" ");
  const end = step.end < step.size ? step.end : step.size;
  const length = end > step.start ? end - step.start : 0n;
  const pieces = piecesOf(step.contents, step.start, step.start + length);
  return ["l", 0, 0, step.slot, step.start, length, step.size, ...pieces].join(" ");
}

type Words = readonly (string | number | bigint)[];

function callLine(op: Op, outcome: Outcome): Words {
  const came = [outcome.result, outcome.errno];
  switch (op.kind) {
    case "open":
      return ["o", ...came, op.slot, openFlags(op), op.path];
    case "close":
      return ["x", ...came, op.slot];
    case "mkdir":
      return ["d", ...came, op.path];
    case "mkfifo":
      return ["f", ...came, op.path];
    case "link":
      return ["h", ...came, op.path, op.to];
    case "unlink":
      return ["u", ...came, op.path];
    case "write":
      return ["w", ...came, op.slot, op.offset, op.length, op.pattern, op.except ?? -1];
    case "truncate":
      return ["t", ...came, op.slot, op.length];
    case "fallocate":
      return ["a", ...came, op.slot, fallocateModes[op.mode], op.offset, op.length];
    case "nocow":
      return ["n", ...came, op.slot];
    case "clone":
      return ["c", ...came, op.slot, op.offset, op.length, op.target, op.targetOffset];
    case "dedupe":
      return ["e", ...came, ...dedupeWords(op, outcome)];
    case "read":
      return ["r", ...came, op.slot, op.offset, op.length, 0, ...seenPieces(op.offset, outcome)];
    case "check":
    case "scrub":
    case "store":
    case "scatter":
    case "as":
    case "limit":
    case "chmod":
    case "chown":
    case "chattr":
    case "mode":
    case "fsync":
    case "syncfs":
    case "inspect":
    case "observe":
    case "remount":
    case "subvolume":
    case "snapshot":
    case "delete":
      throw new Error(`the benchmark's trace holds no ${op.kind}`);
  }
}

/** As in real/real-target.ts. */
const fallocateModes: Readonly<Record<FallocateMode, number>> = {
  prealloc: 0,
  "keep-size": 1,
  punch: 3,
  zero: 16,
  "zero-keep-size": 17,
};

function openFlags({ access, flags }: OpenOp): number {
  const mode = { r: constants.O_RDONLY, w: constants.O_WRONLY, rw: constants.O_RDWR }[access];
  const path = flags.includes("path");
  const creates = access !== "r" && !path ? constants.O_CREAT : 0;
  const always = constants.O_NONBLOCK | constants.O_NOFOLLOW | O_CLOEXEC;
  const truncates = flags.includes("truncate") ? constants.O_TRUNC : 0;
  const appends = flags.includes("append") ? constants.O_APPEND : 0;
  return mode | always | creates | truncates | appends | (path ? O_PATH : 0);
}

function dedupeWords(op: DedupeOp, outcome: Outcome): Words {
  const places = { whole: 0, null: 1, crossing: 2, "read-only": 3, unmapped: 4 };
  const after = "after" in op.argument ? op.argument.after : 0;
  const argument = [op.reserved1, op.reserved2, places[op.argument.kind], after];
  const targets = op.targets.flatMap((target, index) => targetWords(target, outcome, index));
  return [op.slot, op.offset, op.length, ...argument, op.targets.length, ...targets];
}

function targetWords(target: Target, outcome: Outcome, index: number): Words {
  const names = { "never-opened": -1, closed: -2 };
  const { descriptor, offset, reserved, high } = target;
  const named = typeof descriptor === "string" ? names[descriptor] : descriptor;
  const came = outcome.targets[index];
  return [named, offset, reserved, high, came?.status ?? 0, came?.deduped ?? 0];
}

function seenPieces(start: bigint, outcome: Outcome): Words {
  return ends(start, outcome.seen?.runs ?? []);
}

function piecesOf(contents: Contents, start: bigint, end: bigint): Words {
  return ends(start, runs(contents, start, end));
}

/** How many runs, and of each its end in the file and its tone. */
function ends(start: bigint, pieces: ReturnType<typeof runs>): Words {
  let end = start;
  const words = pieces.flatMap(({ length, tone }) => {
    end += length;
    return [end, tone];
  });
  return [pieces.length, ...words];
}
