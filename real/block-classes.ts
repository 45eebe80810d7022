/**
 * Where files lie, made of FIEMAP alone: which of their blocks are one block of the
 * disk, and nothing else. Neighbours on the disk mean nothing here; what files do
 * not share is one item for each run of its kind, however it was allocated.
 */

import type { ExtentItem, FileLayout, FileLook, Mapping } from "../model/index.ts";

/** A part of a file that stands on one piece of the disk, or on two pieces nowhere in part. */
interface Piece {
  readonly start: bigint;
  readonly count: bigint;
  readonly kind: "data" | "prealloc";
  /** Its first block on the disk. */
  readonly disk: bigint;
}

/** The files, up to their ends. Extents are numbered as they come up; every item is a whole one. */
export function classesOf(
  files: readonly Pick<FileLook, "name" | "size" | "mapped">[],
  block: bigint,
): readonly FileLayout[] {
  const mapped = files.map(({ name, size, mapped: all }) => ({
    name,
    pieces: piecesBelow(all, (size + block - 1n) / block),
  }));
  const borders = bordersOf(mapped.flatMap(({ pieces }) => pieces));
  const cut = mapped.map(({ name, pieces }) => ({
    name,
    pieces: pieces.flatMap((piece) => cutAt(piece, borders)),
  }));
  const joins = joinsIn(cut.map(({ pieces }) => pieces));
  const numbers = new Map<bigint, bigint>();
  return cut.map(({ name, pieces }) => ({ name, items: joined(pieces, joins, numbers) }));
}

function piecesBelow(mapped: readonly Mapping[], blocks: bigint): readonly Piece[] {
  return mapped.flatMap(({ start, end, kind, disk }): readonly Piece[] => {
    const stop = end < blocks ? end : blocks;
    if (disk === undefined || (kind !== "data" && kind !== "prealloc") || start >= stop) return [];
    return [{ start, count: stop - start, kind, disk }];
  });
}

/** Where on the disk some piece begins or ends: sorted, each once. */
function bordersOf(pieces: readonly Piece[]): readonly bigint[] {
  const all = pieces.flatMap(({ disk, count }) => [disk, disk + count]);
  return [...new Set(all)].toSorted((a, b) => (a < b ? -1 : 1));
}

/** The piece cut at the borders that lie inside it. */
function cutAt(piece: Piece, borders: readonly bigint[]): readonly Piece[] {
  const { start, count, kind, disk } = piece;
  const end = disk + count;
  const parts: Piece[] = [];
  for (let index = indexOf(borders, disk), at = disk; at < end; index++) {
    const border = borders[index + 1] ?? end;
    parts.push({ start: start + at - disk, count: border - at, kind, disk: at });
    at = border;
  }
  return parts;
}

/** Where a border stands among all of them. */
function indexOf(borders: readonly bigint[], border: bigint): number {
  let low = 0;
  let high = borders.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((borders[middle] ?? border) < border) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** For a piece, the one that follows it wherever it comes up, and that comes up nowhere else. */
type Joins = ReadonlyMap<bigint, bigint>;

function joinsIn(files: readonly (readonly Piece[])[]): Joins {
  const followers = new Map<bigint, (bigint | undefined)[]>();
  const leaders = new Map<bigint, (bigint | undefined)[]>();
  for (const pieces of files) {
    for (const [index, piece] of pieces.entries()) {
      const [before, next] = [pieces[index - 1], pieces[index + 1]];
      noted(followers, piece, goesOn(piece, next) ? next?.disk : undefined);
      noted(leaders, piece, goesOn(before, piece) ? before?.disk : undefined);
    }
  }
  const joins = new Map<bigint, bigint>();
  for (const [disk, all] of followers) {
    const next = only(all);
    if (next !== undefined && only(leaders.get(next) ?? []) === disk) joins.set(disk, next);
  }
  return joins;
}

function noted(
  map: Map<bigint, (bigint | undefined)[]>,
  { disk }: Piece,
  other: bigint | undefined,
): void {
  const known = map.get(disk);
  if (known === undefined) map.set(disk, [other]);
  else known.push(other);
}

/** What all of them are; undefined where they differ. */
function only(all: readonly (bigint | undefined)[]): bigint | undefined {
  return all.every((each) => each === all[0]) ? all[0] : undefined;
}

/** Whether the second of two pieces of a file goes on with the first. */
function goesOn(first: Piece | undefined, second: Piece | undefined): boolean {
  if (first === undefined || second === undefined) return false;
  return first.start + first.count === second.start && first.kind === second.kind;
}

function joined(
  pieces: readonly Piece[],
  joins: Joins,
  numbers: Map<bigint, bigint>,
): readonly ExtentItem[] {
  const items: ExtentItem[] = [];
  let last: Piece | undefined;
  for (const piece of pieces) {
    const item = items.at(-1);
    if (item !== undefined && last !== undefined && joins.get(last.disk) === piece.disk) {
      const count = item.count + piece.count;
      items[items.length - 1] = { ...item, count, extentCount: count };
    } else {
      const extent = numbers.get(piece.disk) ?? BigInt(numbers.size + 1);
      numbers.set(piece.disk, extent);
      items.push(itemOf(piece, extent));
    }
    last = piece;
  }
  return items;
}

function itemOf({ start, count, kind }: Piece, extent: bigint): ExtentItem {
  const whole = { start, count, skip: 0n, extentCount: count, compressed: false };
  return { ...whole, kind, extent, freedom: "none" };
}
