/** A call with other slots, paths or offsets in it. */

import {
  bytes,
  offset,
  type Circumstance,
  type Op,
  type Slot,
  type Target,
} from "../model/index.ts";

export interface Change {
  readonly slot: (slot: Slot) => Slot;
  readonly path: (path: string) => string;
  /** The position in the file of a slot, as it was before the change. */
  readonly at: (slot: Slot, position: bigint) => bigint;
}

export function rewrite(op: Op, change: Change): Op {
  switch (op.kind) {
    case "syncfs":
    case "as":
    case "limit":
    case "observe":
    case "check":
    case "scrub":
    case "remount":
      return op;
    case "mkdir":
    case "mkfifo":
    case "unlink":
    case "subvolume":
    case "delete":
      return { ...op, path: change.path(op.path) };
    case "link":
    case "snapshot":
      return { ...op, path: change.path(op.path), to: change.path(op.to) };
    case "open":
      return { ...op, slot: change.slot(op.slot), path: change.path(op.path) };
    case "close":
    case "nocow":
    case "chmod":
    case "chown":
    case "chattr":
    case "mode":
    case "fsync":
      return { ...op, slot: change.slot(op.slot) };
    case "truncate":
      return {
        ...op,
        slot: change.slot(op.slot),
        length: bytes(u64(change.at(op.slot, op.length))),
      };
    case "write":
    case "store":
    case "scatter":
    case "read":
    case "inspect":
    case "fallocate":
      return {
        ...op,
        slot: change.slot(op.slot),
        offset: offset(u64(change.at(op.slot, op.offset))),
      };
    case "clone":
      return {
        ...op,
        slot: change.slot(op.slot),
        offset: offset(u64(change.at(op.slot, op.offset))),
        target: change.slot(op.target),
        targetOffset: offset(u64(change.at(op.target, op.targetOffset))),
      };
    case "dedupe":
      return {
        ...op,
        slot: change.slot(op.slot),
        offset: offset(u64(change.at(op.slot, op.offset))),
        targets: op.targets.map((target) => rewriteTarget(target, change)),
        during: rewriteCircumstance(op.during, change),
      };
  }
}

function rewriteTarget(target: Target, change: Change): Target {
  const { descriptor } = target;
  if (typeof descriptor === "string") return target;
  return {
    ...target,
    descriptor: change.slot(descriptor),
    offset: offset(u64(change.at(descriptor, target.offset))),
  };
}

function rewriteCircumstance(during: Circumstance, change: Change): Circumstance {
  if (during.kind === "sending") return { ...during, path: change.path(during.path) };
  if (during.kind === "swapping") return { ...during, slot: change.slot(during.slot) };
  if (during.kind !== "unreadable") return during;
  const { slot, offset: position } = during;
  return { ...during, slot: change.slot(slot), offset: offset(u64(change.at(slot, position))) };
}

function u64(value: bigint): bigint {
  return BigInt.asUintN(64, value);
}
