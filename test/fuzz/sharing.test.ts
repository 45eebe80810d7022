import { expect, test } from "vitest";
import { campaign, type Found } from "../../fuzz/index.ts";
import { bank, formats, newModel, type Mutant } from "../../model/index.ts";
import { simulate } from "../../replay/index.ts";

/** Kernels that answer every call as they should, and share something else. */
const wrongSharing = [
  "drop-S1",
  "a-block-less",
  "last-target",
  "an-extent-off",
  "old-under-holes",
  "head-not-split",
  "tail-not-split",
];

const mutants = bank().filter(({ id }) => wrongSharing.includes(id));

test("the kernels are in the bank", () => {
  expect(mutants.map(({ id }) => id).toSorted()).toEqual(wrongSharing.toSorted());
});

test.each(mutants)("a kernel in which $says is found by where its files lie", async (mutant) => {
  const [found] = await run(mutant);
  expect(found?.signature).toMatch(/\.(sharing|kind|items)\.after-[a-z]+$/);
  expect(found?.minimised?.events.length).toBeLessThanOrEqual(7);
});

async function run({ right, kernel }: Mutant): Promise<readonly Found[]> {
  const found: Found[] = [];
  await campaign(
    newModel(right),
    simulate(kernel, () => 0),
    {
      seed: 4,
      maxRuns: 3000,
      maxMilliseconds: 1,
      maxOps: 200,
      formats: [formats.strict],
      compared: "sharing",
      scrub: false,
      maxSignatures: 1,
      now: () => 0,
    },
    {
      found: (one) => found.push(one),
      progress: () => undefined,
      pause: () => Promise.resolve(false),
    },
  );
  return found;
}
