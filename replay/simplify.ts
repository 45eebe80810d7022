/**
 * What makes a program simpler: a table of passes. Each gives candidates in the
 * order in which they are worth trying, and every candidate is simpler than the
 * program it was made from, so that taking them comes to an end.
 */

import {
  bytes,
  fileAt,
  offset,
  roundUp,
  type DedupeOp,
  type Op,
  type ScatterOp,
  type Slot,
  type Target,
  type WriteOp,
} from "../model/index.ts";
import { bounds } from "./bounds.ts";
import { fewerFolders } from "./fewer-folders.ts";
import { rewrite } from "./rewrite.ts";
import {
  block,
  inBlocks,
  smaller,
  smallerAlike,
  smallerTogether,
  twoBlocks,
} from "./smaller-numbers.ts";

export type Pass = (program: readonly Op[]) => Iterable<readonly Op[]>;

/** In order: fewer targets, folders, files, slots and calls, then plainer and smaller values. */
export const simplifications: readonly Pass[] = [
  fewerTargets,
  fewerFolders,
  foldFiles,
  openedOnce,
  sameSlot,
  mergedWrites,
  fewerWithMore,
  plainerAtOnce,
  eachOp(plainer),
  inBlocks,
  smallerAlike,
  smallerTogether,
  smaller,
];

/** The program with one call in place of another, for each call and each of its simpler forms. */
function eachOp(forms: (op: Op) => Iterable<Op>): Pass {
  return function* (program) {
    for (const [index, op] of program.entries()) {
      for (const form of forms(op)) yield program.with(index, form);
    }
  };
}

function* fewerTargets(program: readonly Op[]): Iterable<readonly Op[]> {
  for (const [index, op] of program.entries()) {
    if (op.kind !== "dedupe") continue;
    for (let size = Math.ceil(op.targets.length / 2); size >= 1; size = Math.floor(size / 2)) {
      for (let end = op.targets.length; end > 0; end -= size) {
        const targets = op.targets.filter((_, at) => at < end - size || at >= end);
        yield program.with(index, { ...op, targets });
      }
    }
  }
}

/** The shift, in blocks of 4 KiB, at which one file's bytes may be laid into another's. */
const shifts = [1n, 2n, 16n].map((blocks) => blocks * 4096n);

/**
 * One file less: what was done to the file in one slot is done further back in
 * another, as it was, or in whole blocks, for what was an end of file is none then, or
 * with more written there, for a snapshot wrote nothing.
 */
function* foldFiles(program: readonly Op[]): Iterable<readonly Op[]> {
  const opened = new Set(program.flatMap((op) => (op.kind === "open" ? [op.slot] : [])));
  for (const from of opened) {
    for (const onto of opened) {
      if (from === onto) continue;
      const rest = withOpenFirst(program, onto).filter((op) => !isOpening(op, from));
      for (const shift of shifts) {
        const folded = rest.map((op) => moved(op, from, onto, shift));
        yield folded;
        yield folded.map(inWholeBlocks);
        yield folded.map((op) => (op.kind === "write" ? withMore(op, shift) : op));
      }
    }
  }
}

/** The program with the first open of a slot before every other open. */
function withOpenFirst(program: readonly Op[], at: Slot): readonly Op[] {
  const index = program.findIndex((op) => isOpening(op, at));
  const first = program.findIndex(({ kind }) => kind === "open");
  const op = program[index];
  return op === undefined ? program : program.toSpliced(index, 1).toSpliced(first, 0, op);
}

function isOpening(op: Op, at: Slot): boolean {
  return op.kind === "open" && op.slot === at;
}

/** The write with more bytes, as far as it may have them: what was one file's is part of another's. */
function withMore(op: WriteOp, more: bigint): Op {
  const length = op.length + more;
  return length > BigInt(bounds.write.most) ? op : { ...op, length: bytes(length) };
}

function inWholeBlocks(op: Op): Op {
  if (op.kind !== "write" && op.kind !== "dedupe") return op;
  return { ...op, length: bytes(roundUp(op.length, block)) };
}

/** One slot less: what was done through one slot is done through another that is there too. */
function* sameSlot(program: readonly Op[]): Iterable<readonly Op[]> {
  const opened = new Set(program.flatMap((op) => (op.kind === "open" ? [op.slot] : [])));
  for (const from of opened) {
    for (const onto of opened) {
      if (from === onto) continue;
      const rest = program.filter((op) => !(op.kind === "open" && op.slot === from));
      yield rest.map((op) => moved(op, from, onto, 0n));
    }
  }
}

/** One open less: the first slot keeps its file, and what took the slot away goes to the other one. */
function* openedOnce(program: readonly Op[]): Iterable<readonly Op[]> {
  for (const [first, one] of program.entries()) {
    for (const [second, other] of program.entries()) {
      if (first >= second || one.kind !== "open" || other.kind !== "open") continue;
      if (one.path !== other.path || one.slot === other.slot) continue;
      const taken = program.findIndex(
        (op, at) => at > first && op.kind === "open" && op.slot === one.slot,
      );
      const swap = taken === -1 ? program.length : taken;
      yield program
        .map((op, at) => {
          if (at >= swap) return swapped(op, one.slot, other.slot);
          return at > second ? moved(op, other.slot, one.slot, 0n) : op;
        })
        .toSpliced(second, 1);
    }
  }
}

function swapped(op: Op, a: Slot, b: Slot): Op {
  return rewrite(op, {
    slot: (each) => (each === a ? b : each === b ? a : each),
    path: (path) => path,
    at: (_slot, position) => position,
  });
}

/** Calls of a program in which `fewerWithMore` looks at every pair, at most. */
const fewCalls = 6;

/** One call less, where another one that gives a file its length gives it more instead. */
function* fewerWithMore(program: readonly Op[]): Iterable<readonly Op[]> {
  if (program.length > fewCalls) return;
  for (const [index, op] of program.entries()) {
    for (const form of longer(op)) {
      yield* withoutOne(program.with(index, form), index);
    }
  }
}

/** One write in place of two in a row through one slot, of all that they wrote, or of as much. */
function* mergedWrites(program: readonly Op[]): Iterable<readonly Op[]> {
  for (const [index, first] of program.entries()) {
    if (first.kind !== "write") continue;
    const at = program.findIndex(
      (op, behind) => behind > index && "slot" in op && op.slot === first.slot,
    );
    const second = program[at];
    if (second?.kind !== "write") continue;
    const start = first.offset < second.offset ? first.offset : second.offset;
    const ends = [first.offset + first.length, second.offset + second.length] as const;
    const end = ends[0] > ends[1] ? ends[0] : ends[1];
    for (const length of new Set([end - start, first.length + second.length])) {
      if (length > BigInt(bounds.write.most)) continue;
      const merged = { ...first, offset: start, length: bytes(length), except: undefined };
      yield program.with(index, merged).toSpliced(at, 1);
    }
  }
}

/** The program without each of its calls but one. */
function* withoutOne(program: readonly Op[], kept: number): Iterable<readonly Op[]> {
  for (const index of program.keys()) if (index !== kept) yield program.toSpliced(index, 1);
}

/** Forms of a call that leave its file longer: two blocks, or a block further back. */
function* longer(op: Op): Iterable<Op> {
  if (op.kind !== "write" && op.kind !== "truncate") return;
  if (op.length < twoBlocks) yield { ...op, length: bytes(twoBlocks) };
  if (op.kind === "write" && op.offset < block) yield { ...op, offset: offset(block) };
}

/** The call on the other slot, further back in the file. */
function moved(op: Op, from: Slot, onto: Slot, shift: bigint): Op {
  return rewrite(op, {
    slot: (each) => (each === from ? onto : each),
    path: (path) => path,
    at: (each, position) => (each === from ? position + shift : position),
  });
}

/** Every call in its plainest form at once: mostly nothing of all that counts. */
function* plainerAtOnce(program: readonly Op[]): Iterable<readonly Op[]> {
  const plain = program.map(plainest);
  if (plain.some((op, at) => op !== program[at])) yield plain;
}

function plainest(op: Op): Op {
  let result = op;
  for (let forms = 0; forms < maxForms; forms++) {
    const [form] = plainer(result);
    if (form === undefined) return result;
    result = form;
  }
  return result;
}

/** Steps from a call to its plainest form, at most. */
const maxForms = 200;

/** Forms of a call without what is special about it: mounts, flags, reserved fields, odd bytes, patterns. */
function* plainer(op: Op): Iterable<Op> {
  if ("path" in op && fileAt(op.path) !== op.path) yield { ...op, path: fileAt(op.path) };
  if ("to" in op && fileAt(op.to) !== op.to) yield { ...op, to: fileAt(op.to) };
  if (op.kind === "open") {
    for (const flag of op.flags) yield { ...op, flags: op.flags.filter((other) => other !== flag) };
    if (op.access !== "rw") yield { ...op, access: "rw" };
  } else if (op.kind === "write" || op.kind === "store") {
    if (op.kind === "store") yield { ...op, kind: "write", direct: false };
    if (op.kind === "write" && op.direct) yield { ...op, direct: false };
    if (op.except !== undefined) yield { ...op, except: undefined };
    if (op.pattern > 1) yield { ...op, pattern: 1 };
    if (op.except !== undefined && op.except > 0n) yield { ...op, except: bytes(0n) };
  } else if (op.kind === "subvolume") {
    yield { kind: "mkdir", path: op.path };
  } else if (op.kind === "snapshot") {
    if (op.readOnly) yield { ...op, readOnly: false };
  } else if (op.kind === "scatter") {
    yield* writtenOnce(op);
    if (op.pattern > 1) yield { ...op, pattern: 1 };
  } else if (op.kind === "fallocate" && op.mode !== "prealloc") {
    yield { ...op, mode: "prealloc" };
  } else if (op.kind === "dedupe") {
    yield* plainerDedupe(op);
  }
}

/** One write of the first block, or of all that the scattered blocks span. */
function* writtenOnce({ slot: at, offset: start, blocks, pattern }: ScatterOp): Iterable<Op> {
  for (const count of [1n, BigInt(2 * blocks)]) {
    const length = bytes(count * block);
    if (length > BigInt(bounds.write.most)) continue;
    yield {
      kind: "write",
      slot: at,
      offset: start,
      length,
      pattern,
      except: undefined,
      direct: false,
    };
  }
}

function* plainerDedupe(op: DedupeOp): Iterable<Op> {
  if (op.argument.kind !== "whole") yield { ...op, argument: { kind: "whole" } };
  if (op.during.kind !== "usual") yield { ...op, during: { kind: "usual" } };
  if (op.during.kind === "denied" && op.during.event > 0) {
    yield { ...op, during: { kind: "denied", event: op.during.event - 1 } };
  }
  for (const field of ["reserved1", "reserved2"] as const) {
    if (op[field] > 0) yield { ...op, [field]: 0 };
    if (op[field] > 1) yield { ...op, [field]: 1 };
  }
  for (const [index, target] of op.targets.entries()) {
    for (const form of plainerTarget(target)) {
      yield { ...op, targets: op.targets.with(index, form) };
    }
  }
}

function* plainerTarget(target: Target): Iterable<Target> {
  if (target.reserved > 0) yield { ...target, reserved: 0 };
  if (target.reserved > 1) yield { ...target, reserved: 1 };
  if (target.high > 0) yield { ...target, high: 0 };
}
