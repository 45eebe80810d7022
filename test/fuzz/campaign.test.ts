import { expect, test } from "vitest";
import { campaign, reachable, type Found, type Progress } from "../../fuzz/index.ts";
import type { CampaignOptions } from "../../fuzz/campaign.ts";
import { opOf } from "../../fuzz/scenes.ts";
import { PartClock } from "../../fuzz/part-clock.ts";
import {
  canary,
  corruption,
  formatsOf,
  linux618Btrfs,
  linux618Xfs,
  newModel,
  profileFor,
  type Profile,
} from "../../model/index.ts";
import { simulate } from "../../replay/index.ts";

interface Run {
  readonly found: readonly Found[];
  readonly end: Progress;
}

/** Programs on a kernel simulated by one profile and held to another; time stands still. */
async function run(
  kernel: Profile,
  seed: number,
  maxRuns: number,
  more: Partial<CampaignOptions> = {},
): Promise<Run> {
  const found: Found[] = [];
  const end = await campaign(
    newModel(profileFor(kernel.fs)),
    simulate(kernel, () => 0),
    {
      seed,
      maxRuns,
      maxMilliseconds: 1,
      maxOps: 200,
      formats: formatsOf(kernel.fs),
      compared: "all",
      scrub: false,
      maxSignatures: 20,
      now: () => 0,
      clock: new PartClock(() => 0),
      ...more,
    },
    {
      found: (one) => found.push(one),
      progress: () => undefined,
      pause: () => Promise.resolve(false),
    },
  );
  return { found, end };
}

test("a seed repeats a campaign exactly", async () => {
  expect(await run(linux618Btrfs, 7, 40)).toEqual(await run(linux618Btrfs, 7, 40));
});

test("another seed is another campaign", async () => {
  expect(await run(linux618Btrfs, 7, 40)).not.toEqual(await run(linux618Btrfs, 8, 40));
});

test.each([linux618Btrfs, linux618Xfs])(
  "a kernel that follows $name gives no finding, and every rule is reached",
  async (profile) => {
    const { found, end } = await run(profile, 1, 6000);
    expect(found).toEqual([]);
    const missed = Object.entries(end.reached.rules).filter(([, times]) => times === 0);
    expect(missed).toEqual([]);
    expect(Object.keys(end.reached.rules)).toEqual(reachable(profile));
  },
);

test("of all targets a fifth is compared, and a twentieth each is shared and differs", async () => {
  const { dedupe } = (await run(linux618Btrfs, 2, 1000)).end.reached;
  expect(dedupe.compared / dedupe.targets).toBeGreaterThan(1 / 5);
  expect(dedupe.shared / dedupe.targets).toBeGreaterThan(0.05);
  expect(dedupe.differing / dedupe.targets).toBeGreaterThan(0.05);
});

test.each([1, 2, 3])("the canary is found and made small, by seed %i", async (seed) => {
  const { found } = await run(canary, seed, 100);
  expect(found.map(({ signature }) => signature)).toContain("linux-6.18-btrfs.S1.bytes.dedupe");
  for (const { minimised, flaky } of found) {
    expect(flaky).toBe(false);
    expect(minimised?.events.length).toBeLessThanOrEqual(4);
  }
});

const sharing = [
  "open s0 rw a",
  "write s0 at 0 length 8K pattern 1",
  "dedupe s0 at 0 length 4K onto s0 at 4K",
].map(opOf);

test("a finding says which program it is of: a number makes it again, and others are named", async () => {
  const [first] = (await run(canary, 1, 100)).found;
  const index = Number(/^number ([0-9]+)$/.exec(first?.program ?? "")?.[1]);
  const again = await run(canary, 1, 1, { from: index });
  const [made, remade] = [first, ...again.found].map((found) =>
    found?.original.map(({ op }) => op),
  );
  expect(remade).toEqual(made);
  const opened = await run(canary, 1, 100, { openers: [sharing] });
  expect(opened.found[0]).toMatchObject({ program: "opener 1, before number 0" });
  const kept = await run(canary, 1, 100, { kept: [{ name: "x.trace", ops: sharing }] });
  expect(kept.found[0]).toMatchObject({ program: "kept x.trace, before number 0" });
});

test("no program has more calls than it may, whoever made it", async () => {
  const told = { openers: [sharing], kept: [{ name: "x.trace", ops: sharing }] };
  for (const seed of [1, 2, 3]) {
    const { end } = await run(linux618Btrfs, seed, 60, { ...told, maxOps: 2 });
    expect(end.reached.ops).toBeLessThanOrEqual(60 * 2);
  }
});

test("the corruption of 2018 is found by its contents, and made small", async () => {
  const { found } = await run(corruption.kernel, 3, 400);
  const corrupted = found.find(({ signature }) => signature.endsWith("contents.after-dedupe"));
  expect(corrupted?.minimised?.events.length).toBeLessThanOrEqual(6);
  expect(corrupted?.minimised?.trials).toBeLessThanOrEqual(3000);
});
