/**
 * Where files lie, as a picture: a line a file, a letter an extent, so that one
 * sees which blocks are shared and what a partial dedupe leaves allocated.
 */

import type { ExtentItem, FileLayout } from "../model/index.ts";

/** Blocks that are drawn one by one, at most; beyond, a letter stands for several. */
const maxColumns = 48;

const indent = "      ";

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/** The names of extents, the same in every picture that is drawn with them. */
export type Letters = Map<bigint, string>;

/**
 * Lines of at most 72 columns: the files, then each extent that is shared, or of
 * which not every block is in use. Extents get letters in the order in which they
 * come up; behind Z they are A1, B1 and so on, and drawn as the letter alone.
 */
export function picture(files: readonly FileLayout[], names: Letters): readonly string[] {
  const longest = files.reduce((most, { items }) => larger(most, endOf(items)), 0n);
  const scale = (longest + BigInt(maxColumns) - 1n) / BigInt(maxColumns);
  const step = scale < 1n ? 1n : scale;
  const width = files.reduce((most, { name }) => Math.max(most, name.length), 1);
  const drawn = files.map(({ name, items }) => {
    for (const { extent } of items) if (extent !== 0n) nameOf(extent, names);
    return `${indent}${short(name, width)}  ${row(items, step, names)}`;
  });
  return [
    ...drawn,
    ...(step > 1n ? [`${indent}(one column for ${step} blocks)`] : []),
    ...usesOf(files).flatMap((use) => useText(use, names)),
  ];
}

/** What the marks of a picture mean, in one line. */
export const pictureKey: string = `${indent}letters: extents, small: unwritten   . hole   = inline   + several`;

function row(items: readonly ExtentItem[], step: bigint, names: Letters): string {
  const columns: string[] = [];
  const end = endOf(items);
  for (let at = 0n; at < end; at += step) {
    const here = items.filter(({ start, count }) => start < at + step && start + count > at);
    const filled = here.reduce((sum, item) => sum + overlap(item, at, at + step), 0n);
    const [first, ...more] = new Set(here.map((item) => mark(item, names)));
    const rest = at + step < end ? step : end - at;
    columns.push(first === undefined ? "." : more.length > 0 || filled < rest ? "+" : first);
  }
  return columns.join("") || "(nothing)";
}

function mark({ kind, extent }: ExtentItem, names: Letters): string {
  if (kind === "hole") return ".";
  if (kind === "inline") return "=";
  const letter = nameOf(extent, names).slice(0, 1);
  return kind === "prealloc" ? letter.toLowerCase() : letter;
}

function nameOf(extent: bigint, names: Letters): string {
  const known = names.get(extent);
  if (known !== undefined) return known;
  const round = Math.floor(names.size / letters.length);
  const name = `${letters[names.size % letters.length] ?? ""}${round === 0 ? "" : round}`;
  names.set(extent, name);
  return name;
}

/** An extent, and who refers to it. */
interface Use {
  readonly extent: bigint;
  readonly blocks: bigint;
  /** Items, and the blocks of the extent that at least one of them shows. */
  readonly references: number;
  readonly files: number;
  readonly used: bigint;
}

function usesOf(files: readonly FileLayout[]): readonly Use[] {
  const parts = files.flatMap(({ name, items }) =>
    items.filter(({ extent }) => extent !== 0n).map((item) => ({ name, item })),
  );
  return [...new Set(parts.map(({ item }) => item.extent))].map((extent) => {
    const mine = parts.filter(({ item }) => item.extent === extent);
    return {
      extent,
      blocks: mine.reduce((most, { item }) => larger(most, item.extentCount), 0n),
      references: mine.length,
      files: new Set(mine.map(({ name }) => name)).size,
      used: covered(mine.map(({ item }) => [item.skip, item.skip + item.count])),
    };
  });
}

function useText({ extent, blocks, references, files, used }: Use, names: Letters): string[] {
  const pinned = blocks - used;
  if (references === 1 && pinned === 0n) return [];
  const name = nameOf(extent, names);
  const parts = [counted(Number(blocks), "block"), counted(references, "reference")];
  if (files > 1) parts.push(`${files} files`);
  if (pinned > 0n) parts.push(`${pinned} pinned: in no file`);
  return [`${indent}${name}: ${parts.join(", ")}`];
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** How many blocks lie in at least one of the ranges. */
function covered(ranges: readonly (readonly [start: bigint, end: bigint])[]): bigint {
  let sum = 0n;
  let at = 0n;
  for (const [start, end] of ranges.toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    if (end <= at) continue;
    sum += end - larger(start, at);
    at = end;
  }
  return sum;
}

function overlap({ start, count }: ExtentItem, from: bigint, to: bigint): bigint {
  const end = start + count < to ? start + count : to;
  return end - larger(start, from);
}

function endOf(items: readonly ExtentItem[]): bigint {
  const last = items.at(-1);
  return last === undefined ? 0n : last.start + last.count;
}

function larger(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}

/** A name in so many columns, and never more than 16. */
function short(name: string, width: number): string {
  const columns = Math.min(width, 16);
  return (name.length > columns ? `${name.slice(0, columns - 1)}~` : name).padEnd(columns);
}
