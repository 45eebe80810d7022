/** Short ways to write layouts and looks in tests. */

import fc from "fast-check";
import type { ExtentItem, ItemKind, Items } from "../../model/extent-item.ts";
import type { FileLook, Mapping } from "../../model/look.ts";

export const block = 4096n;

type Place = Partial<Pick<ExtentItem, "extent" | "skip" | "extentCount" | "compressed">>;

/** An item; its extent is the block of the disk where it begins, 0 for none. */
export function item(
  start: bigint,
  count: bigint,
  kind: ItemKind = "data",
  place: Place = {},
): ExtentItem {
  const { extent = 0n, skip = 0n, compressed = false } = place;
  const { extentCount = skip + count } = place;
  const freedom = "none";
  return { start, count, kind, extent: extent * block, skip, extentCount, compressed, freedom };
}

/** What FIEMAP says of an item. */
export function mappingOf(
  { start, count, kind, extent, skip, compressed }: ExtentItem,
  shared = false,
): Mapping {
  const inline = kind === "inline";
  const disk = compressed || inline ? undefined : extent / block + skip;
  const said = kind === "prealloc" || kind === "data" ? kind : "inline";
  const packed = said === "prealloc" ? "compressed prealloc" : "compressed data";
  return { start, end: start + count, kind: compressed && !inline ? packed : said, disk, shared };
}

/** A file whose witnesses all agree: its size is where its items end. */
export function fileOf(name: string, items: Items): FileLook {
  const solid = items.filter(({ kind }) => kind !== "hole");
  const written = solid.filter(({ kind }) => kind !== "prealloc");
  const last = items.at(-1);
  return {
    name,
    root: 5n,
    inode: BigInt(name.codePointAt(0) ?? 0),
    items,
    size: last === undefined ? 0n : (last.start + last.count) * block,
    stBlocks: 8n * solid.reduce((sum, { count }) => sum + count, 0n),
    mappedBefore: [],
    mapped: solid.map((each) => mappingOf(each)),
    data: joined(written.map(({ start, count }) => [start * block, (start + count) * block])),
  };
}

function joined(ranges: readonly (readonly [bigint, bigint])[]): FileLook["data"] {
  const data: { start: bigint; end: bigint }[] = [];
  for (const [start, end] of ranges) {
    const last = data.at(-1);
    if (last?.end === start) last.end = end;
    else data.push({ start, end });
  }
  return data;
}

/** Any items without overlap, on extents that may meet. */
export const anyItems: fc.Arbitrary<Items> = fc
  .array(
    fc.record({
      gap: fc.bigInt({ min: 0n, max: 3n }),
      count: fc.bigInt({ min: 1n, max: 5n }),
      kind: fc.constantFrom<ItemKind>("data", "prealloc", "hole"),
      extent: fc.bigInt({ min: 1n, max: 1000n }),
      skip: fc.bigInt({ min: 0n, max: 4n }),
      compressed: fc.boolean(),
    }),
    { maxLength: 8 },
  )
  .map((parts) => {
    let at = 0n;
    return parts.map(({ gap, count, kind, extent, skip, compressed }) => {
      const start = at + gap;
      at = start + count;
      if (kind === "hole") return item(start, count, kind);
      return item(start, count, kind, { extent, skip, compressed });
    });
  });
