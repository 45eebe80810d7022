import { mkdtempSync, rmdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Op } from "../../model/op.ts";
import { scratchParents } from "../../real/scratch.ts";
import { blockLines, itemLines, LayoutLines, sharedLines } from "./layout-lines.ts";
import { describeMounted } from "./machine.ts";
import {
  compressed,
  holed,
  observePrograms,
  strict,
  usual,
  type ImageKind,
  type Observed,
  type Step,
} from "./observed.ts";
import { clone, dedupe, fallocate, K, onto, open, truncate, write } from "./ops.ts";

let scratch: string;

beforeAll(() => {
  scratch = mkdtempSync(join(scratchParents()[0] ?? tmpdir(), "test-share-"));
});

afterAll(() => {
  rmdirSync(scratch);
});

const M = 1024 * K;
const look: Step = { kind: "look" };
const syncfs: Op = { kind: "syncfs" };
const pair: readonly Op[] = [open(0, "a", "rw"), open(1, "b", "rw")];

describeMounted("btrfs", "items of a target after a dedupe", () => {
  test("are the source's, cut at the range; the old extent is kept on both sides (SHARE-01)", () => {
    const { looks } = run(strict, [
      ...pair,
      write(0, 0, 32 * K, 1),
      syncfs,
      write(0, 8 * K, 8 * K, 1),
      write(1, 0, 64 * K, 1),
      look,
      dedupe(0, 4 * K, 16 * K, [onto(1, 32 * K)]),
      look,
    ]);
    expect(sequence(looks)).toEqual([
      ["a 32K: 0+2 data A0/8, 2+2 data B0/2, 4+4 data A4/8", "b 64K: 0+16 data C0/16"],
      [
        "a 32K: 0+2 data A0/8, 2+2 data B0/2, 4+4 data A4/8",
        "b 64K: 0+8 data C0/16, 8+1 data A1/8, 9+2 data B0/2, 11+1 data A4/8, 12+4 data C12/16",
      ],
    ]);
    expect(sharedLines(looks[1])).toEqual(["a: 0+8", "b: 8+4"]);
  });

  test("start anew every 16 MiB of the range, which FIEMAP does not show (SHARE-02)", () => {
    const { looks } = run(strict, [
      ...pair,
      fallocate(0, "prealloc", 0, 41 * M),
      fallocate(1, "prealloc", 0, 41 * M),
      dedupe(0, M, 40 * M, [onto(1, 0)]),
      look,
    ]);
    expect(itemLines(looks[0])).toEqual([
      "a 41984K: 0+10496 prealloc A0/10496",
      "b 41984K: 0+4096 prealloc A256/10496, 4096+4096 prealloc A4352/10496, 8192+2048 prealloc A8448/10496, 10240+256 prealloc B10240/10496",
    ]);
    expect(sharedLines(looks[0])).toEqual(["a: 0+10496", "b: 0+10240"]);
  });

  test("are none where the source has a hole, and all of it counts (SHARE-03)", () => {
    const program = [
      ...pair,
      write(0, 0, 4 * K, 1),
      truncate(0, BigInt(16 * K)),
      write(0, 16 * K, 4 * K, 1),
      write(1, 0, 4 * K, 1),
      write(1, 4 * K, 12 * K, 0),
      write(1, 16 * K, 4 * K, 1),
      look,
      dedupe(0, 0, 20 * K, [onto(1, 0)]),
      look,
    ];
    const { looks } = run(strict, program);
    expect(itemLines(looks[1])).toEqual([
      "a 20K: 0+1 data A0/1, 4+1 data B0/1",
      "b 20K: 0+1 data A0/1, 4+1 data B0/1",
    ]);
    expect(looks.map(blockLines)).toEqual([
      ["a: 2 blocks, data 0+1, 4+1", "b: 5 blocks, data 0+5"],
      ["a: 2 blocks, data 0+1, 4+1", "b: 2 blocks, data 0+1, 4+1"],
    ]);
    const explicit = run(holed, program).looks;
    expect(itemLines(explicit[1])).toEqual([
      "a 20K: 0+1 data A0/1, 1+3 hole, 4+1 data B0/1",
      "b 20K: 0+1 data A0/1, 1+3 hole, 4+1 data B0/1",
    ]);
    expect(blockLines(explicit[1])).toEqual(blockLines(looks[1]));
  });

  test("take the place of a hole where the source has zeros: the target grows (SHARE-03)", () => {
    const { looks } = run(strict, [
      ...pair,
      write(0, 0, 16 * K, 0),
      truncate(1, BigInt(16 * K)),
      look,
      dedupe(0, 0, 16 * K, [onto(1, 0)]),
      look,
    ]);
    expect(looks.map(blockLines)).toEqual([
      ["a: 4 blocks, data 0+4", "b: 0 blocks, data "],
      ["a: 4 blocks, data 0+4", "b: 4 blocks, data 0+4"],
    ]);
    expect(itemLines(looks[1])).toEqual(["a 16K: 0+4 data A0/4", "b 16K: 0+4 data A0/4"]);
  });

  test("are the same unwritten extent, over zeros, holes and other unwritten blocks (SHARE-04)", () => {
    const { looks } = run(strict, [
      ...pair,
      fallocate(0, "prealloc", 0, 32 * K),
      write(1, 0, 8 * K, 0),
      fallocate(1, "prealloc", 8 * K, 8 * K),
      truncate(1, BigInt(32 * K)),
      dedupe(0, 0, 32 * K, [onto(1, 0)]),
      look,
    ]);
    expect(itemLines(looks[0])).toEqual(["a 32K: 0+8 prealloc A0/8", "b 32K: 0+8 prealloc A0/8"]);
    expect(sharedLines(looks[0])).toEqual(["a: 0+8", "b: 0+8"]);
    expect(looks[0]?.files.map((file) => file.data)).toEqual([[], []]);
  });

  test("are copied from an inline source, each time onto new blocks (SHARE-05)", () => {
    const small = [...pair, write(0, 0, 300, 1)];
    const inline = run(usual, [...small, write(1, 0, 300, 1), dedupe300(0), look]);
    expect(itemLines(inline.looks[0])).toEqual(["a 300: 0+1 inline", "b 300: 0+1 inline"]);
    const again = run(usual, [
      ...small,
      write(1, 0, 8 * K, 2),
      write(1, 4 * K, 300, 1),
      syncfs,
      truncate(1, BigInt(4 * K + 300)),
      look,
      dedupe300(4 * K),
      look,
      dedupe300(4 * K),
      look,
    ]);
    const copied = ["a 300: 0+1 inline", "b 4396: 0+1 data A0/2, 1+1 data B0/1"];
    expect(again.looks.map(itemLines)).toEqual([
      ["a 300: 0+1 inline", "b 4396: 0+2 data A0/2"],
      copied,
      copied,
    ]);
    expect(again.outcomes.at(-1)?.targets).toEqual([{ status: 0, deduped: 300n }]);
    const [first, second] = again.looks.slice(1).map((at) => at.files[1]?.items[1]?.extent);
    expect(first).not.toEqual(second);
  });

  test("are the source's where the target was inline (SHARE-05)", () => {
    const { looks } = run(usual, [
      ...pair,
      write(0, 0, 8 * K, 1),
      syncfs,
      truncate(0, 300n),
      write(1, 0, 300, 1),
      look,
      dedupe300(0),
      look,
    ]);
    expect(looks.map(itemLines)).toEqual([
      ["a 300: 0+1 data A0/2", "b 300: 0+1 inline"],
      ["a 300: 0+1 data A0/2", "b 300: 0+1 data A0/2"],
    ]);
  });

  test("stay as they are when the range was shared before (SHARE-06)", () => {
    const again = dedupe(0, 0, 64 * K, [onto(1, 0)]);
    const { outcomes, looks } = run(strict, [...twins, again, look, again, look]);
    for (const lines of [itemLines, blockLines]) expect(lines(looks[1])).toEqual(lines(looks[0]));
    expect(outcomes.at(-1)?.targets).toEqual([{ status: 0, deduped: BigInt(64 * K) }]);
  });

  test("count in blocks before compression, and the size stays (SHARE-07)", () => {
    const { looks } = run(compressed, [
      ...pair,
      write(0, 0, 128 * K, 1),
      truncate(1, BigInt(256 * K + 1)),
      write(1, 64 * K, 64 * K, 1),
      dedupe(0, 32 * K, 64 * K, [onto(1, 64 * K)]),
      look,
    ]);
    expect(itemLines(looks[0])).toEqual([
      "a 128K: 0+32 compressed data A0/32",
      "b 262145: 16+16 compressed data A8/32",
    ]);
    expect(blockLines(looks[0])).toEqual(["a: 32 blocks, data 0+32", "b: 16 blocks, data 16+16"]);
  });
});

describeMounted("btrfs", "FIEMAP's shared flag", () => {
  test("is of the whole extent, and of other references than the first (SHARE-08)", () => {
    const bookends = [open(0, "a", "rw"), write(0, 0, 64 * K, 1), syncfs];
    const halves = run(strict, [...bookends, write(0, 16 * K, 4 * K, 2), look]);
    expect(itemLines(halves.looks[0])).toEqual([
      "a 64K: 0+4 data A0/16, 4+1 data B0/1, 5+11 data A5/16",
    ]);
    expect(sharedLines(halves.looks[0])).toEqual(["a: "]);
    const elsewhere = run(strict, [...bookends, clone(0, 0, 4 * K, 0, 128 * K), look]);
    expect(sharedLines(elsewhere.looks[0])).toEqual(["a: 0+16, 32+1"]);
    const samePlace = run(strict, [
      ...bookends,
      open(1, "b", "rw"),
      clone(0, 0, 64 * K, 1, 0),
      clone(1, 8 * K, 4 * K, 0, 8 * K),
      fallocate(1, "punch", 0, 64 * K),
      look,
    ]);
    expect(sharedLines(samePlace.looks[0])).toEqual(["a: ", "b: "]);
  });

  test("is there for every piece of an extent of which another file has one block", () => {
    const { looks } = run(strict, [
      ...twins,
      write(0, 16 * K, 4 * K, 2),
      dedupe(0, 60 * K, 4 * K, [onto(1, 60 * K)]),
      look,
    ]);
    expect(sharedLines(looks[0])).toEqual(["a: 0+4, 5+11", "b: 15+1"]);
  });
});

describeMounted("btrfs", "a shared range", () => {
  test("is left by the writer alone, block by block (SHARE-09)", () => {
    const { looks } = run(strict, [
      ...twins,
      dedupe(0, 0, 64 * K, [onto(1, 0)]),
      look,
      write(1, 20 * K, 1, 7),
      look,
    ]);
    expect(sequence(looks)).toEqual([
      ["a 64K: 0+16 data A0/16", "b 64K: 0+16 data A0/16"],
      ["a 64K: 0+16 data A0/16", "b 64K: 0+5 data A0/16, 5+1 data B0/1, 6+10 data A6/16"],
    ]);
  });

  test("may be of files without a name (SUB-05)", () => {
    const { looks } = run(strict, [
      ...twins,
      { kind: "unlink", path: "a" },
      { kind: "unlink", path: "b" },
      dedupe(0, 0, 64 * K, [onto(1, 0)]),
      look,
    ]);
    expect(itemLines(looks[0])).toEqual(["@s0 64K: 0+16 data A0/16", "@s1 64K: 0+16 data A0/16"]);
  });

  test("is no range of a target that differs in a byte", () => {
    const { looks } = run(strict, [
      ...twins,
      write(1, 60 * K, 4 * K, 1, 4095),
      syncfs,
      look,
      dedupe(0, 0, 64 * K, [onto(1, 0)]),
      look,
    ]);
    expect(looks[1]).toEqual(looks[0]);
    expect(sharedLines(looks[1])).toEqual(["a: ", "b: "]);
  });
});

/** Two files of 16 equal blocks, on the disk. */
const twins: readonly Step[] = [...pair, write(0, 0, 64 * K, 1), write(1, 0, 64 * K, 1), syncfs];

function dedupe300(at: number): Op {
  return dedupe(0, 0, 300, [onto(1, at)]);
}

/** One program; all witnesses agree in every look, and so does the checker after it. */
function run(image: ImageKind, program: readonly Step[]): Observed {
  const steps: readonly Step[] = [...program, { kind: "look" }, { kind: "check" }];
  const [observed] = observePrograms(scratch, image, [steps]);
  if (observed === undefined) throw new Error("no program was run");
  expect(observed.complaints).toEqual([]);
  expect(observed.outcomes.filter((outcome) => outcome.errno !== 0)).toEqual([]);
  return { ...observed, looks: observed.looks.slice(0, -1) };
}

/** The items of several looks, in which an extent keeps its letter. */
function sequence(looks: Observed["looks"]): readonly (readonly string[])[] {
  const lines = new LayoutLines();
  return looks.map((observation) => lines.items(observation));
}
