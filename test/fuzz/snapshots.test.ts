import { expect, test } from "vitest";
import { campaign, type Found } from "../../fuzz/index.ts";
import {
  firstDifference,
  formats,
  initial,
  inodeIn,
  isFrozen,
  linux618Btrfs,
  newModel,
  outcomes,
  type FileSystemUnderTest,
  type Inode,
  type Op,
  type Outcome,
  type State,
} from "../../model/index.ts";
import { Deferred } from "../../model/deferred.ts";
import { simulate } from "../../replay/index.ts";

const model = newModel(linux618Btrfs);

/** What a wrong kernel makes of an inode; `was` is undefined for one that the call made. */
interface Mutant {
  readonly name: string;
  readonly inode: (is: Inode, was: Inode | undefined, op: Op, before: State) => Inode;
  readonly found: RegExp;
  /** Of so many different findings: a file that is too short is told by the status of a dedupe, too. */
  readonly among: number;
  /** Calls of the program that is left, at most. */
  readonly calls: number;
}

const mutants: readonly Mutant[] = [
  {
    name: "copies into a snapshot what it should share",
    found: /\.sharing\.after-/,
    among: 1,
    calls: 6,
    inode: (is, was, op) =>
      was === undefined && op.kind === "snapshot" ? { ...is, items: copied(is) } : is,
  },
  {
    name: "shares nothing into a read-only snapshot",
    found: /\.(sharing|items)\.after-/,
    among: 1,
    calls: 8,
    inode: (is, was, op, before) =>
      was !== undefined && op.kind === "dedupe" && isFrozen(before, is)
        ? { ...is, items: was.items }
        : is,
  },
  {
    name: "cuts the files of a snapshot off at a block",
    found: /\.CONTENTS\.(result|size)\.after-/,
    among: 3,
    calls: 7,
    inode: (is, was, op) =>
      was === undefined && op.kind === "snapshot" && is.kind === "file" && is.size > 4096n
        ? { ...is, size: 4096n }
        : is,
  },
];

test.each(mutants)("a kernel that $name is found, and the program made small", async (mutant) => {
  const all = await run(mutant);
  const found = all.find(({ signature }) => mutant.found.test(signature));
  expect(found, all.map(({ signature }) => signature).join(" ")).toBeDefined();
  expect(found?.minimised?.events.length).toBeLessThanOrEqual(mutant.calls);
});

async function run(mutant: Mutant): Promise<readonly Found[]> {
  const found: Found[] = [];
  await campaign(
    model,
    kernel(mutant),
    {
      seed: 1,
      maxRuns: 3000,
      maxMilliseconds: 1,
      maxOps: 200,
      formats: [formats.default],
      compared: "all",
      scrub: false,
      maxSignatures: mutant.among,
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

/** A simulated kernel that is right in everything but what the mutant says. */
function kernel(mutant: Mutant): FileSystemUnderTest {
  const right = simulate(linux618Btrfs, () => 0);
  let state: State = initial;
  const begin = (): void => {
    state = initial;
    right.begin();
  };
  const perform = (op: Op): Outcome => {
    const [branch] = outcomes(model, state, op);
    if (branch === undefined) throw new Error("a call has no outcome");
    const before = state;
    const inodes = branch.state.inodes.map((inode, number) =>
      mutant.inode(inode, before.inodes[number], op, before),
    );
    state = { ...branch.state, inodes };
    return branch.outcome;
  };
  const holds: FileSystemUnderTest["holds"] = (slot, size, contents, start, end) => {
    const inode = inodeIn(state, slot);
    if (inode?.size !== size) return false;
    return firstDifference(inode.contents, start, contents, start, end - start) === undefined;
  };
  return { ...right, begin, fresh: begin, perform, holds };
}

let copies = 1n << 200n;

/** The same items on extents of their own. */
function copied({ items }: Inode): Inode["items"] {
  return Deferred.known(items.value.map((item) => ({ ...item, extent: ++copies })));
}
