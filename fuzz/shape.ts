/**
 * Small files: what each of their blocks holds, and the calls that make them.
 * Patterns repeat by block, so that whole blocks of one kind are equal wherever
 * they stand.
 */

import { bytes, offset, slot, type Op, type Slot } from "../model/index.ts";

/**
 * What a block holds: nothing (`hole`), written zeros, zeros that were reserved and
 * never written, the pattern (`equal`), or the pattern with the `first` or the
 * `last` byte of the block flipped.
 */
export type Cell = "hole" | "equal" | "first" | "last" | "zeros" | "unwritten";

/** A file of up to three blocks and a byte. */
export interface Shape {
  /** The tail in bytes is what it has beside whole blocks: -1, 0 or 1. */
  readonly blocks: number;
  readonly tail: number;
  /** One for each block that it reaches into, the last of which may be partial. */
  readonly cells: readonly Cell[];
}

/** In files of up to `fewCells`, and in longer ones; plainest first. */
const kinds: readonly Cell[] = ["equal", "hole", "first", "last", "zeros", "unwritten"];
const kindsOfLong: readonly Cell[] = ["equal", "hole", "first"];
const fewCells = 2;

/** Blocks of a shape at most, beside its tail. */
const maxBlocks = 3;

/** Every shape, each once, smallest and plainest first. */
export function shapes(): readonly Shape[] {
  const found: Shape[] = [{ blocks: 0, tail: 0, cells: [] }];
  for (let count = 1; count <= maxBlocks + 1; count++) {
    for (const cells of listsOf(count <= fewCells ? kinds : kindsOfLong, count)) {
      found.push(...sizesOf(count).flatMap((size) => withSize(cells, size)));
    }
  }
  return found;
}

type Size = Pick<Shape, "blocks" | "tail">;

/** The sizes of files that reach into so many blocks. */
function sizesOf(count: number): readonly Size[] {
  // oxfmt-ignore
  const sizes = [
    { blocks: count, tail: 0 }, { blocks: count, tail: -1 }, { blocks: count - 1, tail: 1 },
  ];
  return sizes.filter(({ blocks }) => blocks <= maxBlocks);
}

/** None where the byte that makes the last cell what it is lies behind the end. */
function withSize(cells: readonly Cell[], size: Size): readonly Shape[] {
  return size.tail !== 0 && cells.at(-1) === "last" ? [] : [{ ...size, cells }];
}

/** Every list of so many cells, from the plainest on. */
function listsOf(of: readonly Cell[], length: number): readonly (readonly Cell[])[] {
  if (length === 0) return [[]];
  const shorter = listsOf(of, length - 1);
  return of.flatMap((cell) => shorter.map((list) => [cell, ...list]));
}

/** Bytes. */
export function sizeOf({ blocks, tail }: Shape, block: bigint): bigint {
  return BigInt(blocks) * block + BigInt(tail);
}

/** Whether a cell is written data: it has blocks of its own, which can be shared. */
export function isData(cell: Cell | undefined): boolean {
  return cell === "equal" || cell === "first" || cell === "last";
}

/** Whether a block of a shape is not cut by its end. */
export function isWhole({ blocks, tail }: Shape, at: number): boolean {
  return at < (tail < 0 ? blocks - 1 : blocks);
}

/** Whether all it holds is the pattern. */
export function isPlain({ cells }: Shape): boolean {
  return cells.every((cell) => cell === "equal");
}

/** Opens a new file in a slot and makes it of the shape, in few calls. */
export function makeFile(shape: Shape, at: Slot, path: string, block: bigint): readonly Op[] {
  const size = sizeOf(shape, block);
  const ops: Op[] = [{ kind: "open", slot: at, path, access: "rw", flags: [] }];
  for (const run of runsOf(shape.cells)) {
    const start = BigInt(run.start) * block;
    const end = BigInt(run.end) * block;
    const length = bytes((end < size ? end : size) - start);
    const op = filled(run, at, start, length, block);
    if (op !== undefined) ops.push(op);
  }
  if (shape.cells.at(-1) === "hole") ops.push({ kind: "truncate", slot: at, length: bytes(size) });
  return ops;
}

/** Cells from `start` up to `end` that one call makes. */
interface CellRun {
  readonly start: number;
  readonly end: number;
  /** What it is made of; `except` is the one cell among `equal` ones that is not. */
  readonly of: "hole" | "equal" | "zeros" | "unwritten";
  readonly except: { readonly at: number; readonly byte: "first" | "last" } | undefined;
}

function runsOf(cells: readonly Cell[]): readonly CellRun[] {
  const found: CellRun[] = [];
  for (const [start, cell] of cells.entries()) {
    const byte = cell === "first" || cell === "last" ? cell : undefined;
    const except = byte === undefined ? undefined : { at: start, byte };
    const of = cell === "first" || cell === "last" ? "equal" : cell;
    const last = found.at(-1);
    const joins = last?.of === of && (last.except === undefined || except === undefined);
    if (last !== undefined && joins) {
      found.pop();
      found.push({ ...last, end: start + 1, except: last.except ?? except });
    } else {
      found.push({ start, end: start + 1, of, except });
    }
  }
  return found;
}

function filled(
  run: CellRun,
  at: Slot,
  start: bigint,
  length: bigint,
  block: bigint,
): Op | undefined {
  const place = { slot: at, offset: offset(start), length: bytes(length) };
  switch (run.of) {
    case "hole":
      return undefined;
    case "unwritten":
      return { kind: "fallocate", mode: "prealloc", ...place };
    case "zeros":
      return { kind: "write", ...place, pattern: 0, except: undefined, direct: false };
    case "equal":
      return { kind: "write", ...place, pattern: 1, except: flipped(run, block), direct: false };
  }
}

/** Which byte of a run is flipped, from its start on. */
function flipped({ start, except }: CellRun, block: bigint): ReturnType<typeof bytes> | undefined {
  if (except === undefined) return undefined;
  const first = BigInt(except.at - start) * block;
  return bytes(except.byte === "first" ? first : first + block - 1n);
}

/** The slots of a state's files: the source of every call first. */
export const sourceSlot: Slot = slot(0);
export const otherSlot: Slot = slot(1);
