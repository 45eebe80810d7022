import { expect, test } from "vitest";
import { campaign, type Found, type Progress } from "../../fuzz/index.ts";
import {
  formats,
  linux618Btrfs,
  newModel,
  type FileSystemUnderTest,
  type Op,
  type Outcome,
} from "../../model/index.ts";
import { printEvent, simulate } from "../../replay/index.ts";

/** Programs on one file system. */
const lifetime = 8;

/** What a kernel does to its disk: it is damaged once so many calls were made on one file system that are harmful. */
interface Harm {
  readonly harms: (op: Op) => boolean;
  readonly atLeast: number;
}

/** A simulated kernel with places, and with a disk that can be damaged. */
function kernel({ harms, atLeast }: Harm): FileSystemUnderTest {
  const places = new Map<string, FileSystemUnderTest>();
  let place = "";
  let harmed = 0;
  const begin = (): void => {
    if (places.size >= lifetime) renew();
    place = `p${places.size}`;
    places.set(
      place,
      simulate(linux618Btrfs, () => 0),
    );
  };
  const renew = (): void => {
    places.clear();
    harmed = 0;
  };
  const fresh = (): void => {
    renew();
    begin();
  };
  const here = (): FileSystemUnderTest => places.get(place) ?? simulate(linux618Btrfs, () => 0);
  const perform = (op: Op): Outcome => {
    const outcome = here().perform(op);
    if (harms(op) && outcome.errno === 0) harmed++;
    if (op.kind !== "check" || harmed < atLeast) return outcome;
    const complaint = {
      witness: "checker",
      file: "disk",
      text: "root 5 inode 257 errors 1",
    } as const;
    return { ...outcome, contradictions: [complaint] };
  };
  return {
    ...simulate(linux618Btrfs, () => 0),
    perform,
    holds: (...asked) => here().holds(...asked),
    begin,
    fresh,
    get spent() {
      return places.size >= lifetime;
    },
    placeOf: () => place,
    revisit: (name) => {
      place = name;
    },
  };
}

async function run(
  harm: Harm,
  maxRuns: number,
): Promise<{ found: readonly Found[]; end: Progress }> {
  const found: Found[] = [];
  const end = await campaign(
    newModel(linux618Btrfs),
    kernel(harm),
    {
      seed: 5,
      maxRuns,
      maxMilliseconds: 1,
      maxOps: 60,
      maxSignatures: 20,
      formats: [formats.strict],
      compared: "all",
      scrub: true,
      now: () => 0,
    },
    {
      found: (one) => found.push(one),
      progress: () => undefined,
      pause: () => Promise.resolve(false),
    },
  );
  return { found, end };
}

const makesPipe = (op: Op): boolean => op.kind === "mkfifo";

test("disks that are whole are checked and scrubbed once each, and nothing is found", async () => {
  const { found, end } = await run({ harms: () => false, atLeast: 1 }, 3 * lifetime);
  expect(found).toEqual([]);
  expect(end.checks).toEqual({ check: 3, scrub: 3, complaints: 0 });
});

test("the program that damages a disk is found at the end of its life, and made small", async () => {
  const { found, end } = await run({ harms: makesPipe, atLeast: 1 }, 10 * lifetime);
  expect(found.map(({ signature, flaky }) => [signature, flaky])).toEqual([
    ["linux-6.18-btrfs.DISK-07.checker.check", false],
  ]);
  const program = found[0]?.minimised?.events.map((event) => printEvent(event).trim()) ?? [];
  expect(program.map((line) => line.replace(/ +/g, " "))).toEqual([
    "mkfifo a -> 0",
    "check -> 0 contradicted checker disk: root 5 inode 257 errors 1",
  ]);
  expect(end.checks.complaints).toBeGreaterThan(1);
  expect(end.repeats).toBe(end.checks.complaints - 1);
});

test("where no program damages a disk alone, the last one is shown, and it is said", async () => {
  const { found } = await run({ harms: makesPipe, atLeast: 2 }, 40 * lifetime);
  const [only, ...others] = found;
  expect([only?.flaky, only?.minimised, others]).toEqual([true, undefined, []]);
  expect(only?.original.at(-1)).toEqual({
    comments: [
      `none of ${lifetime} programs on this file system does it alone: this is the last of them`,
    ],
    op: { kind: "check" },
    outcome: expect.objectContaining({ contradictions: expect.anything() }),
  });
});
