import { expect, test } from "vitest";
import { pairPrograms, rulePairs } from "../../fuzz/rule-pairs.ts";
import {
  bank,
  linux618Btrfs,
  linux618Xfs,
  newModel,
  type Mutant,
  type Op,
  type Profile,
} from "../../model/index.ts";
import { lockstep, simulate } from "../../replay/index.ts";

/** The kernels that ask two neighbours of a table in the other order. */
function swapped(profile: Profile): readonly Mutant[] {
  const pairs = new Set(rulePairs(profile).map(({ rules }) => `swap-${rules.join("-")}`));
  return bank().filter(({ id, right }) => pairs.has(id) && right === profile);
}

/** Whether some program diverges on the kernel. */
function isTold({ kernel, right }: Mutant, programs: readonly (readonly Op[])[]): boolean {
  const target = simulate(kernel, () => 0);
  return programs.some((program) => {
    target.begin();
    const ran = lockstep(newModel(right), target, (_state, at) => program[at], "answers");
    return ran.divergence !== undefined;
  });
}

/** One of the two cuts the length: that both apply does not show in which order. */
const cutting = new Set(["swap-G6-G6b", "swap-G7-G8"]);

test.each([
  ["btrfs", linux618Btrfs, 25],
  ["XFS", linux618Xfs, 1],
] as const)(
  "on %s the first programs of a campaign tell two rules that are swapped",
  (_name, profile, count) => {
    const programs = pairPrograms(profile);
    const mutants = swapped(profile);
    expect(mutants.length).toBeGreaterThanOrEqual(count);
    const missed = mutants.filter((mutant) => !isTold(mutant, programs)).map(({ id }) => id);
    expect(missed.filter((id) => !cutting.has(id))).toEqual([]);
  },
);

test("they are few, and short, for their circumstances take time", () => {
  const programs = pairPrograms(linux618Btrfs);
  expect(programs.length).toBeLessThan(12);
  expect(Math.max(...programs.map(({ length }) => length))).toBeLessThan(80);
});
