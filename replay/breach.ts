/**
 * What a program asks of the machine, added up before its first call runs.
 *
 * An estimate from above that needs no model: it follows how far any file can
 * reach and into how many extents it can fall apart, and holds what calls
 * transfer, reserve, compare and clone against bounds.ts.
 */

import type {
  CloneOp,
  DedupeOp,
  FallocateOp,
  Op,
  ReadOp,
  ScatterOp,
  StoreOp,
  WriteOp,
} from "../model/index.ts";
import { bounds, overBound, type BoundName } from "./bounds.ts";

export interface Breach {
  /** The index of the call, from 0. */
  readonly at: number;
  readonly message: string;
}

/** The first call that takes a program over a bound; undefined when none does. */
export function firstBreach(ops: readonly Op[]): Breach | undefined {
  const ledger = emptyLedger();
  for (const [at, op] of ops.entries()) {
    enter(ledger, op);
    if (ledger.breach !== undefined) return { at, message: overBound(ledger.breach) };
  }
  return undefined;
}

/** What the calls so far asked for. */
interface Ledger {
  readonly totals: Map<BoundName, bigint>;
  readonly names: Set<string>;
  /** No file is longer. */
  reach: bigint;
  /** No file has more extents. */
  extents: bigint;
  /** Whether a write may go to the end of a file instead of its offset. */
  appends: boolean;
  breach: BoundName | undefined;
}

/** The largest size of a file. */
const maxSize = 2n ** 63n - 1n;
/** What is compared for one target at most: vfs_dedupe_file_range, fs/remap_range.c, Linux 6.18. */
const dedupeCap = 2n ** 30n;
/** Extents are not smaller, but on file systems with small blocks. */
const smallestExtent = 4096n;
/** Blocks are not larger, in any trace. */
const largestBlock = 65_536n;
/** What one write or fallocate can add to the extents of a file. */
const splitInto = 3n;

function emptyLedger(): Ledger {
  const totals = new Map<BoundName, bigint>();
  return { totals, names: new Set(), reach: 0n, extents: 1n, appends: false, breach: undefined };
}

function enter(ledger: Ledger, op: Op): void {
  add(ledger, "calls", 1n);
  switch (op.kind) {
    case "open":
      ledger.appends ||= op.flags.includes("append");
      return name(ledger, op.path);
    case "mkdir":
    case "mkfifo":
    case "unlink":
    case "delete":
      return name(ledger, op.path);
    case "subvolume":
      add(ledger, "subvolumes", 1n);
      return name(ledger, op.path);
    case "snapshot":
      add(ledger, "subvolumes", 1n);
      name(ledger, op.path);
      return name(ledger, op.to);
    case "link":
      name(ledger, op.path);
      return name(ledger, op.to);
    case "write":
      return enterWrite(ledger, op);
    case "store":
      return enterStore(ledger, op);
    case "scatter":
      return enterScatter(ledger, op);
    case "truncate":
      return reach(ledger, op.length);
    case "fallocate":
      return enterFallocate(ledger, op);
    case "clone":
      return enterClone(ledger, op);
    case "dedupe":
      return enterDedupe(ledger, op);
    case "read":
    case "inspect":
      return enterRead(ledger, op);
    case "fsync":
    case "observe":
    case "syncfs":
      return add(ledger, "syncs", 1n);
    case "check":
    case "scrub":
    case "remount":
      return add(ledger, "remounts", 1n);
    case "close":
    case "nocow":
    case "as":
    case "limit":
    case "chmod":
    case "chown":
    case "chattr":
    case "mode":
      return undefined;
  }
}

/** A store leaves the file as long as it is. */
function enterStore(ledger: Ledger, op: WriteOp | StoreOp): void {
  one(ledger, "write", op.length);
  add(ledger, "written", op.length);
  ledger.extents += splitInto;
}

function enterWrite(ledger: Ledger, op: WriteOp): void {
  enterStore(ledger, op);
  reach(ledger, op.offset + op.length);
  if (ledger.appends) reach(ledger, ledger.reach + op.length);
}

function enterScatter(ledger: Ledger, op: ScatterOp): void {
  const length = BigInt(op.blocks) * largestBlock;
  add(ledger, "written", length);
  ledger.extents += BigInt(op.blocks) * splitInto;
  reach(ledger, op.offset + 2n * length);
  if (ledger.appends) reach(ledger, ledger.reach + length);
}

function enterFallocate(ledger: Ledger, op: FallocateOp): void {
  const end = op.offset + op.length;
  if (end > maxSize) return;
  ledger.extents += splitInto;
  if (op.mode === "punch") return;
  add(ledger, "reserved", op.length);
  reach(ledger, end);
}

function enterClone(ledger: Ledger, op: CloneOp): void {
  const toEnd = ledger.reach > op.offset ? ledger.reach - op.offset : 0n;
  const span = op.length === 0n ? toEnd : op.length;
  if (span > toEnd) return;
  const extents = extentsIn(ledger, span);
  add(ledger, "cloned", extents);
  ledger.extents += extents + splitInto;
  reach(ledger, op.targetOffset + span);
}

/** A range that ends behind every file is refused before anything is compared. */
function enterDedupe(ledger: Ledger, op: DedupeOp): void {
  one(ledger, "targets", BigInt(op.targets.length));
  if (op.during.kind !== "usual") add(ledger, "circumstances", 1n);
  if (op.offset + op.length > ledger.reach) return;
  const span = op.length < dedupeCap ? op.length : dedupeCap;
  let atOnce = 0n;
  for (const target of op.targets) {
    if (target.offset + span > ledger.reach) continue;
    add(ledger, "compared", span);
    atOnce += span;
    one(ledger, "comparedAtOnce", atOnce);
    ledger.extents += extentsIn(ledger, span);
  }
}

function enterRead(ledger: Ledger, op: ReadOp): void {
  one(ledger, "read", op.length);
  const left = ledger.reach > op.offset ? ledger.reach - op.offset : 0n;
  add(ledger, "readInAll", op.length < left ? op.length : left);
}

function extentsIn(ledger: Ledger, span: bigint): bigint {
  const most = span / smallestExtent + 1n;
  return ledger.extents < most ? ledger.extents : most;
}

function reach(ledger: Ledger, end: bigint): void {
  if (end <= maxSize && end > ledger.reach) ledger.reach = end;
}

function name(ledger: Ledger, path: string): void {
  ledger.names.add(path);
  one(ledger, "names", BigInt(ledger.names.size));
}

function add(ledger: Ledger, bound: BoundName, amount: bigint): void {
  const total = (ledger.totals.get(bound) ?? 0n) + amount;
  ledger.totals.set(bound, total);
  one(ledger, bound, total);
}

function one(ledger: Ledger, bound: BoundName, amount: bigint): void {
  if (amount > bounds[bound].most) ledger.breach ??= bound;
}
