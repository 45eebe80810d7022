/**
 * Whether files lie on a disk as the model says: which blocks are holes,
 * unwritten or data, which of them are one block, and, where calls since the last
 * observation leave nothing open, how they are cut into items.
 */

import { kindsOf } from "./block-kinds.ts";
import { BlockPairs } from "./block-pairs.ts";
import type { ExtentItem, FileLayout, ItemKind, Items } from "./extent-item.ts";

/** The first thing about files that is not as the model says. */
export interface LayoutMismatch {
  readonly kind: "files" | "kind" | "sharing" | "items";
  readonly file: string;
  /** Block of the file. */
  readonly block: bigint;
}

/** Undefined when `seen` is one of the layouts that `expected`, with its freedoms, allows. Both sorted alike. */
export function mismatch(
  expected: readonly FileLayout[],
  seen: readonly FileLayout[],
): LayoutMismatch | undefined {
  const pairs = new BlockPairs();
  for (const [index, file] of expected.entries()) {
    const other = seen[index];
    if (other === undefined || other.name !== file.name) return at("files", file.name, 0n);
    const found = fileMismatch(file, other, pairs);
    if (found !== undefined) return found;
  }
  const more = seen[expected.length];
  return more === undefined ? undefined : at("files", more.name, 0n);
}

/** Layouts with extents numbered from 1 in the order in which they come up, so that equal ones are alike. */
export function numbered(files: readonly FileLayout[]): readonly FileLayout[] {
  const numbers = new Map<bigint, bigint>();
  const numberOf = (extent: bigint): bigint => {
    if (extent === 0n) return 0n;
    const known = numbers.get(extent) ?? BigInt(numbers.size + 1);
    numbers.set(extent, known);
    return known;
  };
  return files.map(({ name, items }) => ({
    name,
    items: items
      .filter((item) => item.kind !== "hole")
      .map((item) => ({ ...item, extent: numberOf(item.extent) })),
  }));
}

/** Whether who shares what is settled: no freedom is left but where data is cut into items. */
export function isDetermined(files: readonly FileLayout[]): boolean {
  return files.every(({ items }) =>
    items.every((item) => item.freedom === "none" || item.freedom === "borders"),
  );
}

function at(kind: LayoutMismatch["kind"], file: string, block: bigint): LayoutMismatch {
  return { kind, file, block };
}

function fileMismatch(
  expected: FileLayout,
  seen: FileLayout,
  pairs: BlockPairs,
): LayoutMismatch | undefined {
  for (const { start, end } of stretches(expected.items, seen.items)) {
    const wanted = itemAt(expected.items, start);
    const found = itemAt(seen.items, start);
    if (!kindsAllowed(wanted, start).includes(kindOf(found)))
      return at("kind", expected.name, start);
    if (wanted === undefined || found === undefined || !isPlaced(wanted)) continue;
    if (!pairs.pair(wanted, found, start, end)) return at("sharing", expected.name, start);
    if (wanted.freedom === "none" && !sameItem(wanted, found)) {
      return at("items", expected.name, start);
    }
  }
  return undefined;
}

interface Stretch {
  readonly start: bigint;
  readonly end: bigint;
}

/** Runs of blocks in which neither file begins or ends an item. */
function stretches(a: Items, b: Items): readonly Stretch[] {
  const borders = [...a, ...b].flatMap((item) => [item.start, item.start + item.count]);
  const sorted = [...new Set([0n, ...borders])].toSorted((x, y) => (x < y ? -1 : 1));
  return sorted.slice(1).map((end, index) => ({ start: sorted[index] ?? 0n, end }));
}

function itemAt(items: Items, block: bigint): ExtentItem | undefined {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((items[middle]?.start ?? block + 1n) > block) high = middle;
    else low = middle + 1;
  }
  const item = items[low - 1];
  return item !== undefined && block < item.start + item.count ? item : undefined;
}

function kindOf(item: ExtentItem | undefined): ItemKind {
  return item === undefined ? "hole" : item.kind;
}

/** The kinds that a block may have on the disk. */
function kindsAllowed(item: ExtentItem | undefined, block: bigint): readonly ItemKind[] {
  const kind = kindOf(item);
  switch (item?.freedom) {
    case "punched tail":
      return ["hole", "data", "prealloc"];
    case "small file":
      return block === 0n ? ["inline", "data"] : [kind];
    case "reserved ahead":
    case "dirty folio":
    case "reserved in a dirty folio":
      return kindsOf(item);
    case "none":
    case "borders":
    case "zeroed run":
    case undefined:
      return [kind];
  }
}

/** Whether it is known which block an item's blocks are, or are not. */
function isPlaced({ kind, freedom }: ExtentItem): boolean {
  return (kind === "data" || kind === "prealloc") && (freedom === "none" || freedom === "borders");
}

function sameItem(a: ExtentItem, b: ExtentItem): boolean {
  return (
    a.start === b.start &&
    a.count === b.count &&
    a.skip === b.skip &&
    a.extentCount === b.extentCount &&
    a.compressed === b.compressed
  );
}
