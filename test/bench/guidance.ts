/**
 * Whether guidance pays: the different parts of the inputs of a dedupe that
 * campaigns with as many calls reach with it and without it, by seed, on the
 * simulated target, so that a run is the same wherever it is made.
 *
 * `node dist/test/bench/guidance.js [CALLS] [SEEDS]`, after `tsc`
 */

import { campaign } from "../../fuzz/index.ts";
import { formats, linux618Btrfs, newModel, type FileSystemUnderTest } from "../../model/index.ts";
import { simulate } from "../../replay/index.ts";
import { median } from "./median.ts";

const [calls = 100_000, seeds = 3] = process.argv.slice(2).map(Number);

const gains: number[] = [];
process.stdout.write(`parts reached in ${calls} calls\nseed     without    guided\n`);
for (let seed = 1; seed <= seeds; seed++) {
  const without = await partsReached(seed, false);
  const guided = await partsReached(seed, true);
  gains.push(guided / without);
  const cells = [String(seed).padEnd(9), String(without).padEnd(11), String(guided)];
  process.stdout.write(`${cells.join("")}\n`);
}
process.stdout.write(`guided : without, median  ${median(gains).toFixed(2)}\n`);

/** The clock of a campaign here is the number of its calls. */
async function partsReached(seed: number, guided: boolean): Promise<number> {
  let made = 0;
  const simulated = simulate(linux618Btrfs, () => 0);
  const target: FileSystemUnderTest = {
    ...simulated,
    perform: (op) => {
      made++;
      return simulated.perform(op);
    },
  };
  const { partitions } = await campaign(
    newModel(linux618Btrfs),
    target,
    {
      seed,
      guided,
      maxRuns: Infinity,
      maxMilliseconds: calls,
      maxOps: 200,
      maxSignatures: 1,
      formats: [formats.default],
      compared: "all",
      scrub: false,
      now: () => made,
    },
    {
      found: () => {
        throw new Error("the model disagrees with itself");
      },
      progress: () => undefined,
      pause: () => Promise.resolve(false),
    },
  );
  return partitions;
}
