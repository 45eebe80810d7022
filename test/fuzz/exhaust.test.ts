import { performance } from "node:perf_hooks";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  canary,
  corruption,
  formats,
  initialOn,
  linux618Btrfs,
  newModel,
  outcomes,
  type Op,
  type Profile,
  type State,
  type Target,
} from "../../model/index.ts";
import { difference, simulate } from "../../replay/index.ts";
import type { Found } from "../../fuzz/discoveries.ts";
import { exhaust, type Exhausted, type ExhaustOptions } from "../../fuzz/exhaust.ts";
import { batches } from "../../fuzz/scope-batch.ts";
import { newScope, scopeBounds } from "../../fuzz/index.ts";

const format = formats.strict;
const model = newModel(linux618Btrfs);
const scope = newScope(scopeBounds.small, format.block);
const smallest = newScope({ cells: 1, cellsOfPairs: 1 }, format.block);

const all = [...batches(model, scope, format, 0)];

describe("batches of a scope", () => {
  test("make every case once", () => {
    const numbers = all.flatMap(({ cases }) => cases);
    expect(numbers.toSorted((a, b) => a - b)).toEqual(upTo(scope.count));
  });

  test("go on, behind any number of cases, as if they had not stopped", () => {
    const order = all.flatMap(({ cases }) => cases);
    fc.assert(
      fc.property(fc.nat(scope.count), (done) => {
        const left = [...batches(model, scope, format, done)].flatMap(({ cases }) => cases);
        expect(left).toEqual(order.slice(done));
      }),
      { numRuns: 6 },
    );
  });

  test("meet, with every call, the state that is its own", () => {
    const calls = all.map(({ ops }) => {
      let state = initialOn(format);
      const changed = new Set<unknown>();
      return ops.filter((op) => {
        const after = behind(state, op);
        const files = op.kind === "dedupe" ? [op.slot, ...op.targets.map(descriptorOf)] : [];
        const isMet = files.some((file) => changed.has(file));
        if (after !== state) files.forEach((file) => changed.add(file));
        state = after;
        return op.kind === "dedupe" && !isMet;
      }).length;
    });
    expect(calls.reduce((sum, count) => sum + count, 0)).toBe(scope.count);
  });

  test("are few, for each has one look at the disk", () => {
    expect(all.length).toBeLessThan(scope.count / 100);
    expect(Math.max(...all.map(({ slots }) => slots))).toBeLessThanOrEqual(30);
  });
});

function upTo(count: number): readonly number[] {
  return [...Array.from({ length: count }).keys()];
}

function descriptorOf({ descriptor }: Target): unknown {
  return descriptor;
}

function behind(state: State, op: Op): State {
  return outcomes(model, state, op)[0]?.state ?? state;
}

const options: ExhaustOptions = {
  format,
  done: 0,
  known: [],
  expected: [],
  maxMilliseconds: Infinity,
  maxSignatures: 20,
  now: () => performance.now(),
};

interface Gone {
  readonly end: Exhausted;
  readonly found: readonly Found[];
}

/** Goes through the smallest scope on a simulated target. */
async function gone(profile: Profile, changed: Partial<ExhaustOptions> = {}): Promise<Gone> {
  const found: Found[] = [];
  const end = await exhaust(
    model,
    simulate(profile, () => 0),
    smallest,
    { ...options, ...changed },
    { found: (each) => found.push(each), progress: () => undefined, pause: async () => false },
  );
  return { end, found };
}

describe("a scope gone through", () => {
  test("finds nothing where a kernel does what its profile says", async () => {
    const { end, found } = await gone(linux618Btrfs);
    expect(found).toEqual([]);
    expect(end).toMatchObject({ done: smallest.count, cases: smallest.count, diverged: 0 });
    expect(end.reached.dedupe.calls).toBe(smallest.count);
    expect(end.reached.looks).toMatchObject({ strict: { all: expect.any(Number) } });
  });

  test("tells of what it finds as it is, once it is asked to end", async () => {
    const { found } = await gone(canary, { maxSignatures: 1, stopped: () => true });
    expect(found).not.toEqual([]);
    for (const { minimised } of found) {
      expect(minimised).toMatchObject({ trials: 0, finished: false });
    }
  });

  test.each([canary, corruption.kernel])(
    "counts every case that diverges, and makes one of each signature small: $name",
    async (profile) => {
      const wrong = newModel(profile);
      const differing = upTo(smallest.count).filter((number) =>
        differs(wrong, smallest.program(number) ?? []),
      );
      const { end, found } = await gone(profile);
      expect(end.done).toBe(smallest.count);
      expect(end.diverged).toBeGreaterThanOrEqual(differing.length);
      const signatures = found.map(({ signature }) => signature);
      expect(new Set(signatures).size).toBe(signatures.length);
      expect(signatures.length > 0).toBe(differing.length > 0);
      for (const { minimised, flaky } of found) {
        expect(flaky).toBe(false);
        expect(minimised?.events.length).toBeLessThanOrEqual(4);
      }
    },
  );
});

/** Whether the last call of a program answers otherwise than the model says. */
function differs(wrong: typeof model, program: readonly Op[]): boolean {
  const state = program.slice(0, -1).reduce(behind, initialOn(format));
  const last = program.at(-1);
  if (last === undefined) throw new Error("a case has no call");
  const [right] = outcomes(model, state, last);
  const [got] = outcomes(wrong, state, last);
  if (right === undefined || got === undefined) throw new Error("a call has no outcome");
  return difference(right.outcome, got.outcome) !== undefined;
}

test("what is expected is counted apart, case by case", async () => {
  const { end: before, found } = await gone(canary);
  const expected = found.map(({ signature }, at) => ({ name: `known-${at}`, signature }));
  const { end, found: more } = await gone(canary, { expected });
  expect(more).toEqual([]);
  expect(end).toMatchObject({ done: smallest.count, diverged: 0, signatures: 0 });
  const times = Object.values(end.expected).reduce((sum, count) => sum + count, 0);
  expect(times).toBe(before.diverged);
  expect(times).toBeGreaterThan(100);
});

test("the scopes that a person can choose go from small to whole", () => {
  const { small, middle, whole } = scopeBounds;
  const counts = [small, middle, whole].map((bound) => newScope(bound, 4096n).count);
  expect(counts).toEqual([27_264, 149_235, 1_933_585]);
});
