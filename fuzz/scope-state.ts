/**
 * The states of the small scope: one or two small files, of which a run of equal
 * blocks may be shared before. States that nothing but flipped bytes tells apart, the
 * same ones everywhere, are one state.
 */

import { bytes, offset, type Op } from "../model/index.ts";
import {
  isData,
  isWhole,
  makeFile,
  otherSlot,
  shapes,
  sizeOf,
  sourceSlot,
  type Shape,
} from "./shape.ts";

/** A run of blocks of the source, cloned onto equal ones of the last file. In blocks. */
export interface SharedRun {
  readonly from: number;
  readonly onto: number;
  readonly count: number;
}

export interface ScopeState {
  /** The source of every call, and the other file where there is one. */
  readonly files: readonly [Shape] | readonly [Shape, Shape];
  readonly shared: SharedRun | undefined;
}

/** Every state, each once, fewest blocks first; `mostCells` is how many both files reach into together. */
export function scopeStates(mostCells: number): readonly ScopeState[] {
  const all = shapes().filter(({ cells }) => cells.length <= mostCells);
  const found = all
    .filter((shape) => isFirst([shape]))
    .map((shape): ScopeState["files"] => [shape]);
  for (const source of all) {
    for (const other of all) {
      const fits = source.cells.length + other.cells.length <= mostCells;
      if (fits && isFirst([source, other])) found.push([source, other]);
    }
  }
  return found.toSorted((a, b) => cellsOf(a) - cellsOf(b)).flatMap(sharings);
}

/** Blocks that files reach into together. */
export function cellsOf(files: ScopeState["files"]): number {
  return files.reduce((sum, { cells }) => sum + cells.length, 0);
}

/**
 * Whether it stands for all states that differ from it in the same flipped byte
 * everywhere. In that one the first block of data, and the first whole one, has not
 * that byte flipped.
 */
function isFirst(files: ScopeState["files"]): boolean {
  const data = files.flatMap((shape) =>
    shape.cells.flatMap((cell, at) => (isData(cell) ? [{ cell, whole: isWhole(shape, at) }] : [])),
  );
  return data[0]?.cell !== "first" && data.find(({ whole }) => whole)?.cell !== "last";
}

/** The files with nothing shared, and with each longest run of equal blocks. */
export function sharings(files: ScopeState["files"]): readonly ScopeState[] {
  const [source, other] = files;
  const onto = other ?? source;
  const found: ScopeState[] = [{ files, shared: undefined }];
  for (let shift = -source.cells.length + 1; shift < onto.cells.length; shift++) {
    if (other === undefined && shift <= 0) continue;
    for (const run of runsAt(source, onto, shift, other === undefined)) {
      found.push({ files, shared: run });
    }
  }
  return found;
}

/** The longest runs of blocks that are equal at this distance; within one file they may not overlap. */
function runsAt(source: Shape, onto: Shape, shift: number, same: boolean): readonly SharedRun[] {
  const found: SharedRun[] = [];
  for (let from = Math.max(0, -shift); from < source.cells.length; from++) {
    if (!canShare(source, from, onto, from + shift)) continue;
    const last = found.at(-1);
    const joins = last !== undefined && last.from + last.count === from;
    if (joins && same && last.count === shift) continue;
    if (joins) found.pop();
    found.push(joins ? { ...last, count: last.count + 1 } : { from, onto: from + shift, count: 1 });
  }
  return found;
}

/** Whether two blocks are the same data, and whole, or at the ends of files that end alike. */
function canShare(source: Shape, at: number, onto: Shape, to: number): boolean {
  const cell = source.cells[at];
  if (!isData(cell) || cell !== onto.cells[to]) return false;
  return isWhole(source, at)
    ? isWhole(onto, to)
    : source !== onto && !isWhole(onto, to) && source.tail === onto.tail;
}

/** The calls that make a state, on a file system with blocks of so many bytes. */
export function makeState({ files, shared }: ScopeState, block: bigint): readonly Op[] {
  const [source, other] = files;
  return [
    ...makeFile(source, sourceSlot, "a", block),
    ...(other === undefined ? [] : makeFile(other, otherSlot, "b", block)),
    ...(shared === undefined ? [] : [clone(source, shared, other !== undefined, block)]),
  ];
}

function clone(source: Shape, run: SharedRun, apart: boolean, block: bigint): Op {
  const start = BigInt(run.from) * block;
  const end = BigInt(run.from + run.count) * block;
  const size = sizeOf(source, block);
  return {
    kind: "clone",
    slot: sourceSlot,
    offset: offset(start),
    length: bytes((end < size ? end : size) - start),
    target: apart ? otherSlot : sourceSlot,
    targetOffset: offset(BigInt(run.onto) * block),
  };
}
