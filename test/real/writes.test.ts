import { mkdtempSync, rmdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { formats } from "../../model/index.ts";
import { bytes, offset, slot } from "../../model/units.ts";
import type { FallocateMode, Op } from "../../model/op.ts";
import { printOutcome } from "../../replay/outcome-text.ts";
import { scratchParents } from "../../real/scratch.ts";
import { surprises } from "./agreement.ts";
import { describeMounted } from "./machine.ts";
import { observePrograms, strict } from "./observed.ts";
import {
  clone,
  dedupe,
  direct,
  inspect,
  K,
  onto,
  open,
  scatter,
  store,
  truncate,
  write,
} from "./ops.ts";

let scratch: string;

beforeAll(() => {
  scratch = mkdtempSync(join(scratchParents()[0] ?? tmpdir(), "test-writes-"));
});

afterAll(() => {
  rmdirSync(scratch);
});

const observe: Op = { kind: "observe" };
const a = open(0, "a", "rw");

describeMounted("btrfs", "a store through a mapping", () => {
  test("ends with the page of the end of file, and moves no end", () => {
    const ends = [write(0, 0, 4 * K + 100, 1), store(0, 4000, 8 * K, 2), store(0, 8191, 5, 2)];
    expect(answers([a, ...ends, inspect(0, 0, 64 * K)])).toEqual([
      "0",
      "4196",
      "4192",
      "1",
      "size 4196: 4000 pattern 1, 196 pattern 2",
    ]);
  });

  test("fails as mmap does, and with EFAULT behind the page of the end of file", () => {
    const program: readonly Op[] = [
      a,
      write(0, 0, 100, 1),
      open(1, "a", "r"),
      open(2, "a", "w"),
      open(3, "a", "rw", "path"),
      open(4, "a", "rw", "append"),
      { kind: "mkfifo", path: "pipe" },
      open(5, "pipe", "rw"),
      ...[1, 2, 3, 4, 5, 31].map((at) => store(at, 0, 10, 2)),
      store(0, 0, 0, 2),
      store(0, 10, 0, 2),
      store(0, 4 * K, 1, 2),
      store(0, 2n ** 63n - 8192n, 1, 2),
      store(0, 2n ** 63n - 4097n, 1, 2),
      store(0, 2n ** 63n - 4096n, 1, 2),
      store(0, 2n ** 64n - 1n, 10, 2),
      store(1, 2n ** 64n - 1n, 10, 2),
      store(5, 2n ** 63n, 10, 2),
      store(5, 2n ** 64n - 8192n, 4096, 2),
      store(5, 2n ** 64n - 8192n, 4097, 2),
    ];
    const found = answers(program).slice(8);
    const words =
      "EACCES EACCES EBADF 10 ENODEV EBADF EINVAL EINVAL EFAULT EFAULT EFAULT EOVERFLOW EOVERFLOW EOVERFLOW ENODEV ENODEV EOVERFLOW";
    expect(found.map((answer) => answer.replace("errno ", ""))).toEqual(words.split(" "));
    expect(surprises(scratch, "strict", [program])).toEqual([]);
  });

  test("is compared before it is written out, and shared as it is (CMP-04)", () => {
    const program = [
      a,
      open(1, "b", "rw"),
      write(0, 0, 8 * K, 1),
      write(1, 0, 8 * K, 1),
      { kind: "syncfs" } as const,
      store(0, 4 * K, 4 * K, 2),
      dedupe(0, 0, 8 * K, [onto(1, 0)]),
      store(1, 4 * K, 4 * K, 2),
      dedupe(0, 0, 8 * K, [onto(1, 0)]),
      inspect(1, 0, 8 * K),
    ];
    expect(answers(program).slice(-4)).toEqual([
      "differs",
      "4K",
      "same 8K",
      "size 8K: 4K pattern 1, 4K pattern 2",
    ]);
    expect(surprises(scratch, "strict", [[...program, observe]])).toEqual([]);
  });

  test("behind the end of file is never seen, whatever makes the file longer (EOF-09)", () => {
    const pair = [a, open(1, "b", "rw"), write(0, 0, 100, 1), write(1, 0, 100, 1)];
    const share = [store(0, 50, 4 * K, 1), dedupe(0, 0, 100, [onto(1, 0)]), store(1, 50, 4 * K, 1)];
    const growths: readonly Op[] = [
      truncate(1, 4096n),
      truncate(1, 10_000n),
      write(1, 200, 10, 3),
      write(1, 8 * K, 10, 3),
      clone(0, 0, 0, 1, 4 * K),
      ...(["prealloc", "zero"] as const).map((mode) => allocate(1, mode, 200, 8 * K)),
    ];
    const programs = growths.map((growth) => [
      ...pair,
      ...share,
      growth,
      inspect(1, 0, 64 * K),
      observe,
    ]);
    expect(surprises(scratch, "strict", programs)).toEqual([]);
  });
});

describeMounted("btrfs", "a write with O_DIRECT", () => {
  test("is not refused where it is not aligned, and fails like any other write", () => {
    const program: readonly Op[] = [
      a,
      open(1, "a", "r"),
      open(2, "a", "rw", "path"),
      open(3, "a", "rw", "append"),
      { kind: "mkfifo", path: "pipe" },
      open(4, "pipe", "rw"),
      { kind: "mkdir", path: "folder" },
      open(5, "folder", "r"),
      direct(0, 0, 64 * K, 1),
      direct(0, 100, 4 * K, 2),
      direct(0, 4 * K, 100, 2),
      direct(0, 0, 0, 2),
      direct(3, 0, 4 * K, 3),
      ...[1, 2, 4, 5, 31].map((at) => direct(at, 0, 4 * K, 2)),
      direct(0, 2n ** 63n, 4 * K, 2),
      direct(0, 2n ** 63n - 4096n, 4 * K, 2),
      inspect(0, 60 * K, 64 * K),
    ];
    const found = answers(program).slice(8);
    const words = "64K 4K 100 0 4K EBADF EBADF ESPIPE EBADF EBADF EINVAL EINVAL";
    expect(found.slice(0, -1).map((answer) => answer.replace("errno ", ""))).toEqual(
      words.split(" "),
    );
    expect(found.at(-1)).toBe("size 68K: 4K pattern 1, 4K pattern 3");
    expect(surprises(scratch, "strict", [program])).toEqual([]);
  });
});

describeMounted("btrfs", "a scatter", () => {
  test("makes thousands of extents, of which parts are shared", () => {
    const pair = [a, open(1, "b", "rw"), scatter(0, 4 * K, 4096, 1), scatter(1, 4 * K, 4096, 1)];
    const parts = [0, 1000, 8190].map((at) => dedupe(0, at * 4 * K, 64 * K, [onto(1, at * 4 * K)]));
    const whole = dedupe(0, 0, 32 * 1024 * K, [onto(1, 0)]);
    const program = [...pair, observe, ...parts, observe, whole, observe];
    const found = answers(program);
    expect(found[4]).toMatch(/^a: (1 hole, 1 e[0-9]+, ){4095}1 hole, 1 e4096 ; b: /);
    expect(found.slice(5, 8)).toEqual(["same 64K", "same 64K", "errno EINVAL"]);
    expect(surprises(scratch, "strict", [program])).toEqual([]);
  });

  test("ends with the first block that cannot be written", () => {
    const program = [
      a,
      open(1, "a", "rw", "append"),
      scatter(0, 2n ** 63n - 20_480n, 10, 1),
      scatter(0, 2n ** 63n - 4096n, 10, 1),
      truncate(0, 2n ** 63n - 8192n),
      scatter(1, 0, 3, 1),
      scatter(1, 0, 3, 1),
      scatter(31, 0, 3, 1),
    ];
    const words = ["result 8K errno EINVAL", "errno EINVAL", "0", "result 8191 errno EFBIG"];
    const found = [...words, "errno EFBIG", "errno EBADF"];
    expect(answers(program).slice(2)).toEqual(found);
    expect(surprises(scratch, "strict", [program])).toEqual([]);
  });
});

describeMounted("btrfs", "writes of every kind", () => {
  test.each(Object.values(formats))(
    "leaves in files of format $name what the model says",
    (format) => {
      expect(surprises(scratch, format.name, anyPrograms("", format.fs === "btrfs"))).toEqual([]);
    },
  );

  test("leaves in files of tmpfs what the model says", () => {
    expect(surprises(scratch, "default", anyPrograms("other/", false))).toEqual([]);
  });
});

/** What each call of a program answered, as in a trace. */
function answers(program: readonly Op[]): readonly string[] {
  const [observed] = observePrograms(scratch, strict, [program]);
  return program.map((op, index) => {
    const outcome = observed?.outcomes[index];
    return outcome === undefined ? "" : printOutcome(op, outcome);
  });
}

const place = fc
  .tuple(fc.nat(9), fc.constantFrom(0, 0, 0, 1, 100, 2048, 4095))
  .map(([block, within]) => block * 4 * K + within);
const length = fc.constantFrom(1, 100, 4095, 4 * K, 8 * K, 8 * K + 1, 20 * K + 100);
const either = fc.nat(1);
const mode = fc.constantFrom<FallocateMode[]>("prealloc", "keep-size", "punch", "zero");
const anyOp: fc.Arbitrary<Op> = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(either, place, length, fc.nat(2)).map((of) => store(...of)) },
  { weight: 2, arbitrary: fc.tuple(either, place, length, fc.nat(2)).map((of) => write(...of)) },
  { weight: 2, arbitrary: fc.tuple(either, place, length, fc.nat(2)).map((of) => direct(...of)) },
  fc
    .tuple(either, place, fc.nat(4), fc.nat(2))
    .map(([at, from, more, pattern]) => scatter(at, from, more + 1, pattern)),
  fc.tuple(either, place).map(([at, size]) => truncate(at, BigInt(size))),
  fc.tuple(either, mode, place, length).map((of) => allocate(...of)),
  fc.tuple(either, fc.nat(9)).map(([at, from]) => clone(at, from * 4 * K, 0, 1 - at, 4 * K)),
  fc.tuple(either, length).map(([at, size]) => dedupe(at, 0, size, [onto(1 - at, 0)])),
  fc.constant<Op>({ kind: "syncfs" }),
);

function anyPrograms(folder: string, observes: boolean): readonly (readonly Op[])[] {
  return fc
    .sample(anyProgram(folder), { seed: 618, numRuns: 300 })
    .map((program) => (observes ? [...program, observe] : program));
}

/** Two files, the second NOCOW or not, and a look at what was changed after each call. */
function anyProgram(folder: string): fc.Arbitrary<readonly Op[]> {
  const begin = [open(0, `${folder}a`, "rw"), open(1, `${folder}b`, "rw")];
  return fc
    .tuple(fc.boolean(), fc.array(anyOp, { minLength: 1, maxLength: 20 }))
    .map(([nocow, ops]) => [
      ...begin,
      ...(nocow ? [{ kind: "nocow", slot: slot(1) } as const] : []),
      ...ops.flatMap((op) => [op, inspect(0, 0, 64 * K), inspect(1, 0, 64 * K)]),
    ]);
}

function allocate(at: number, kind: FallocateMode, from: number, size: number): Op {
  const range = { offset: offset(BigInt(from)), length: bytes(BigInt(size)) };
  return { kind: "fallocate", slot: slot(at), mode: kind, ...range };
}
