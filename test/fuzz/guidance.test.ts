import { expect, test } from "vitest";
import { campaign } from "../../fuzz/campaign.ts";
import { PartClock } from "../../fuzz/part-clock.ts";
import type { Progress } from "../../fuzz/progress.ts";
import { formats, linux618Btrfs, newModel, type Op } from "../../model/index.ts";
import { simulate } from "../../replay/index.ts";

interface Run {
  readonly guided: boolean;
  readonly maxRuns?: number;
  /** Programs to begin with, and those that are worth it. */
  readonly from?: readonly (readonly Op[])[];
  readonly skip?: readonly number[];
  readonly kept?: (program: readonly Op[], parts: readonly string[]) => void;
  /** What others have reached. */
  readonly reached?: readonly string[];
}

function run({
  guided,
  maxRuns = 60,
  from = [],
  skip = [],
  kept,
  reached = [],
}: Run): Promise<Progress> {
  return campaign(
    newModel(linux618Btrfs),
    simulate(linux618Btrfs, () => 0),
    {
      seed: 5,
      guided,
      maxRuns,
      kept: from.map((ops, at) => ({ name: `${at}`, ops })),
      skip,
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
      kept: (events, parts) =>
        kept?.(
          events.map(({ op }) => op),
          parts,
        ),
      reached: () => reached,
      found: ({ signature }) => expect.unreachable(signature),
      progress: () => undefined,
      pause: () => Promise.resolve(false),
    },
  );
}

test("a guided campaign is repeated by its seed, finds nothing in the model, and is another one", async () => {
  const maxRuns = 250;
  const first = await run({ guided: true, maxRuns });
  const again = await run({ guided: true, maxRuns });
  const without = await run({ guided: false, maxRuns });
  expect(again).toEqual(first);
  expect(first.programs).toBe(maxRuns);
  expect(first.reached.calls).not.toEqual(without.reached.calls);
  for (const { partitions } of [first, without]) expect(partitions).toBeGreaterThan(300);
});

test("programs that were kept reach all that was reached, without any other, and are not kept again", async () => {
  const programs: (readonly Op[])[] = [];
  const kept = (program: readonly Op[]): void => void programs.push(program);
  const first = await run({ guided: true, kept });
  expect(programs.length).toBeGreaterThan(10);
  const again: (readonly Op[])[] = [];
  const { length } = programs;
  const second = await run({
    guided: true,
    maxRuns: length,
    from: programs,
    kept: (program) => void again.push(program),
  });
  expect([second.programs, second.partitions]).toEqual([length, first.partitions]);
  expect(again).toEqual([]);
});

test("a program is not kept for what others keep programs for, and all goes on as it would", async () => {
  const all: string[] = [];
  const first = await run({ guided: true, kept: (_program, parts) => void all.push(...parts) });
  expect(new Set(all).size).toBe(all.length);
  expect(all).toHaveLength(first.partitions);
  const some = all.filter((_part, index) => index % 2 === 0);
  const rest: string[] = [];
  const second = await run({
    guided: true,
    reached: some,
    kept: (_program, parts) => void rest.push(...parts),
  });
  expect(second).toEqual(first);
  expect(rest).toEqual(all.filter((part) => !some.includes(part)));
  const none = await run({ guided: true, reached: all, kept: () => expect.unreachable() });
  expect(none).toEqual(first);
});

test("a worker that was lost with its first program is replaced by one that runs no program that was kept", async () => {
  const program: readonly Op[] = [{ kind: "mkfifo", path: "only-kept" }];
  const [usual, lost] = await Promise.all(
    [[], [0]].map((skip) => run({ guided: true, maxRuns: 1, from: [program], skip })),
  );
  expect(usual?.reached.calls).toEqual({ mkfifo: 1 });
  expect(lost?.reached.calls["open"]).toBeGreaterThan(0);
});
