import { mkdtempSync, rmdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { scratchParents } from "../../real/scratch.ts";
import { anyProgram } from "./generated.ts";
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

  test("blocks that are no hole are the blocks of the file, and data is where it is written", () => {
    const generated = fc.sample(anyProgram, { seed: 4, numRuns: programs });
    const steps = generated.map((program): readonly Step[] => [...program, { kind: "look" }]);
    for (const { items, stBlocks, data, size } of filesOf(
      observePrograms(scratch, strict, steps),
    )) {
      const counted = items.reduce((sum, item) => sum + item.count, 0n);
      expect(stBlocks).toBe(counted * 8n);
      const written = items.filter((item) => item.kind === "data" && item.start * 4096n < size);
      const inData = data.reduce(
        (sum, range) => sum + (range.end - range.start + 4095n) / 4096n,
        0n,
      );
      expect(inData).toBe(written.reduce((sum, item) => sum + item.count, 0n));
    }
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
