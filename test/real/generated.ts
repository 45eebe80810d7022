/** Generated programs on two small files, for tests that need many layouts and no model. */

import fc from "fast-check";
import type { FallocateMode, Op } from "../../model/op.ts";
import { bytes, offset, slot } from "../../model/units.ts";
import { clone, close, dedupe, K, onto, open, truncate, write } from "./ops.ts";

const blocks = 16;

const anyBlock = fc.integer({ min: 0, max: blocks - 1 }).map((block) => block * 4 * K);
const anyPlace = fc
  .tuple(anyBlock, fc.constantFrom(0, 0, 0, 1, 100, 2048, 4095))
  .map(([block, within]) => block + within);
const anyLength = fc.constantFrom(1, 100, 4095, 4 * K, 8 * K, 8 * K + 1, 20 * K, 20 * K + 100);
const anyBlocks = fc.integer({ min: 1, max: 8 }).map((count) => count * 4 * K);
const anySlot = fc.integer({ min: 0, max: 1 });

const anyOp: fc.Arbitrary<Op> = fc.oneof(
  fc.tuple(anySlot, anyPlace, anyLength, fc.integer({ min: 0, max: 2 })).map((of) => write(...of)),
  fc.tuple(anySlot, anyPlace).map(([at, length]) => truncate(at, BigInt(length))),
  fc
    .record({
      slot: anySlot.map(slot),
      mode: fc.constantFrom<FallocateMode>(
        "prealloc",
        "keep-size",
        "punch",
        "zero",
        "zero-keep-size",
      ),
      offset: anyPlace.map((at) => offset(BigInt(at))),
      length: anyLength.map((length) => bytes(BigInt(length))),
    })
    .map((op) => ({ kind: "fallocate" as const, ...op })),
  fc
    .tuple(anySlot, anyBlock, fc.oneof(anyBlocks, fc.constant(0)), anySlot, anyBlock)
    .map((of) => clone(...of)),
  fc
    .tuple(anySlot, anyBlock, fc.oneof(anyBlocks, anyLength), anySlot, anyBlock)
    .map(([at, from, length, target, to]) => dedupe(at, from, length, [onto(target, to)])),
  fc.constant<Op>({ kind: "syncfs" }),
);

/** Programs on slots 0 and 1; calls may fail. */
export const anyProgram: fc.Arbitrary<readonly Op[]> = fc
  .array(anyOp, { minLength: 1, maxLength: 20 })
  .map((ops) => [open(0, "a", "rw"), open(1, "b", "rw"), ...ops]);

const subvolumes = ["v", "w"];
const anySubvolume = fc.constantFrom(...subvolumes);
const anyPath = fc.constantFrom("a", "b", "c", ...subvolumes.map((name) => `${name}/a`));
const observe: Op = { kind: "observe" };
const syncfs: Op = { kind: "syncfs" };

/** Calls by which files come and go, and looks at the disk with a commit and without. */
const anyStep: fc.Arbitrary<readonly Op[]> = fc.oneof(
  { weight: 12, arbitrary: anyOp.map((op) => [op]) },
  { weight: 3, arbitrary: fc.tuple(anySlot, anyPath).map(([at, path]) => [open(at, path, "rw")]) },
  { weight: 2, arbitrary: anyPath.map((path): Op[] => [{ kind: "unlink", path }]) },
  { weight: 1, arbitrary: anySlot.map((at) => [close(at)]) },
  { weight: 1, arbitrary: anySubvolume.map((path): Op[] => [{ kind: "subvolume", path }]) },
  { weight: 1, arbitrary: anySubvolume.map((path): Op[] => [{ kind: "delete", path }]) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(anySubvolume, anySubvolume, fc.boolean())
      .map(([path, to, readOnly]): Op[] => [{ kind: "snapshot", path, to, readOnly }]),
  },
  { weight: 1, arbitrary: fc.constant([observe]) },
  { weight: 1, arbitrary: fc.constant([syncfs, observe]) },
);

/** Programs in which files, subvolumes and snapshots come and go; calls may fail. */
export const anyHistory: fc.Arbitrary<readonly Op[]> = fc
  .array(anyStep, { minLength: 10, maxLength: 40 })
  .map((steps) => [
    open(0, "a", "rw"),
    { kind: "subvolume", path: "v" },
    open(1, "v/a", "rw"),
    write(0, 0, 40 * K, 1),
    clone(0, 0, 0, 1, 4 * K),
    ...steps.flat(),
    syncfs,
    observe,
  ]);
