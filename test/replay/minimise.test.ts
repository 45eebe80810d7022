import { expect, test } from "vitest";
import { canary, history, newModel, profileFor, type Op, type Profile } from "../../model/index.ts";
import { minimise } from "../../replay/minimise.ts";
import { simulate } from "../../replay/simulate.ts";
import { parseCall } from "../../replay/parse-call.ts";
import { printCall } from "../../replay/op-text.ts";
import type { FileSystemUnderTest } from "../../model/index.ts";

const bounds = { maxTrials: 3000, maxMilliseconds: 1, now: () => 0, compared: "all" } as const;

function program(...calls: readonly string[]): readonly Op[] {
  return calls.map((call) => {
    const parsed = parseCall(call);
    if (parsed.kind === "invalid") throw new Error(parsed.message);
    return parsed.value;
  });
}

function kernelOf(id: string): Profile {
  const found = history.find((mutant) => mutant.id === id);
  if (found === undefined) throw new Error(`there is no ${id}`);
  return found.kernel;
}

function target(kernel: Profile): FileSystemUnderTest {
  return simulate(kernel, () => 0);
}

/** Programs that diverge on a kernel, with much that has nothing to do with it, and the smallest ones. */
const cases = [
  {
    name: "bytes that are over-reported",
    kernel: canary,
    calls: program(
      "open s3 rw append d",
      "write s3 at 0 length 5000 pattern 3",
      "mkdir dir",
      "open s2 rw c",
      "write s2 at 4K length 12K pattern 2 except 5",
      "write s3 at 0 length 20K pattern 2",
      "fsync s2",
      "dedupe s2 at 8K length 4K onto s3 at 8K, s9 at 0",
      "dedupe s3 at 8K length 4K onto s3 at 16K, closed at 4K",
    ),
    small: [
      "open s0 rw a",
      "write s0 at 0 length 8K pattern 1",
      "dedupe s0 at 0 length 4K onto s0 at 4K",
    ],
    signature: "linux-6.18-btrfs.S1.bytes.dedupe",
  },
  {
    name: "a tail that is shared into the middle",
    kernel: kernelOf("MUT-01"),
    calls: program(
      "open s0 rw c",
      "write s0 at 0 length 20580 pattern 1",
      "open s1 rw b",
      "write s1 at 0 length 64K pattern 1",
      "truncate s1 length 60K",
      "dedupe s0 at 8K length 12388 onto s1 at 16K",
      "inspect s1 at 0 length 60K",
    ),
    small: [
      "open s0 rw a",
      "write s0 at 0 length 4097 pattern 1",
      "dedupe s0 at 4K length 1 onto s0 at 0",
      "inspect s0 at 0 length 0",
    ],
    signature: "linux-6.18-btrfs.G7.contents.after-dedupe",
  },
] as const;

test.each(cases)("$name: little is left, and nothing of that in the next turn", (item) => {
  const model = newModel(profileFor(item.kernel.fs));
  const first = minimise(model, target(item.kernel), item.calls, bounds);
  const ops = first?.events.map(({ op }) => op) ?? [];
  expect(first).toMatchObject({ signature: item.signature, confirmed: true, finished: true });
  expect(ops.slice(0, -1).map(printCall)).toEqual(item.small.slice(0, ops.length - 1));
  expect(first?.trials).toBeLessThanOrEqual(150);
  const again = minimise(model, target(item.kernel), ops, bounds);
  expect(again?.events).toEqual(first?.events);
});

test.each([0, 1, 5])(
  "no more than %i candidates are run, and the best so far is kept",
  (maxTrials) => {
    const [{ calls, kernel }] = cases;
    const small = minimise(newModel(profileFor(kernel.fs)), target(kernel), calls, {
      ...bounds,
      maxTrials,
    });
    expect(small?.trials).toBeLessThanOrEqual(maxTrials);
    expect(small).toMatchObject({ finished: false, confirmed: true });
    expect(small?.events.length).toBeLessThanOrEqual(calls.length);
  },
);

test("a program that does not diverge has no smaller one", () => {
  const [{ calls }] = cases;
  const right = profileFor("btrfs");
  expect(minimise(newModel(right), target(right), calls, bounds)).toBe(undefined);
});

test("one that is asked to end gives the best so far, and no candidate is run any more", () => {
  const [{ calls, kernel }] = cases;
  const fs = target(kernel);
  let runs = 0;
  const counted: FileSystemUnderTest = {
    ...fs,
    begin: () => {
      runs++;
      fs.begin();
    },
  };
  const stopped = (): boolean => runs >= 6;
  const small = minimise(newModel(profileFor(kernel.fs)), counted, calls, { ...bounds, stopped });
  expect(small).toMatchObject({ finished: false, confirmed: true });
  expect(small?.events.length).toBeLessThan(calls.length);
  expect(runs).toBe(7);
});

/** A kernel that has its bug in some of its runs alone, by their numbers from 0. */
function nowAndThen(kernel: Profile, has: (run: number) => boolean): FileSystemUnderTest {
  const wrong = target(kernel);
  const right = target(profileFor(kernel.fs));
  let run = -1;
  const both = (act: (fs: FileSystemUnderTest) => void): void => {
    for (const fs of [right, wrong]) act(fs);
  };
  return {
    ...wrong,
    use: (format) => {
      both((fs) => fs.use(format));
    },
    fresh: () => {
      both((fs) => fs.fresh());
    },
    begin: () => {
      run++;
      both((fs) => fs.begin());
    },
    perform: (op) => (has(run) ? wrong : right).perform(op),
    holds: (...where) => (has(run) ? wrong : right).holds(...where),
  };
}

test("what does not come at the first try is asked again, and said to be flaky with how often it came", () => {
  const [{ calls, kernel, signature }] = cases;
  const model = newModel(profileFor(kernel.fs));
  const every = minimise(
    model,
    nowAndThen(kernel, (run) => run % 3 === 2),
    calls,
    bounds,
  );
  expect(every).toMatchObject({ signature, confirmed: false });
  expect(every?.came.of).toBe(5);
  expect([1, 2]).toContain(every?.came.times);
  const never = nowAndThen(kernel, () => false);
  expect(minimise(model, never, calls, bounds)).toBe(undefined);
});
