import { expect, test } from "vitest";
import { itemsOfFiemap, mappingOf } from "../../real/fiemap-items.ts";

const block = 4096n;
const inline = { logical: 0n, physical: 0n, length: 300n, flags: 0x208 };
const unwritten = { logical: 2n * block, physical: 9n * block, length: 3n * block, flags: 0x800 };

test("FIEMAP alone gives items that stand on one extent, the disk", () => {
  const rest = { compressed: false, extentCount: 0n, freedom: "none" };
  const onDisk = { extent: 1n, skip: 9n };
  expect(itemsOfFiemap([inline, unwritten], block)).toEqual([
    { ...rest, start: 0n, count: 1n, kind: "inline", compressed: true, extent: 0n, skip: 0n },
    { ...rest, start: 2n, count: 3n, kind: "prealloc", ...onDisk },
  ]);
});

test.each([
  [0, { kind: "data", disk: 9n, shared: false }],
  [0x2001, { kind: "data", disk: 9n, shared: true }],
  [0x800, { kind: "prealloc", disk: 9n, shared: false }],
  [0x2808, { kind: "compressed prealloc", disk: undefined, shared: true }],
  [8, { kind: "compressed data", disk: undefined, shared: false }],
  [4, { kind: "not on disk", disk: undefined, shared: false }],
  [0x208, { kind: "inline", disk: undefined, shared: false }],
])("flags %i are told in words", (flags, told) => {
  expect(mappingOf({ ...unwritten, flags }, block)).toEqual({ start: 2n, end: 5n, ...told });
});

test("inline data ends within a block, and counts as one", () => {
  expect(mappingOf(inline, block)).toMatchObject({ start: 0n, end: 1n });
});
