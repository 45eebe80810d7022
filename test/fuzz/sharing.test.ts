import { expect, test } from "vitest";
import { campaign, type Found } from "../../fuzz/index.ts";
import {
  formats,
  initial,
  linux618Btrfs,
  newModel,
  outcomes,
  type DedupeOp,
  type FileSystemUnderTest,
  type Items,
  type Op,
  type Outcome,
  type State,
} from "../../model/index.ts";
import { Deferred } from "../../model/deferred.ts";
import { replaced } from "../../model/items.ts";
import { simulate } from "../../replay/index.ts";

const model = newModel(linux618Btrfs);

/** What a wrong kernel makes of a target's items, which a right one would share. */
interface Mutant {
  readonly name: string;
  readonly items: (shared: Share) => Items;
}

interface Share {
  /** The target's items before and after, in a kernel that is right. */
  readonly before: Items;
  readonly after: Items;
  /** Which entry of how many. */
  readonly entry: number;
  readonly entries: number;
  /** Blocks of the target's range. */
  readonly from: bigint;
  readonly to: bigint;
}

const mutants: readonly Mutant[] = [
  { name: "says same and shares nothing", items: ({ before }) => before },
  {
    name: "shares one block less",
    items: ({ before, after, to }) => replaced(after, to - 1n, to, clip(before, to - 1n, to)),
  },
  {
    name: "leaves out the last of several targets",
    items: ({ before, after, entry, entries }) =>
      entries > 1 && entry === entries - 1 ? before : after,
  },
  {
    name: "shares at the wrong offset",
    items: ({ before, after, from, to }) =>
      to - from < 2n ? after : replaced(before, from, to, shiftedBy(clip(after, from, to))),
  },
  {
    name: "leaves the old mapping under a hole",
    items: ({ before, after, from, to }) =>
      replaced(after, from, to, [...clip(after, from, to), ...uncovered(before, after, from, to)]),
  },
];

test.each(mutants)("a kernel that $name is found by where its files lie alone", async (mutant) => {
  const found = await run(mutant);
  expect(found[0]?.signature).toMatch(/\.(sharing|kind|items)\.after-[a-z]+$/);
  expect(found[0]?.minimised?.events.length).toBeLessThanOrEqual(7);
});

async function run(mutant: Mutant): Promise<readonly Found[]> {
  const found: Found[] = [];
  await campaign(
    model,
    kernel(mutant),
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

/** A simulated kernel that is right in everything but how it shares. */
function kernel(mutant: Mutant): FileSystemUnderTest {
  const right = simulate(linux618Btrfs, () => 0);
  let state: State = initial;
  const begin = (): void => {
    state = initial;
    right.begin();
  };
  const perform = (op: Op): Outcome => {
    right.perform(op);
    const [branch] = outcomes(model, state, op);
    if (branch === undefined) throw new Error("a call has no outcome");
    const shared = op.kind === "dedupe" && branch.decisions.some(({ rule }) => rule === "S1");
    state = shared ? mutated(state, branch.state, op, mutant) : branch.state;
    return branch.outcome;
  };
  return { ...right, begin, fresh: begin, perform };
}

function mutated(before: State, after: State, op: DedupeOp, mutant: Mutant): State {
  const inodes = [...after.inodes];
  for (const [entry, { descriptor, offset }] of op.targets.entries()) {
    const number = typeof descriptor === "number" ? after.slots[descriptor]?.inode : undefined;
    const was = number === undefined ? undefined : before.inodes[number];
    const is = number === undefined ? undefined : after.inodes[number];
    if (number === undefined || was === undefined || is === undefined) continue;
    if (was.items === is.items) continue;
    const [wasItems, isItems] = [was.items.value, is.items.value];
    const from = offset / 4096n;
    const to = from + (op.length + 4095n) / 4096n;
    const entries = op.targets.length;
    const items = mutant.items({ before: wasItems, after: isItems, entry, entries, from, to });
    inodes[number] = { ...is, items: Deferred.known(items) };
  }
  return { ...after, inodes };
}

function clip(items: Items, from: bigint, to: bigint): Items {
  return replaced(replaced(items, 0n, from, []), to, 1n << 64n, []);
}

/** Each item on the block behind the one that it should be on. */
function shiftedBy(items: Items): Items {
  return items.map((item) => ({
    ...item,
    skip: item.skip + 1n,
    extentCount: item.extentCount + 1n,
  }));
}

/** What lay, before, where nothing lies now. */
function uncovered(before: Items, after: Items, from: bigint, to: bigint): Items {
  let left = clip(before, from, to);
  for (const { start, count } of after) left = replaced(left, start, start + count, []);
  return left;
}
