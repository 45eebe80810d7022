import { describe, expect, test } from "vitest";
import type { ExtentItem } from "../../model/extent-item.ts";
import { referenceDisagreement, type ReferringFile } from "../../real/reference-witness.ts";
import type { Reference } from "../../real/references.ts";

const files: readonly ReferringFile[] = [
  { name: "a", root: 5n, inode: 257n, items: [item(0n, 100n), item(4n, 100n), item(8n, 0n)] },
  { name: "b", root: 5n, inode: 258n, items: [item(0n, 100n), item(2n, 200n)] },
];

const listed = new Map<bigint, readonly Reference[]>([
  [100n, [reference(257n, 0n), reference(257n, 4n), reference(258n, 0n)]],
  [200n, [reference(258n, 2n)]],
]);

describe("references of extents", () => {
  test("are the items, in any order", () => {
    expect(said(listed)).toBe(undefined);
    expect(said(new Map(listed).set(100n, (listed.get(100n) ?? []).toReversed()))).toBe(undefined);
  });

  test("must list every item", () => {
    expect(said(new Map(listed).set(200n, []))).toBe(
      "block 2 of b refers to an extent that does not list it",
    );
  });

  test("must list nothing else, and nothing twice", () => {
    const one = listed.get(200n) ?? [];
    expect(said(new Map(listed).set(200n, [...one, reference(257n, 9n)]))).toBe(
      "the extent of block 2 of b lists block 9 of a too",
    );
    expect(said(new Map(listed).set(200n, [...one, { ...reference(258n, 2n), root: 6n }]))).toBe(
      "the extent of block 2 of b lists block 2 of a file that was not looked at too",
    );
    expect(said(new Map(listed).set(200n, [...one, ...one]))).toBe(
      "the extent of block 2 of b lists an item twice",
    );
  });
});

function said(references: ReadonlyMap<bigint, readonly Reference[]>): string | undefined {
  return referenceDisagreement(files, (extent) => references.get(extent) ?? []);
}

function reference(inode: bigint, start: bigint): Reference {
  return { root: 5n, inode, start };
}

function item(start: bigint, extent: bigint): ExtentItem {
  const place = { start, count: 1n, extent, skip: 0n, extentCount: 4n };
  return { ...place, kind: "data", compressed: false, freedom: "none" };
}
