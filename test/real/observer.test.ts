import { mkdtempSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Op } from "../../model/op.ts";
import { btrfsCheck, btrfsCheckProblem } from "../../real/btrfs-check.ts";
import { scratchParents } from "../../real/scratch.ts";
import { itemLines, sharedRanges } from "./layout-lines.ts";
import { describeMounted } from "./machine.ts";
import { observePrograms, strict, usual, type ImageKind, type Step } from "./observed.ts";
import { close, clone, K, open, write } from "./ops.ts";

let scratch: string;

beforeAll(() => {
  scratch = mkdtempSync(join(scratchParents()[0] ?? tmpdir(), "test-observer-"));
});

afterAll(() => {
  rmdirSync(scratch);
});

const look: Step = { kind: "look" };
const small: ImageKind = { kind: "xfs", mkfs: [], mount: "" };

describeMounted("btrfs", "an observation", () => {
  test("has each file once: by its first name, else by its first slot", () => {
    const program: readonly Step[] = [
      open(0, "b", "rw"),
      write(0, 0, 4 * K, 1),
      { kind: "link", path: "b", to: "a" },
      { kind: "link", path: "b", to: "c" },
      open(3, "gone", "w"),
      open(5, "gone", "r"),
      write(3, 4 * K, 4 * K, 2),
      { kind: "unlink", path: "gone" },
      open(4, "lost", "rw"),
      { kind: "unlink", path: "lost" },
      close(4),
      open(6, "other/elsewhere", "rw"),
      { kind: "mkdir", path: "folder" },
      { kind: "mkfifo", path: "fifo" },
      open(7, "fifo", "rw"),
      open(8, "s3", "rw"),
      open(9, "a", "r", "path"),
    ];
    expect(seen(strict, [...program, look])).toEqual([
      "a 4K: 0+1 data A0/1",
      "s3 0K: ",
      "@s3 8K: 1+1 data B0/1",
    ]);
  });

  test("reads a file of thousands of items to its end", () => {
    const writes = Array.from({ length: 4000 }, (_, index) => write(0, index * 8 * K, 1, 1));
    const [observed] = observePrograms(scratch, strict, [[open(0, "a", "rw"), ...writes, look]]);
    const file = observed?.looks[0]?.files[0];
    expect(file?.items.map((item) => [item.start, item.count])).toEqual(
      writes.map((_, index) => [BigInt(2 * index), 1n]),
    );
    expect(file?.data.length).toBe(4000);
    expect(observed?.complaints).toEqual([]);
  });

  test("reads thousands of references to one extent", () => {
    const clones = Array.from({ length: 4000 }, (_, index) =>
      clone(0, 0, 4 * K, 0, (index + 1) * 8 * K),
    );
    const program: readonly Step[] = [open(0, "a", "rw"), write(0, 0, 4 * K, 1), ...clones, look];
    const [observed] = observePrograms(scratch, strict, [program]);
    expect(observed?.complaints).toEqual([]);
    expect(new Set(observed?.looks[0]?.files[0]?.items.map((item) => item.extent)).size).toBe(1);
    expect(sharedRanges(observed?.looks[0]?.files[0]).length).toBe(4001);
  });

  test("is the same after a mount", () => {
    const before: readonly Op[] = [open(0, "a", "rw"), write(0, 0, 300, 1), write(0, 8 * K, K, 2)];
    const [observed] = observePrograms(scratch, usual, [
      [...before, look, { kind: "remount" }, look, { kind: "check" }, look],
    ]);
    const [first, ...later] = observed?.looks ?? [];
    expect(later).toEqual([first, first]);
  });
});

describeMounted("xfs", "an observation of xfs", () => {
  test("has items that are FIEMAP's, by which shared blocks are one", () => {
    const program = [
      open(0, "a", "rw"),
      write(0, 0, 64 * K, 1),
      clone(0, 8 * K, 8 * K, 0, 128 * K),
    ];
    const [observed] = observePrograms(scratch, small, [[...program, look]]);
    const [file] = observed?.looks[0]?.files ?? [];
    expect(observed?.looks[0]?.itemsFrom).toBe("mapping");
    const places = file?.items.flatMap(({ count, skip }) => {
      const first = file.items[0]?.skip ?? 0n;
      return Array.from({ length: Number(count) }, (_, index) => skip - first + BigInt(index));
    });
    expect(places).toEqual([...Array(16).keys(), 2, 3].map(BigInt));
    expect(sharedRanges(file)).toEqual([
      { start: 2n, end: 4n },
      { start: 32n, end: 34n },
    ]);
  });
});

describeMounted("btrfs", "the checker of the disk", () => {
  test("complains of what is no file system", () => {
    const path = join(scratch, "zeros");
    writeFileSync(path, Buffer.alloc(1 << 20));
    expect(btrfsCheckProblem()).toBe(undefined);
    expect(btrfsCheck(path)).toMatch(/btrfs/i);
    rmSync(path);
  });
});

function seen(image: ImageKind, program: readonly Step[]): readonly string[] {
  const [observed] = observePrograms(scratch, image, [program]);
  expect(observed?.outcomes.filter((outcome) => outcome.errno !== 0)).toEqual([]);
  return itemLines(observed?.looks[0]);
}
