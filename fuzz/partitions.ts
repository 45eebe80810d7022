/**
 * What a dedupe was a case of, finer than its rule: rule and outcome, with each of
 * the parts into which its inputs fall.
 */

import { inodeIn, type DedupeOp, type Inode, type State, type Target } from "../model/index.ts";
import type { Allowed } from "../replay/index.ts";

/** Targets of one call that are looked at. */
const maxTargets = 4;

/** The names of the parts; none for a call that is no dedupe. */
export function partitionsOf({ event, decisions, before }: Allowed): readonly string[] {
  const { op, outcome } = event;
  if (op.kind !== "dedupe") return [];
  const request = `${decisions[0]?.rule ?? "-"} ${outcome.errno} ${op.during.kind}`;
  const names = [`${request} count ${countClass(op.targets.length)}`];
  for (const [index, target] of op.targets.slice(0, maxTargets).entries()) {
    const rule = decisions[index + 1]?.rule ?? decisions[0]?.rule ?? "-";
    const status = outcome.errno === 0 ? (outcome.targets[index]?.status ?? 0) : "none";
    for (const part of partsOf(op, target, before)) names.push(`${rule} ${status} ${part}`);
  }
  return names;
}

/** Each group of inputs as one word or a few. */
function partsOf(op: DedupeOp, { descriptor, offset }: Target, state: State): readonly string[] {
  const block = state.format.block;
  const source = inodeIn(state, op.slot);
  const target = typeof descriptor === "string" ? undefined : inodeIn(state, descriptor);
  const aligned = [op.offset, op.length, offset].map((value) => (value % block === 0n ? "a" : "u"));
  const ends = [
    endClass(op.offset, op.length, source, block),
    endClass(offset, op.length, target, block),
  ];
  const whose = source === target ? distance(op.offset, offset, op.length) : "other inode";
  return [
    `aligned ${aligned.join("")}`,
    `ends ${ends.join(" ")}`,
    `whose ${whose}`,
    `shared ${source?.reflinked ?? "-"} ${target?.reflinked ?? "-"} ${whose}`,
    `kind ${kindAt(source, op.offset)} ${kindAt(target, offset)}`,
    `borders ${borders(source, op.offset, op.length)} ${borders(target, offset, op.length)}`,
    `length ${lengthClass(op.length, block)} ${ends.join(" ")}`,
  ];
}

/** Where a range ends: before the last block of the file, in it, at the end of file, or behind it. */
function endClass(offset: bigint, length: bigint, inode: Inode | undefined, block: bigint): string {
  if (inode === undefined) return "-";
  const end = offset + length;
  if (end === inode.size) return "at";
  if (end > inode.size) return offset >= inode.size ? "beyond" : "over";
  return inode.size - end < block ? "short" : "within";
}

function distance(a: bigint, b: bigint, length: bigint): string {
  const apart = a < b ? b - a : a - b;
  if (apart === 0n) return "same range";
  if (apart < length) return "overlap";
  return apart === length ? "beside" : "apart";
}

function kindAt(inode: Inode | undefined, offset: bigint): string {
  if (inode === undefined) return "-";
  if (inode.kind !== "file") return inode.kind;
  return inode.contents.find(({ end }) => end > offset)?.backing ?? "beyond";
}

/** Whether a range begins and ends where contents change, and how many pieces it meets. */
function borders(inode: Inode | undefined, offset: bigint, length: bigint): string {
  let start = false;
  let last = false;
  let inside = 0;
  for (const { end } of inode?.contents ?? []) {
    if (end === offset) start = true;
    if (end === offset + length) last = true;
    if (end > offset && end < offset + length) inside++;
  }
  return `${start ? "[" : "("}${Math.min(inside, 3)}${last ? "]" : ")"}`;
}

function lengthClass(length: bigint, block: bigint): string {
  if (length === 0n) return "0";
  if (length < block) return "part";
  if (length < 4n * block) return "few";
  if (length <= 1n << 20n) return "some";
  return length <= 1n << 24n ? "long" : "longer";
}

function countClass(count: number): string {
  return count <= 2 ? String(count) : count <= 4 ? "few" : count <= 126 ? "page" : "more";
}
