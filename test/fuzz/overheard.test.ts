import { expect, test } from "vitest";
import { campaign, type Overheard } from "../../fuzz/index.ts";
import { PartClock } from "../../fuzz/part-clock.ts";
import { canary, formatsOf, linux618Btrfs, newModel, type Profile } from "../../model/index.ts";
import { simulate } from "../../replay/index.ts";

type Heard = ReturnType<Overheard["heard"]>;

const nothing: Heard = { ours: [], unattributed: [] };

const said = (title: string) => ({ kind: "btrfs", title, line: title, seconds: 1, sequence: 1 });

/** A campaign on a system that says these things, one a time; gives its turns, when it was heard, and the signatures of what was told, in order. */
async function run(
  says: readonly Heard[],
  kernel: Profile = linux618Btrfs,
): Promise<readonly string[]> {
  const told: string[] = [];
  const next = [...says];
  await campaign(
    newModel(linux618Btrfs),
    simulate(kernel, () => 0),
    {
      seed: 1,
      maxRuns: says.length,
      maxMilliseconds: 1,
      maxOps: 5,
      formats: formatsOf("btrfs"),
      compared: "all",
      scrub: false,
      maxSignatures: 20,
      now: () => 0,
      clock: new PartClock(() => 0),
    },
    {
      overheard: {
        turn: () => told.push("turn"),
        heard: () => {
          told.push("heard");
          return next.shift() ?? nothing;
        },
        lines: () => [],
      },
      found: ({ signature }) => told.push(signature),
      reported: ({ signature }) => told.push(signature),
      progress: () => undefined,
      pause: () => Promise.resolve(false),
    },
  );
  return told;
}

const leaf = "linux-6.18-btrfs.LOG.btrfs.corrupt-leaf";
const byteNumber = "linux-6.18-btrfs.LOG.btrfs.unable-to-find-ref-byte-nr";
const zero = "linux-6.18-btrfs.LOG.btrfs.zero";

test("a new report beside a known one is told of, and each but once", async () => {
  const known = said("corrupt leaf");
  const other = said("unable to find ref byte nr");
  const last = said("zero");
  const says = [[known], [known, other, known, last], [other, known]];
  const told = await run(says.map((ours) => ({ ...nothing, ours })));
  expect(told.filter((signature) => signature.includes(".LOG."))).toEqual([leaf, byteNumber, zero]);
});

test("what the kernel says of a program that diverges is heard before its trials begin", async () => {
  const told = await run(
    Array.from({ length: 60 }, () => nothing),
    canary,
  );
  const found = told.indexOf("linux-6.18-btrfs.S1.bytes.dedupe");
  expect(told.slice(found - 2, found + 2)).toEqual(["turn", "heard", told[found], "heard"]);
});
