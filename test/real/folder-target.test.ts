import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { empty, fill, type Contents } from "../../model/contents.ts";
import { errnoOf } from "../../model/errno.ts";
import { HarnessError } from "../../model/fault.ts";
import { failed, returned } from "../../model/outcome.ts";
import { bytes, slot } from "../../model/units.ts";
import type { RealTarget } from "../../real/real-target.ts";
import { openFolderTarget } from "../../real/targets.ts";
import { describeNative } from "./machine.ts";
import { close, inspect, K, open, read, truncate, write } from "./ops.ts";

let folder: string;
let target: RealTarget;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "test-folder-"));
  target = openFolderTarget(folder);
  target.begin();
});

afterEach(() => {
  target.close();
  rmSync(folder, { recursive: true, force: true });
});

describeNative("a target in a folder that exists", () => {
  test("opening for writing makes the file, opening for reading does not", () => {
    expect(target.perform(open(0, "a", "r"))).toEqual(failed(errnoOf("ENOENT")));
    expect(target.perform(open(0, "a", "rw"))).toEqual(returned(0));
    expect(target.perform(open(1, "a", "r"))).toEqual(returned(0));
  });

  test("a slot that is not open gets the kernel's own EBADF", () => {
    const EBADF = failed(errnoOf("EBADF"));
    expect(target.perform(write(3, 0, 10, 1))).toEqual(EBADF);
    expect(target.perform(read(3, 0, 10))).toEqual(EBADF);
    expect(target.perform(inspect(3, 0, 10))).toEqual(EBADF);
    expect(target.perform(close(3))).toEqual(EBADF);
  });

  test("a slot in use is closed by an open, also by one that fails", () => {
    target.perform(open(0, "a", "rw"));
    target.perform(open(0, "missing", "r"));
    expect(target.perform(write(0, 0, 1, 1))).toEqual(failed(errnoOf("EBADF")));
  });

  test("what was written is seen, with the byte that was flipped", () => {
    target.perform(open(0, "a", "w"));
    target.perform(write(0, 100, 5000, 7, 4999));
    expect(target.perform(read(0, 0, 10))).toEqual(failed(errnoOf("EBADF")));
    expect(target.perform(inspect(0, 0, 8 * K))).toEqual({
      ...returned(5100),
      seen: {
        size: 5100n,
        runs: [
          { length: 100n, tone: 0 },
          { length: 4999n, tone: 7 },
          { length: 1n, tone: 135 },
        ],
      },
    });
  });

  test("a write longer than a band repeats its pattern by block", () => {
    target.perform(open(0, "a", "rw"));
    expect(target.perform(write(0, 1000, 1_000_000, 9))).toEqual(returned(1_000_000));
    expect(target.perform(read(0, 1000, 2_000_000))).toEqual({
      ...returned(1_000_000),
      seen: { size: undefined, runs: [{ length: 1_000_000n, tone: 9 }] },
    });
  });

  test("an appending write has the bytes of where it lands, not of its own offset", () => {
    target.perform(open(0, "a", "rw", "append"));
    target.perform(write(0, 5000, 100, 3));
    target.perform(write(0, 0, 100, 3));
    expect(target.perform(read(0, 0, 4096)).seen?.runs).toEqual([{ length: 200n, tone: 3 }]);
  });

  test("numbers of 64 bits reach the kernel as they are", () => {
    target.perform(open(0, "a", "rw"));
    expect(target.perform(truncate(0, 1n << 63n))).toEqual(failed(errnoOf("EINVAL")));
    expect(target.perform(truncate(0, (1n << 64n) - 1n))).toEqual(failed(errnoOf("EINVAL")));
    expect(target.perform(truncate(0, (1n << 40n) + 5n))).toEqual(returned(0));
    expect(target.perform(inspect(0, 0, 0)).seen).toEqual({ size: (1n << 40n) + 5n, runs: [] });
  });

  test("a FIFO opens without a peer and is no regular file", () => {
    expect(target.perform({ kind: "mkfifo", path: "f" })).toEqual(returned(0));
    expect(target.perform(open(0, "f", "rw"))).toEqual(returned(0));
    expect(target.perform(inspect(0, 0, 1))).toEqual(failed(errnoOf("EBADF")));
    expect(target.holds(slot(0), 0n, empty, 0n, 0n)).toBe(false);
  });

  test("an O_PATH descriptor reads nothing, yet its file can be inspected", () => {
    target.perform(open(0, "a", "rw"));
    target.perform(write(0, 0, 10, 1));
    target.perform(open(0, "a", "r", "path"));
    expect(target.perform(read(0, 0, 10))).toEqual(failed(errnoOf("EBADF")));
    expect(target.perform(inspect(0, 0, 10)).result).toBe(10);
  });

  test("paths that leave the folder never reach the kernel", () => {
    symlinkSync("/etc/passwd", join(folder, "link"));
    for (const path of [
      "../a",
      "/etc/passwd",
      "a/b/c",
      "a/..",
      "",
      ".",
      "..",
      "other/../a",
      "other//a",
      "a\0b",
    ]) {
      expect(() => target.perform(open(0, path, "r"))).toThrow(HarnessError);
      expect(() => target.perform({ kind: "unlink", path })).toThrow(HarnessError);
      expect(() => target.perform({ kind: "link", path: "a", to: path })).toThrow(HarnessError);
    }
  });

  test("a write or read without bound is refused", () => {
    target.perform(open(0, "a", "rw"));
    expect(() => target.perform(write(0, 0, 2 ** 30, 1))).toThrow("over 16777216");
    expect(() => target.perform(read(0, 0, 2 ** 30))).toThrow("over 16777216");
  });

  test("a new program finds the folder empty, and the end leaves nothing", () => {
    writeFileSync(join(folder, "precious"), "");
    mkdirSync(join(folder, "extent-same-abcdef"), 0o700);
    writeFileSync(join(folder, "extent-same-abcdef", "precious"), "");
    target.perform(open(0, "a", "rw"));
    if (target.mounts.has("other")) target.perform(open(1, "other/b", "rw"));
    target.perform({ kind: "mkdir", path: "d" });
    target.perform({ kind: "mkdir", path: "d/e" });
    target.perform(open(2, "d/a", "rw"));
    target.begin();
    expect(target.perform(open(0, "a", "r"))).toEqual(failed(errnoOf("ENOENT")));
    expect(target.perform(open(0, "d", "r"))).toEqual(failed(errnoOf("ENOENT")));
    target.perform({ kind: "mkdir", path: "d" });
    target.perform(open(2, "d/a", "rw"));
    target.perform(open(0, "a", "rw"));
    target.close();
    expect(readdirSync(folder).toSorted()).toEqual(["extent-same-abcdef", "precious"]);
    target = openFolderTarget(folder);
    expect(existsSync(join(folder, "extent-same-abcdef", "precious"))).toBe(true);
  });

  test("subvolumes are refused, whatever the file system", () => {
    expect(target.hasSubvolumes).toBe(false);
    expect(() => target.perform({ kind: "subvolume", path: "v" })).toThrow(HarnessError);
  });

  test("where extent items cannot be read there is no observation", () => {
    target.perform(open(0, "a", "rw"));
    expect(target.canObserve).toBe(false);
    if (target.name.endsWith("/btrfs")) return;
    expect(() => target.perform({ kind: "observe" })).toThrow("extent items cannot be read");
  });

  test("remount is refused", () => {
    expect(target.canRemount).toBe(false);
    expect(() => target.perform({ kind: "remount" })).toThrow(HarnessError);
  });

  test("a file holds what was written to it, and nothing that differs by a byte or in size", () => {
    fc.assert(
      fc.property(fc.array(anyWrite, { minLength: 1, maxLength: 8 }), fc.nat(), (writes, pick) => {
        target.begin();
        target.perform(open(0, "a", "rw"));
        let contents: Contents = empty;
        for (const { from, length, pattern } of writes) {
          target.perform(write(0, from, length, pattern));
          contents = fill(contents, BigInt(from), BigInt(from + length), pattern, "data");
        }
        const size = contents.at(-1)?.end ?? 0n;
        expect(target.holds(slot(0), size, contents, 0n, size + 4096n)).toBe(true);
        expect(target.holds(slot(0), size + 1n, contents, 0n, size)).toBe(false);
        const at = BigInt(pick) % size;
        const wrong = fill(contents, at, at + 1n, 77, "data");
        expect(target.holds(slot(0), size, wrong, 0n, size)).toBe(false);
        expect(target.holds(slot(0), size, wrong, at, at + 1n)).toBe(false);
        expect(target.holds(slot(0), size, wrong, at + 1n, size)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  test("a file as large as the file system takes is looked at to its end", () => {
    target.perform(open(0, "a", "rw"));
    const sizes = [(1n << 63n) - 1n, (1n << 43n) + 1n]; // of tmpfs, btrfs and xfs; of ext4
    const size = sizes.find((asked) => target.perform(truncate(0, asked)).errno === 0) ?? 0n;
    expect(target.holds(slot(0), size, empty, 0n, size)).toBe(true);
    expect(target.holds(slot(0), size, empty, size - 10n, size)).toBe(true);
    expect(target.holds(slot(0), size - 1n, empty, 0n, 0n)).toBe(false);
    const wrong = fill(empty, size - 1n, size, 5, "data");
    expect(target.holds(slot(0), size, wrong, 0n, size)).toBe(false);
    expect(target.holds(slot(0), size, wrong, size - 1n, size)).toBe(false);
  });

  test("of a large sparse file the edges, the holes and the data between are looked at", () => {
    const size = 1n << 36n;
    target.perform(open(0, "a", "rw"));
    target.perform({ kind: "truncate", slot: slot(0), length: bytes(size) });
    expect(target.holds(slot(0), size, empty, 0n, size)).toBe(true);
    target.perform(write(0, 2 ** 30, 64 * K, 5));
    expect(target.holds(slot(0), size, empty, 0n, size)).toBe(false);
    const middle = fill(empty, 1n << 30n, (1n << 30n) + 65_536n, 5, "data");
    expect(target.holds(slot(0), size, middle, 0n, size)).toBe(true);
    const elsewhere = fill(middle, 1n << 31n, (1n << 31n) + 4096n, 5, "data");
    expect(target.holds(slot(0), size, elsewhere, 0n, size)).toBe(false);
  });
});

const anyWrite = fc.record({
  from: fc.nat({ max: 300_000 }),
  length: fc.integer({ min: 1, max: 200_000 }),
  pattern: fc.integer({ min: 0, max: 76 }),
});
