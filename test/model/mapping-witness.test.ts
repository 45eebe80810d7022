import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ExtentItem } from "../../model/extent-item.ts";
import type { Mapping } from "../../model/look.ts";
import { mappingDifference, referrers, sharedDifference } from "../../model/mapping-witness.ts";
import { anyItems, block, fileOf, item, mappingOf } from "./laid.ts";

describe("items and FIEMAP", () => {
  test("agree on any layout, however FIEMAP cuts it", () => {
    fc.assert(
      fc.property(anyItems, fc.boolean(), (items, cut) => {
        const mapped = items.filter(isMapped).map((each) => mappingOf(each));
        const told = cut ? mapped.flatMap(inBlocks) : mapped;
        expect(mappingDifference(items, told, block)).toBe(undefined);
      }),
    );
  });

  test("disagree in the first block of an item that FIEMAP does not tell of", () => {
    fc.assert(
      fc.property(anyItems, fc.nat(), (layout, pick) => {
        const items = layout.filter(isMapped);
        fc.pre(items.length > 0);
        const lost = pick % items.length;
        const mapped = items.map((each) => mappingOf(each));
        const told = mapped.filter((_, index) => index !== lost);
        expect(mappingDifference(items, told, block)).toBe(
          `block ${mapped[lost]?.start}: the items say ${mapped[lost]?.kind}, FIEMAP says hole`,
        );
      }),
    );
  });

  test.each([
    ["block 3: the items say data, FIEMAP says prealloc", [4n, 8n, "prealloc"]],
    ["block 3: the items say data, FIEMAP says compressed data", [4n, 8n, "compressed data"]],
    ["block 3: the items say data, FIEMAP says not on disk", [4n, 8n, "not on disk"]],
    ["block 3: both say data, but not on the same block of the disk", [4n, 9n, "data"]],
    ["block 5: the items say data, FIEMAP says hole", [2n, 8n, "data"]],
    ["block 7: the items say hole, FIEMAP says data", [5n, 8n, "data"]],
    [undefined, [4n, 8n, "data"]],
  ] as const)("differ in one line: %s", (line, [count, disk, kind]) => {
    const items = [item(3n, 4n, "data", { extent: 6n, skip: 2n })];
    const mapped = [{ start: 3n, end: 3n + count, kind, disk, shared: false }];
    expect(mappingDifference(items, mapped, block)).toBe(line);
  });

  test("each tell of a block once", () => {
    const items = [item(0n, 4n, "data", { extent: 6n }), item(3n, 4n, "data", { extent: 20n })];
    const mapped = items.map((each) => mappingOf(each));
    expect(mappingDifference(items, mapped, block)).toBe("block 3: the items tell of it twice");
    expect(mappingDifference(items.slice(0, 1), mapped, block)).toBe(
      "block 3: FIEMAP tell of it twice",
    );
  });
});

describe("SHARED of FIEMAP", () => {
  test("stands on every item of an extent with a second, different reference, and on no other", () => {
    const a = fileOf("a", [
      item(0n, 4n, "data", { extent: 10n }),
      item(8n, 4n, "data", { extent: 20n, extentCount: 8n }),
      item(12n, 4n, "data", { extent: 20n, skip: 4n }),
      item(20n, 1n, "prealloc", { extent: 30n, extentCount: 4n }),
      item(24n, 1n, "inline"),
    ]);
    const b = fileOf("b", [item(0n, 1n, "data", { extent: 10n, skip: 3n })]);
    const all = referrers([a, { ...a, name: "c", root: 6n, items: a.items.slice(3) }, b]);
    const said = (...shared: readonly boolean[]): string | undefined =>
      sharedDifference(
        { ...a, mapped: a.items.map((each, index) => mappingOf(each, shared[index])) },
        all,
      );
    expect(said(true, false, false, true, false)).toBe(undefined);
    expect(said(false, false, false, true)).toBe(
      "block 0: block 0 of a and block 0 of b refer to its extent, FIEMAP does not say shared",
    );
    expect(said(true, false, false, false)).toBe(
      "block 20: block 20 of a and block 20 of c refer to its extent, FIEMAP does not say shared",
    );
    expect(said(true, false, true, true)).toBe(
      "block 12: nothing else refers to its extent, FIEMAP says shared",
    );
  });

  test("is asked of each block, however FIEMAP cuts extents", () => {
    const a = fileOf("a", [item(0n, 4n, "data", { extent: 10n })]);
    const cut = a.mapped.flatMap(inBlocks);
    const flipped = cut.map((each) => ({ ...each, shared: each.start === 2n }));
    expect(sharedDifference({ ...a, mapped: cut }, referrers([a]))).toBe(undefined);
    expect(sharedDifference({ ...a, mapped: flipped }, referrers([a]))).toBe(
      "block 2: nothing else refers to its extent, FIEMAP says shared",
    );
  });

  test("follows from any layout: every block of a flag that is turned is told", () => {
    fc.assert(
      fc.property(anyItems, anyItems, fc.nat(), (one, two, pick) => {
        const [a, b] = [fileOf("a", one), fileOf("b", two)];
        const all = referrers([a, b]);
        const isShared = (each: ExtentItem): boolean => (all.get(each.extent)?.length ?? 0) > 1;
        const items = one.filter(isMapped);
        const mapped = items.map((each) => mappingOf(each, isShared(each)));
        expect(sharedDifference({ ...a, mapped }, all)).toBe(undefined);
        fc.pre(mapped.length > 0);
        const at = pick % mapped.length;
        const turned = mapped.map((each, index) =>
          index === at ? { ...each, shared: !each.shared } : each,
        );
        expect(sharedDifference({ ...a, mapped: turned }, all)).toMatch(
          new RegExp(`^block ${mapped[at]?.start}: `),
        );
      }),
    );
  });
});

function isMapped({ kind }: ExtentItem): boolean {
  return kind !== "hole";
}

/** The same extent, told of block by block. */
function inBlocks(mapping: Mapping): readonly Mapping[] {
  return Array.from({ length: Number(mapping.end - mapping.start) }, (_, index) => {
    const by = BigInt(index);
    const start = mapping.start + by;
    const disk = mapping.disk === undefined ? undefined : mapping.disk + by;
    return { ...mapping, start, end: start + 1n, disk };
  });
}
