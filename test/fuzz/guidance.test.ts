import { expect, test } from "vitest";
import { campaign } from "../../fuzz/campaign.ts";
import { PartClock } from "../../fuzz/part-clock.ts";
import type { Progress } from "../../fuzz/progress.ts";
import { formats, linux618Btrfs, newModel } from "../../model/index.ts";
import { simulate } from "../../replay/index.ts";

function run(guided: boolean): Promise<Progress> {
  return campaign(
    newModel(linux618Btrfs),
    simulate(linux618Btrfs, () => 0),
    {
      seed: 5,
      guided,
      maxRuns: 60,
      maxMilliseconds: Infinity,
      maxOps: 60,
      maxSignatures: 1,
      formats: [formats.default],
      compared: "all",
      scrub: false,
      now: () => 0,
      clock: new PartClock(() => 0),
    },
    {
      found: ({ signature }) => expect.unreachable(signature),
      progress: () => undefined,
      pause: () => Promise.resolve(false),
    },
  );
}

test("a guided campaign is repeated by its seed, finds nothing in the model, and is another one", async () => {
  const [first, again, without] = [await run(true), await run(true), await run(false)];
  expect(again).toEqual(first);
  expect(first.programs).toBe(60);
  expect(first.reached.calls).not.toEqual(without.reached.calls);
  for (const { partitions } of [first, without]) expect(partitions).toBeGreaterThan(300);
});
