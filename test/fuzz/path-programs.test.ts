import { expect, test } from "vitest";
import { pathPrograms } from "../../fuzz/path-programs.ts";
import {
  canary,
  initialOn,
  linux618Btrfs,
  linux618Xfs,
  machinePaths,
  newModel,
  outcomes,
  formatsOf,
  type Profile,
} from "../../model/index.ts";

/** The rules that decide the last call of a program. */
function wayOf(profile: Profile, program: Parameters<typeof outcomes>[2][]): readonly string[] {
  const model = newModel(profile);
  let state = initialOn(formatsOf(profile.fs)[0]);
  let rules: readonly string[] = [];
  for (const op of program) {
    const [branch] = outcomes(model, state, op);
    if (branch === undefined) throw new Error("a call has no way to return");
    rules = branch.decisions.flatMap(({ rule }) => rule ?? []);
    ({ state } = branch);
  }
  return rules;
}

test.each([
  ["linux-6.18/btrfs", linux618Btrfs],
  ["linux-6.18/xfs", linux618Xfs],
  ["canary", canary],
] as const)(
  "each way of a call with one target of %s is a program, or has a reason",
  (_name, profile) => {
    const { concrete, unmet } = pathPrograms(profile, 1);
    expect(concrete.length + unmet.length).toBe(machinePaths(profile, 1).length);
    expect(concrete.length).toBeGreaterThan(40);
    expect(unmet.filter(({ why }) => why === "no scene comes to it")).toEqual([]);
    for (const { path, program } of concrete) expect(wayOf(profile, [...program])).toEqual(path);
  },
);

test("the machine has a way for each rule of a request, and for each rule of each target", () => {
  const { deciding } = linux618Btrfs.tables;
  const refused = deciding.request.length;
  const ends = deciding.entry.length;
  const counts = [0, 1, 2].map((targets) => machinePaths(linux618Btrfs, targets).length);
  expect(counts).toEqual([refused + 2, refused + 2 * ends, refused + 2 * ends * ends]);
});
