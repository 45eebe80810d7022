/**
 * Where files lie, as a picture: a line a file, a letter an extent, so that one
 * sees which blocks are shared and what a partial dedupe leaves allocated.
 */

import { extentsOf, type Extent, type ExtentItem, type FileLayout } from "../model/index.ts";

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
    ...extentsOf(files).flatMap((extent) => useText(extent, names)),
  ];
}

/** What the marks of a picture mean. */
export const pictureKey: readonly string[] = [
  `${indent}letters: extents, small: unwritten   . hole   = inline   + several`,
  `${indent}pinned: blocks that no file shows, allocated with the rest`,
];

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

function useText({ number, blocks, references, pinned }: Extent, names: Letters): string[] {
  const items = references.reduce((sum, { count }) => sum + count, 0);
  if (items === 1 && pinned === 0n) return [];
  const files = new Set(references.map(({ file }) => file)).size;
  const parts = [counted(Number(blocks), "block"), counted(items, "item")];
  parts.push(counted(references.length, "reference"), counted(files, "file"));
  if (pinned > 0n) parts.push(`${pinned} pinned`);
  return [`${indent}${nameOf(number, names)}: ${parts.join(", ")}`];
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
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
