/**
 * What a block may be, where a freedom leaves more than one answer. Each set of
 * kinds has an item that says it, and back.
 */

import type { ExtentItem, Freedom, ItemKind } from "./extent-item.ts";

export type BlockKind = Exclude<ItemKind, "inline">;

/** In the order of the table below: `hole`, `prealloc`, `data`; each at most once. */
export type BlockKinds = readonly BlockKind[];

const kinds: BlockKinds = ["hole", "prealloc", "data"];

interface Row {
  readonly kinds: BlockKinds;
  readonly kind: BlockKind;
  readonly freedom: Freedom;
}

// oxfmt-ignore
const rows: readonly Row[] = [
  { kinds: ["hole"], kind: "hole", freedom: "none" },
  { kinds: ["prealloc"], kind: "prealloc", freedom: "borders" },
  { kinds: ["data"], kind: "data", freedom: "dirty folio" },
  { kinds: ["hole", "prealloc"], kind: "hole", freedom: "reserved ahead" },
  { kinds: ["hole", "data"], kind: "hole", freedom: "dirty folio" },
  { kinds: ["prealloc", "data"], kind: "prealloc", freedom: "dirty folio" },
  { kinds: ["hole", "prealloc", "data"], kind: "hole", freedom: "reserved in a dirty folio" },
];

/** The kinds that blocks of an item may have; undefined is a hole. */
export function kindsOf(item: ExtentItem | undefined): BlockKinds {
  if (item === undefined || item.kind === "inline") return ["hole"];
  const { kind, freedom } = item;
  return rows.find((row) => row.kind === kind && row.freedom === freedom)?.kinds ?? [kind];
}

/** Those of either. */
export function either(a: BlockKinds, b: BlockKinds): BlockKinds {
  return kinds.filter((kind) => a.includes(kind) || b.includes(kind));
}

/** The kind and freedom of an item whose blocks have one of these kinds; undefined for a hole and nothing else. */
export function formOf(any: BlockKinds): Pick<ExtentItem, "kind" | "freedom"> | undefined {
  const row = rows.find((each) => String(each.kinds) === String(any));
  if (row === undefined || String(any) === "hole") return undefined;
  return { kind: row.kind, freedom: row.freedom };
}
