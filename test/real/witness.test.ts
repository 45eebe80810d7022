import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ExtentItem, ItemKind } from "../../model/extent-item.ts";
import type { MappedExtent } from "../../real/fiemap.ts";
import { itemsOfFiemap, sharedRanges } from "../../real/fiemap-items.ts";
import { witnessDisagreement } from "../../real/witness.ts";

const block = 4096;
const flagsOf = { data: 0, prealloc: 0x800, inline: 0x208, hole: 0 };

describe("items and FIEMAP", () => {
  test("agree on any layout, however FIEMAP cuts it", () => {
    fc.assert(
      fc.property(anyLayout, fc.boolean(), (items, cut) => {
        const mapped = items.filter(isMapped).map(mappedOf);
        const told = cut ? mapped.flatMap(inBlocks) : mapped;
        expect(witnessDisagreement(items, told, block)).toBe(undefined);
      }),
    );
  });

  test("disagree in the first block of an item that FIEMAP does not tell of", () => {
    fc.assert(
      fc.property(anyLayout, fc.nat(), (layout, pick) => {
        const items = layout.filter(isMapped);
        fc.pre(items.length > 0);
        const lost = pick % items.length;
        const mapped = items.map(mappedOf).filter((_, index) => index !== lost);
        const { start, kind } = items[lost] ?? item(0n, 1n, "hole");
        const said = items[lost]?.compressed === true ? `compressed ${kind}` : kind;
        expect(witnessDisagreement(items, mapped, block)).toBe(
          `block ${start}: the items say ${said}, FIEMAP says hole`,
        );
      }),
    );
  });

  test.each([
    ["block 3: the items say data, FIEMAP says prealloc", [4n, 8n, 0x800]],
    ["block 3: the items say data, FIEMAP says compressed data", [4n, 8n, 8]],
    ["block 3: the items say data, FIEMAP says not on disk", [4n, 8n, 4]],
    ["block 3: both say data, but not on the same block of the disk", [4n, 9n, 0]],
    ["block 5: the items say data, FIEMAP says hole", [2n, 8n, 0]],
    ["block 7: the items say hole, FIEMAP says data", [5n, 8n, 0]],
    [undefined, [4n, 8n, 0]],
  ] as const)("differ in one line: %s", (line, [count, disk, flags]) => {
    const items = [item(3n, 4n, "data", { extent: 6n, skip: 2n })];
    const mapped = [{ ...bytesOf(3n, count), physical: disk * 4096n, flags }];
    expect(witnessDisagreement(items, mapped, block)).toBe(line);
  });

  test("each tell of a block once", () => {
    const items = [item(0n, 4n, "data", { extent: 6n }), item(3n, 4n, "data", { extent: 20n })];
    const mapped = items.map(mappedOf);
    expect(witnessDisagreement(items, mapped, block)).toBe("block 3: the items tell of it twice");
    expect(witnessDisagreement(items.slice(0, 1), mapped, block)).toBe(
      "block 3: FIEMAP tell of it twice",
    );
  });
});

describe("FIEMAP alone", () => {
  test("gives items that stand on one extent, the disk", () => {
    const mapped = [
      { logical: 0n, physical: 0n, length: 300n, flags: 0x208 },
      { ...bytesOf(2n, 3n), physical: 9n * 4096n, flags: 0x800 },
    ];
    expect(itemsOfFiemap(mapped, block)).toEqual([
      { ...item(0n, 1n, "inline"), compressed: true, extent: 0n, extentCount: 0n },
      { ...item(2n, 3n, "prealloc"), extent: 1n, skip: 9n, extentCount: 0n },
    ]);
  });

  test("tells of shared blocks, neighbours joined", () => {
    const mapped = [
      { ...bytesOf(0n, 2n), physical: 0n, flags: 0x2000 },
      { ...bytesOf(2n, 2n), physical: 0n, flags: 0x2800 },
      { ...bytesOf(4n, 1n), physical: 0n, flags: 0 },
      { ...bytesOf(8n, 1n), physical: 0n, flags: 0x2001 },
    ];
    expect(sharedRanges(mapped, block)).toEqual([
      { start: 0n, end: 4n },
      { start: 8n, end: 9n },
    ]);
  });
});

function isMapped({ kind }: ExtentItem): boolean {
  return kind !== "hole";
}

function item(
  start: bigint,
  count: bigint,
  kind: ItemKind,
  place: { readonly extent?: bigint; readonly skip?: bigint } = {},
): ExtentItem {
  const { extent = 0n, skip = 0n } = place;
  const extentCount = skip + count;
  const address = extent * 4096n;
  return {
    start,
    count,
    kind,
    extent: address,
    skip,
    extentCount,
    compressed: false,
    freedom: "none",
  };
}

function bytesOf(
  start: bigint,
  count: bigint,
): { readonly logical: bigint; readonly length: bigint } {
  return { logical: start * 4096n, length: count * 4096n };
}

function mappedOf(from: ExtentItem): MappedExtent {
  const flags = flagsOf[from.kind] | (from.compressed ? 8 : 0);
  const physical = from.kind === "inline" ? 0n : from.extent + from.skip * 4096n;
  return { ...bytesOf(from.start, from.count), physical, flags };
}

/** The same extent, told of block by block. */
function inBlocks(extent: MappedExtent): readonly MappedExtent[] {
  return Array.from({ length: Number(extent.length / 4096n) }, (_, index) => ({
    ...extent,
    ...bytesOf(extent.logical / 4096n + BigInt(index), 1n),
    physical: extent.physical + BigInt(index) * 4096n,
  }));
}

const anyLayout = fc
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
      return { ...item(start, count, kind, { extent, skip }), compressed };
    });
  });
