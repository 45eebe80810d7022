import { mkdtempSync, rmdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { FileLook } from "../../model/look.ts";
import type { Op } from "../../model/op.ts";
import { bytes, offset, slot } from "../../model/units.ts";
import { scratchParents } from "../../real/scratch.ts";
import { anyHistory, anyProgram } from "./generated.ts";
import { sharedRanges } from "./layout-lines.ts";
import { describeMounted } from "./machine.ts";
import {
  compressed,
  holed,
  inPlace,
  observePrograms,
  strict,
  usual,
  type ImageKind,
  type Observed,
  type Step,
} from "./observed.ts";

import { clone, fallocate, K, open, truncate, write } from "./ops.ts";

/** Programs on each image; they share one, so that 512 is the most. */
const programs = 100;

let scratch: string;

beforeAll(() => {
  scratch = mkdtempSync(join(scratchParents()[0] ?? tmpdir(), "test-witnesses-"));
});

afterAll(() => {
  rmdirSync(scratch);
});

const images: readonly (readonly [string, ImageKind])[] = [
  ["strict", strict],
  ["default", usual],
  ["compressed", compressed],
  ["nodatacow", inPlace],
  ["^no-holes", holed],
];

describeMounted("btrfs", "after generated programs", () => {
  test.each(images)("all witnesses agree on a %s image", (_, image) => {
    const looks: readonly Step[] = [{ kind: "look" }];
    const generated = fc.sample(anyProgram, { seed: 3, numRuns: programs });
    const steps = generated.map((program): readonly Step[] => [...program, ...looks]);
    const observed = observePrograms(scratch, image, [...steps, [{ kind: "check" }]]);
    expect(observed.flatMap((program) => program.complaints)).toEqual([]);
    expect(kindsSeen(observed)).toEqual(expect.arrayContaining(["data", "prealloc", "shared"]));
  });

  test.each(images)(
    "and while files, subvolumes and snapshots come and go on a %s image",
    (_, image) => {
      const generated = fc.sample(anyHistory, { seed: 5, numRuns: programs });
      const observed = observePrograms(scratch, image, generated);
      const outcomes = observed.flatMap((program) => program.outcomes);
      expect(outcomes.flatMap((outcome) => outcome.contradictions ?? [])).toEqual([]);
      expect(outcomes.filter((outcome) => outcome.layout !== undefined).length).toBeGreaterThan(
        2 * programs,
      );
    },
  );
});

describeMounted("btrfs", "SEEK_HOLE", () => {
  const data = (...program: readonly Step[]): FileLook["data"] | undefined => {
    const [observed] = observePrograms(scratch, strict, [[...program, { kind: "look" }]]);
    expect(observed?.outcomes.filter(({ errno }) => errno !== 0)).toEqual([]);
    expect(observed?.complaints).toEqual([]);
    return observed?.looks[0]?.files.find(({ name }) => name === "a")?.data;
  };
  const unwritten = [open(1, "b", "rw"), fallocate(1, "prealloc", 0, 8 * K)];
  const copied = [open(0, "a", "rw"), write(0, 0, 16 * K, 1), clone(1, 0, 8 * K, 0, 4 * K)];

  test("finds none in a full file that got its unwritten blocks by a clone (SEEK-FULL)", () => {
    expect(data(...unwritten, ...copied)).toEqual([{ start: 0n, end: 16n * 1024n }]);
  });

  test("finds them once blocks were reserved in that file", () => {
    const reserved = fallocate(0, "keep-size", 16 * K, 4 * K);
    expect(data(...unwritten, ...copied, reserved, truncate(0, 16n * 1024n))).toEqual([
      { start: 0n, end: 4n * 1024n },
      { start: 12n * 1024n, end: 16n * 1024n },
    ]);
  });

  test("is a negative number behind data that goes on to 2^63", () => {
    const end = 2n ** 63n;
    const last = offset(end - 4096n);
    const tail: Op = {
      kind: "write",
      slot: slot(0),
      offset: last,
      length: bytes(4095n),
      pattern: 1,
      except: undefined,
      direct: false,
    };
    expect(data(open(0, "a", "rw"), tail)).toEqual([{ start: end - 4096n, end: -end }]);
  });
});

function filesOf(observed: readonly Observed[]): Observed["looks"][number]["files"] {
  return observed.flatMap(({ looks }) => looks.flatMap((observation) => observation.files));
}

function kindsSeen(observed: readonly Observed[]): readonly string[] {
  const files = filesOf(observed);
  const kinds = new Set<string>(files.flatMap((file) => file.items.map((item) => item.kind)));
  if (files.some((file) => sharedRanges(file).length > 0)) kinds.add("shared");
  return [...kinds];
}
