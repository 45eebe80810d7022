import { expect, test } from "vitest";
import { mismatch, numbered, type ExtentItem, type Items } from "../../model/index.ts";
import { extentsOf } from "../../model/extents.ts";
import { layoutsOf } from "../../model/observe.ts";
import { remapped } from "../../model/items.ts";
import { generatedCalls } from "./generated.ts";

const block = 4096n;
const states = generatedCalls(250).map(({ returned }) => returned.state);

function* files(): Iterable<{ items: Items; size: bigint; other: boolean }> {
  for (const state of states) {
    for (const { kind, items, size, other } of state.inodes) {
      if (kind === "file") yield { items: items.value, size, other };
    }
  }
}

test("items are in order, without overlap, and none is empty", () => {
  for (const { items } of files()) {
    let end = 0n;
    for (const { start, count } of items) {
      expect(start >= end && count > 0n).toBe(true);
      end = start + count;
    }
  }
});

test("an item lies within its extent, and the extent has a number", () => {
  for (const { items } of files()) {
    for (const { kind, extent, skip, count, extentCount } of items) {
      const lies = extent > 0n && skip >= 0n && skip + count <= extentCount;
      expect(kind === "inline" ? extent === 0n && skip === 0n && count === 1n : lies).toBe(true);
    }
  }
});

test("references of extents are the items that refer, and what nobody refers to is free", () => {
  for (const state of states) {
    const layouts = layoutsOf(state);
    const items = layouts.flatMap((file) => file.items.filter(({ extent }) => extent !== 0n));
    const extents = extentsOf(layouts);
    const counted = extents.flatMap(({ references }) => references.map(({ count }) => count));
    expect(counted.reduce((sum, count) => sum + count, 0)).toBe(items.length);
    expect(new Set(extents.map(({ number }) => number))).toEqual(
      new Set(items.map(({ extent }) => extent)),
    );
    expect(extents.every(({ pinned, blocks }) => pinned >= 0n && pinned < blocks)).toBe(true);
  }
});

test("the middle of an extent that is replaced stays pinned, and is two items of one reference", () => {
  const [extent] = extentsOf([{ name: "a", items: [data(0n, 1n, 1n), data(3n, 1n, 1n, 3n)] }]);
  expect(extent?.references).toEqual([{ file: "a", base: 0n, count: 2 }]);
  expect(extent?.pinned).toBe(6n);
});

test("nothing but unwritten blocks lies beyond the end of a file", () => {
  for (const { items, size } of files()) {
    const beyond = items.filter(({ start, count }) => (start + count) * block >= size + block);
    expect(beyond.every(({ kind }) => kind !== "data")).toBe(true);
  }
});

test("blocks of the second file system are not followed", () => {
  for (const { items, other } of files()) if (other) expect(items).toEqual([]);
});

test("a layout agrees with itself under other numbers", () => {
  for (const { inodes } of states) {
    const layout = inodes.map(({ items }, index) => ({ name: `f${index}`, items: items.value }));
    expect(mismatch(layout, numbered(layout))).toBeUndefined();
    expect(numbered(numbered(layout))).toEqual(numbered(layout));
  }
});

function data(start: bigint, count: bigint, extent: bigint, skip = 0n): ExtentItem {
  const placed = { start, count, extent, skip, extentCount: 8n };
  return { ...placed, kind: "data", compressed: false, freedom: "none" };
}

test("blocks that are one on the disk, and two in the model, are a mismatch", () => {
  const apart = [
    { name: "a", items: [data(0n, 2n, 1n)] },
    { name: "b", items: [data(0n, 2n, 2n)] },
  ];
  const shared = [
    { name: "a", items: [data(0n, 2n, 1n)] },
    { name: "b", items: [data(0n, 2n, 1n)] },
  ];
  expect(mismatch(apart, shared)).toEqual({ kind: "sharing", file: "b", block: 0n });
  expect(mismatch(shared, apart)).toEqual({ kind: "sharing", file: "b", block: 0n });
});

/** For sources without inline items. */
function copied(item: ExtentItem): ExtentItem {
  throw new Error(`block ${item.start} was copied`);
}

test("SHARE-01: a source item that is cut gives the target an item with an offset into the extent", () => {
  const target = [data(0n, 8n, 2n)];
  expect(remapped([data(0n, 8n, 1n)], 2n, 3n, target, 4n, 4096n, copied)).toEqual([
    data(0n, 4n, 2n),
    data(4n, 3n, 1n, 2n),
    data(7n, 1n, 2n, 7n),
  ]);
});

test("SHARE-02: a long source item is remapped in steps of 16 MiB from the start of the range", () => {
  const long = { ...data(0n, 10_240n, 1n), extentCount: 10_240n };
  const counts = remapped([long], 0n, 10_240n, [], 0n, 4096n, copied).map(({ count }) => count);
  expect(counts).toEqual([4096n, 4096n, 2048n]);
});

test("SHARE-03: a hole in the source leaves a hole in the target", () => {
  const target = [data(0n, 4n, 2n)];
  expect(remapped([], 0n, 2n, target, 1n, 4096n, copied)).toEqual([
    data(0n, 1n, 2n),
    data(3n, 1n, 2n, 3n),
  ]);
});
