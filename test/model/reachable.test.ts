import { expect, test } from "vitest";
import { campaign } from "../../fuzz/campaign.ts";
import type { Progress } from "../../fuzz/progress.ts";
import { reachable } from "../../fuzz/reached.ts";
import { formats, InvariantError, linux618Btrfs, newModel } from "../../model/index.ts";
import { simulate } from "../../replay/index.ts";

/** Programs within which a campaign must come to every rule and clause. */
const maxRuns = 10_000;

test(`a campaign comes to every rule and clause within ${maxRuns} programs`, async () => {
  let clock = 0;
  let complete = false;
  const end = await campaign(
    newModel(linux618Btrfs),
    simulate(linux618Btrfs, () => 0),
    {
      seed: 619,
      maxRuns,
      maxMilliseconds: Infinity,
      maxOps: 200,
      formats: [formats.default],
      compared: "all",
      scrub: false,
      maxSignatures: 1,
      now: () => (clock += 50),
    },
    {
      found: ({ signature }) => {
        throw new InvariantError(`the model diverged from itself: ${signature}`);
      },
      progress: (progress) => {
        complete = missing(progress).length === 0;
      },
      pause: async () => complete,
    },
  );
  expect(Object.keys(end.reached.rules)).toEqual(reachable(linux618Btrfs));
  expect(missing(end)).toEqual([]);
});

function missing({ reached }: Progress): readonly string[] {
  return Object.entries(reached.rules).flatMap(([id, count]) => (count === 0 ? id : []));
}
