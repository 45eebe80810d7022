import { mkdtempSync, readdirSync, rmdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { errnoOf } from "../../model/errno.ts";
import { HarnessError } from "../../model/fault.ts";
import type { Op, Target } from "../../model/op.ts";
import {
  failed,
  returned,
  untouched,
  type Outcome,
  type TargetOutcome,
} from "../../model/outcome.ts";
import { bytes, errno, offset, slot } from "../../model/units.ts";
import { scratchParents } from "../../real/scratch.ts";
import { openImageTarget } from "../../real/targets.ts";
import { describeMounted } from "./machine.ts";
import { performMounted } from "./mounted.ts";
import { clone, close, dedupe, inspect, K, onto, open, write } from "./ops.ts";

let scratch: string;

beforeAll(() => {
  scratch = mkdtempSync(join(scratchParents()[0] ?? tmpdir(), "test-image-"));
});

afterAll(() => {
  rmdirSync(scratch);
});

const M = 1024 * K;
const G = 1024 * M;

const pair: readonly Op[] = [
  open(0, "a", "rw"),
  open(1, "b", "rw"),
  write(0, 0, 64 * K, 1),
  write(1, 0, 64 * K, 1),
];

describeMounted("btrfs", "a target on a btrfs of its own", () => {
  test("a dedupe answers for every entry, and for what it leaves alone", () => {
    const targets = [
      onto(1, 0),
      onto("closed", 0),
      onto("never-opened", 0),
      onto(1, 0, 0x7fff_ffff),
    ];
    expect(last([...pair, dedupe(0, 0, 64 * K, targets)])).toEqual(
      answered([
        same(64),
        { status: -9, deduped: bytes(0n) },
        { status: -9, deduped: bytes(0n) },
        same(64),
      ]),
    );
    expect(last([...pair, dedupe(0, 0, 65 * K, [onto(1, 0)])])).toEqual({
      ...failed(errnoOf("EINVAL")),
      targets: [untouched],
    });
  });

  test("a byte that differs is told, and contents stay", () => {
    const [differs, look] = tail(2, [
      ...pair,
      write(1, 0, 64 * K, 1, 64 * K - 1),
      dedupe(0, 0, 64 * K, [onto(1, 0)]),
      inspect(1, 60 * K, 64 * K),
    ]);
    expect(differs).toEqual(answered([{ status: 1, deduped: bytes(0n) }]));
    expect(look?.seen?.runs).toEqual([
      { length: BigInt(4 * K - 1), tone: 1 },
      { length: 1n, tone: 129 },
    ]);
  });

  test("an argument of null or beyond a border fails, and what was written is seen (ABI-08)", () => {
    const cases = [
      { kind: "null" },
      { kind: "unmapped", after: 44 },
      { kind: "read-only", after: 0 },
      { kind: "read-only", after: 48 },
      { kind: "crossing", after: 44 },
    ] as const;
    const outcomes = cases.map((argument) =>
      last([...pair, dedupe(0, 0, 64 * K, [onto(1, 0)], argument)]),
    );
    const fault = failed(errnoOf("EFAULT"));
    expect(outcomes).toEqual([
      { ...fault, targets: [untouched] },
      { ...fault, targets: [untouched] },
      { ...fault, targets: [untouched] },
      { ...fault, targets: [{ status: untouched.status, deduped: BigInt(64 * K) }] },
      answered([same(64)]),
    ]);
  });

  test("128 targets are one too many, 127 are not", () => {
    expect(last([...pair, dedupe(0, 0, 4 * K, many(127))]).targets).toEqual(
      many(127).map(() => same(4)),
    );
    expect(last([...pair, dedupe(0, 0, 4 * K, many(128))]).errno).toBe(errnoOf("ENOMEM"));
  });

  test("the second file system is another one", () => {
    const other = [open(2, "other/c", "rw"), write(2, 0, 64 * K, 1)];
    expect(last([...pair, ...other, dedupe(0, 0, 4 * K, [onto(2, 0)])]).targets).toEqual([
      { status: -18, deduped: bytes(0n) },
    ]);
    expect(last([...pair, ...other, dedupe(2, 0, 4 * K, [onto(0, 0)])]).errno).toBe(95);
    expect(last([...pair, { kind: "link", path: "a", to: "other/a" }]).errno).toBe(18);
  });

  test("a clone takes its source from the argument", () => {
    const [cloned, look] = tail(2, [...pair, clone(0, 0, 0, 1, 64 * K), inspect(1, 0, 2 ** 20)]);
    expect(cloned).toEqual(returned(0));
    expect(look?.seen).toEqual({
      size: BigInt(128 * K),
      runs: [{ length: BigInt(128 * K), tone: 1 }],
    });
    expect(last([...pair, clone(7, 0, 0, 1, 0)])).toEqual(failed(errnoOf("EBADF")));
  });

  test("nocow takes effect on an empty file, after which its data and other data do not mix", () => {
    const nocow: Op = { kind: "nocow", slot: slot(2) };
    const program = [...pair, open(2, "n", "rw"), nocow, write(2, 0, 4 * K, 1)];
    expect(last([...program, dedupe(0, 0, 4 * K, [onto(2, 0)])]).targets).toEqual([
      { status: -22, deduped: bytes(0n) },
    ]);
    expect(last([{ kind: "nocow", slot: slot(9) }])).toEqual(failed(errnoOf("EBADF")));
  });

  test("a remount closes every slot and keeps the files", () => {
    const outcomes = perform([
      ...pair,
      { kind: "remount" },
      close(0),
      open(0, "b", "r"),
      inspect(0, 0, K),
    ]);
    expect(outcomes.slice(-4)).toEqual([
      returned(0),
      failed(errnoOf("EBADF")),
      returned(0),
      { ...returned(K), seen: { size: BigInt(64 * K), runs: [{ length: BigInt(K), tone: 1 }] } },
    ]);
  });

  test("space that is asked for beyond the disk's is a fault of the machine", () => {
    expect(performMounted("btrfs", scratch, [[open(0, "a", "rw"), prealloc(0, 4 * G)]])).toEqual([
      { outcomes: [], fault: expect.stringContaining("hence ENOSPC") },
    ]);
  });

  test("a program that fills the disk ends as a fault of the machine", () => {
    const step = 32 * M;
    const fill = Array.from({ length: (2 * G) / step }, (_, index) => prealloc(index * step, step));
    expect(performMounted("btrfs", scratch, [[open(0, "a", "rw"), ...fill]])).toEqual([
      { outcomes: [], fault: expect.stringContaining("hence ENOSPC") },
    ]);
  });

  test("nothing is left in the folder where images are made", () => {
    expect(readdirSync(scratch)).toEqual([]);
  });
});

describeMounted("xfs", "a target on an xfs of its own", () => {
  test("shares too, in blocks of 4K", () => {
    const program = [...pair, dedupe(0, 0, 64 * K, [onto(1, 0)])];
    const outcomes = performMounted("xfs", scratch, [program])[0]?.outcomes;
    expect(outcomes?.at(-1)).toEqual(answered([same(64)]));
  });
});

describe("a target on an image", () => {
  test("mounts nothing where others would see it", () => {
    const options = { kind: "btrfs", mkfs: [], mount: "", scratch: undefined } as const;
    expect(() => openImageTarget(options)).toThrow(HarnessError);
  });
});

function prealloc(from: number, length: number): Op {
  const range = { offset: offset(BigInt(from)), length: bytes(BigInt(length)) };
  return { kind: "fallocate", slot: slot(0), mode: "prealloc", ...range };
}

function perform(program: readonly Op[]): readonly Outcome[] {
  const result = performMounted("btrfs", scratch, [program])[0];
  expect(result?.fault).toBeUndefined();
  return result?.outcomes ?? [];
}

function tail(count: number, program: readonly Op[]): readonly Outcome[] {
  return perform(program).slice(-count);
}

function last(program: readonly Op[]): Outcome {
  return tail(1, program)[0] ?? failed(errno(0));
}

function same(kibibytes: number): TargetOutcome {
  return { status: 0, deduped: bytes(BigInt(kibibytes * K)) };
}

function many(count: number): readonly Target[] {
  return Array.from({ length: count }, () => onto(1, 0));
}

function answered(targets: readonly TargetOutcome[]): Outcome {
  return { ...returned(0), targets };
}
