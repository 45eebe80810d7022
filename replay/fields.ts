/** The numbers of a program, each with the way to put another in its place. */

import { bytes, offset, type Circumstance, type Op } from "../model/index.ts";

export interface Field {
  /** Index of the call. */
  readonly at: number;
  readonly value: bigint;
  /** Whether it is where something is, and not how long it is. */
  readonly isPosition: boolean;
  /** The call with another number. */
  readonly set: (op: Op, value: bigint) => Op;
}

/** Offsets and lengths of every call, in order. */
export function fieldsOf(program: readonly Op[]): readonly Field[] {
  return program.flatMap((op, at) =>
    numbersOf(op).map(([value, set]) => ({ at, value, isPosition: !lengths.has(set), set })),
  );
}

/** The program with other numbers in some of its fields. */
export function withFields(
  program: readonly Op[],
  changes: readonly (readonly [Field, bigint])[],
): readonly Op[] {
  const result = [...program];
  for (const [{ at, set }, value] of changes) {
    const op = result[at];
    if (op !== undefined) result[at] = set(op, value);
  }
  return result;
}

type Numbered = readonly [value: bigint, set: (op: Op, value: bigint) => Op];

function numbersOf(op: Op): readonly Numbered[] {
  switch (op.kind) {
    case "limit":
      return op.bytes === undefined ? [] : [[op.bytes, setLimit]];
    case "truncate":
      return [[op.length, setLength]];
    case "write":
    case "store":
    case "fallocate":
    case "read":
    case "inspect":
      return [
        [op.length, setLength],
        [op.offset, setOffset],
      ];
    case "scatter":
      return [
        [BigInt(op.blocks), setBlocks],
        [op.offset, setOffset],
      ];
    case "clone":
      return [
        [op.length, setLength],
        [op.offset, setOffset],
        [op.targetOffset, setTargetOffset],
      ];
    case "dedupe":
      return [
        [op.length, setLength],
        [op.offset, setOffset],
        ...op.targets.map((target, index): Numbered => [target.offset, setEntry(index)]),
        ...circumstanceNumbers(op.during),
      ];
    case "open":
    case "close":
    case "mkdir":
    case "mkfifo":
    case "link":
    case "unlink":
    case "subvolume":
    case "snapshot":
    case "delete":
    case "nocow":
    case "as":
    case "chmod":
    case "chown":
    case "chattr":
    case "mode":
    case "fsync":
    case "syncfs":
    case "observe":
    case "check":
    case "scrub":
    case "remount":
      return [];
  }
}

function circumstanceNumbers(during: Circumstance): readonly Numbered[] {
  return during.kind === "unreadable" ? [[during.offset, setUnreadable]] : [];
}

/** A write whose odd byte would lie behind its end loses it. */
function setLength(op: Op, value: bigint): Op {
  if (!("length" in op)) return op;
  const length = bytes(value);
  if (!("except" in op) || op.except === undefined || op.except < value) return { ...op, length };
  return { ...op, length, except: undefined };
}

const lengths: ReadonlySet<Numbered[1]> = new Set([setLength, setLimit, setBlocks]);

function setLimit(op: Op, value: bigint): Op {
  return op.kind === "limit" ? { ...op, bytes: bytes(value) } : op;
}

function setOffset(op: Op, value: bigint): Op {
  return "offset" in op ? { ...op, offset: offset(value) } : op;
}

function setBlocks(op: Op, value: bigint): Op {
  return op.kind === "scatter" && value > 0n ? { ...op, blocks: Number(value) } : op;
}

function setTargetOffset(op: Op, value: bigint): Op {
  return op.kind === "clone" ? { ...op, targetOffset: offset(value) } : op;
}

function setUnreadable(op: Op, value: bigint): Op {
  if (op.kind !== "dedupe" || op.during.kind !== "unreadable") return op;
  return { ...op, during: { ...op.during, offset: offset(value) } };
}

function setEntry(index: number): (op: Op, value: bigint) => Op {
  return (op, value) => {
    const target = op.kind === "dedupe" ? op.targets[index] : undefined;
    if (op.kind !== "dedupe" || target === undefined) return op;
    return { ...op, targets: op.targets.with(index, { ...target, offset: offset(value) }) };
  };
}
