import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { holesDifference, seekDifference, stBlocksDifference } from "../../model/size-witness.ts";
import { anyItems, block, fileOf, item } from "./laid.ts";

const K = 1024n;
const data = item(0n, 2n, "data", { extent: 10n });
const prealloc = item(2n, 2n, "prealloc", { extent: 20n });
const later = item(6n, 1n, "data", { extent: 30n, compressed: true });
const inline = item(0n, 1n, "inline");
const hole = item(4n, 2n, "hole");

test("witnesses of a file that a kernel lays out at all agree", () => {
  fc.assert(
    fc.property(anyItems, (items) => {
      const file = fileOf("a", items);
      expect(stBlocksDifference(file, block)).toBe(undefined);
      expect(seekDifference(file, block)).toBe(undefined);
    }),
  );
});

describe("st_blocks", () => {
  test.each([
    ["nothing", [], 0n],
    ["unwritten blocks", [data, prealloc], 32n],
    ["a hole, and compressed data", [data, hole, later], 24n],
    ["inline data", [inline], 8n],
    ["inline data before others", [inline, prealloc], 24n],
  ] as const)("of %s are those of the items", (_, items, stBlocks) => {
    expect(stBlocksDifference({ items, stBlocks }, block)).toBe(undefined);
    expect(stBlocksDifference({ items, stBlocks: stBlocks + 8n }, block)).toBe(
      `the items make ${stBlocks}, st_blocks is ${stBlocks + 8n}`,
    );
  });
});

describe("SEEK_DATA and SEEK_HOLE", () => {
  const ranges = (...ends: readonly bigint[]) =>
    ends.flatMap((end, index) => (index % 2 === 0 ? [] : [{ start: ends[index - 1] ?? 0n, end }]));

  test.each([
    [
      "holes and unwritten blocks are holes",
      [data, prealloc, later],
      28n * K,
      [0n, 8n * K, 24n * K, 28n * K],
    ],
    ["data ends with the file", [data, prealloc, later], 25n * K, [0n, 8n * K, 24n * K, 25n * K]],
    ["what lies beyond the end of file is not told", [data, prealloc], 6n * K, [0n, 6n * K]],
    ["inline data is data", [inline], 300n, [0n, 300n]],
    [
      "neighbours are one range",
      [data, item(2n, 2n, "data", { extent: 40n })],
      16n * K,
      [0n, 16n * K],
    ],
    ["an empty file has none", [], 0n, []],
  ] as const)("%s", (_, items, size, ends) => {
    expect(seekDifference({ items, size, data: ranges(...ends) }, block)).toBe(undefined);
    const more = [...ranges(...ends), { start: size, end: size + 1n }];
    expect(seekDifference({ items, size, data: more }, block)).toBe(
      `range ${more.length} of data: the items say none, lseek says ${size} to ${size + 1n}`,
    );
  });

  test("differ in a range by its number", () => {
    const file = {
      items: [data, later],
      size: 28n * K,
      data: ranges(0n, 8n * K, 20n * K, 28n * K),
    };
    expect(seekDifference(file, block)).toBe(
      "range 2 of data: the items say 24576 to 28672, lseek says 20480 to 28672",
    );
    expect(seekDifference({ ...file, data: ranges(0n, 8n * K) }, block)).toBe(
      "range 2 of data: the items say 24576 to 28672, lseek says none",
    );
  });

  test("may tell of a full file as one range, from its first data on (SEEK-FULL)", () => {
    const behind = item(4n, 2n, "data", { extent: 40n });
    const full = { items: [data, prealloc, behind], size: 24n * K };
    expect(seekDifference({ ...full, data: ranges(0n, 24n * K) }, block)).toBe(undefined);
    expect(seekDifference({ ...full, data: ranges(0n, 8n * K, 16n * K, 24n * K) }, block)).toBe(
      undefined,
    );
    expect(seekDifference({ ...full, data: ranges(0n, 16n * K) }, block)).toMatch(/^range 1 /);
    const holed = { items: [data, behind], size: 24n * K, data: ranges(0n, 24n * K) };
    expect(seekDifference(holed, block)).toMatch(/^range 1 /);
    const short = {
      items: [inline, item(1n, 1n, "prealloc", { extent: 20n })],
      size: 4096n + 300n,
    };
    expect(seekDifference({ ...short, data: ranges(0n, short.size) }, block)).toBe(undefined);
  });

  test("tell the end of data at 2^63 as a negative number", () => {
    const size = 2n ** 63n - 1n;
    const items = [item(2n ** 51n - 4n, 4n, "data", { extent: 50n })];
    const start = 2n ** 63n - 16n * K;
    expect(seekDifference({ items, size, data: [{ start, end: -(2n ** 63n) }] }, block)).toBe(
      undefined,
    );
    expect(seekDifference({ items, size, data: [{ start, end: size }] }, block)).toMatch(
      /^range 1 /,
    );
  });
});

describe("explicit holes", () => {
  test("are on no file system with NO_HOLES", () => {
    expect(holesDifference(fileOf("a", [data, later]), block, true)).toBe(undefined);
    expect(holesDifference(fileOf("a", [data, hole, later]), block, true)).toBe(
      "block 4 is in an explicit hole",
    );
  });

  test("fill every gap below the end of file without it", () => {
    const size = 28n * K;
    const filled = [data, prealloc, hole, later];
    expect(holesDifference({ items: filled, size }, block, false)).toBe(undefined);
    expect(holesDifference({ items: filled.slice(0, 2), size: 13n * K }, block, false)).toBe(
      undefined,
    );
    expect(holesDifference({ items: filled, size: size + 1n }, block, false)).toBe(
      "block 7 is in no item",
    );
    expect(holesDifference({ items: [data, prealloc, later], size }, block, false)).toBe(
      "block 4 is in no item",
    );
  });
});
