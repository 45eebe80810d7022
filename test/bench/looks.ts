/**
 * What looks at the disk cost: campaigns from the same seeds that look and that do
 * not, in turns on one machine, and the share of shared targets that a look holds.
 *
 * `node dist/test/bench/looks.js [ROUNDS]`, after `tsc`; as root
 */

import { fileURLToPath } from "node:url";
import { campaign } from "../../fuzz/index.ts";
import {
  formats,
  linux618Btrfs,
  newModel,
  statusSame,
  type FileSystemUnderTest,
  type Op,
  type Outcome,
} from "../../model/index.ts";
import { openImageTarget } from "../../real/index.ts";
import { inNamespace } from "./in-namespace.ts";
import { median } from "./median.ts";

const defaultRounds = 12;

/** Milliseconds of one campaign. */
const campaignMs = 4_000;

await inNamespace(fileURLToPath(import.meta.url), defaultRounds, main);

async function main(count: number): Promise<void> {
  const target = openImageTarget({ kind: "btrfs", mkfs: [], mount: "", scratch: undefined });
  const shared = { all: 0, held: 0 };
  const ratios: number[] = [];
  try {
    for (let round = -1; round < count; round++) {
      const looking = counted(target, shared);
      const blind = without(target);
      const [first, second] = round % 2 === 0 ? [looking, blind] : [blind, looking];
      const rates = [await rate(first, round), await rate(second, round)];
      if (round < 0) continue;
      const [a = 0, b = 1] = first === looking ? rates : rates.toReversed();
      ratios.push(a / b);
      process.stderr.write(`round ${round + 1} of ${count}: ${(a / b).toFixed(2)}\n`);
    }
  } finally {
    target.close();
  }
  const held = ((100 * shared.held) / shared.all).toFixed(1);
  process.stdout.write(
    [
      `with looks / without   ${median(ratios).toFixed(2)} (median of ${ratios.length} rounds)`,
      `shared targets held    ${held} % of ${shared.all} lie in a program that looks at its end`,
      "",
    ].join("\n"),
  );
}

/** Calls a second of one campaign; looks are no calls of it. */
async function rate(target: FileSystemUnderTest, seed: number): Promise<number> {
  target.fresh();
  const started = performance.now();
  const { reached } = await campaign(
    newModel(linux618Btrfs),
    target,
    {
      seed: seed + 1,
      maxRuns: Infinity,
      maxMilliseconds: campaignMs,
      maxOps: 200,
      maxSignatures: 1,
      formats: [formats.strict],
      scrub: false,
      compared: "all",
      now: () => performance.now(),
    },
    {
      found: ({ signature }) => {
        throw new Error(`a finding: ${signature}`);
      },
      progress: () => undefined,
      pause: () => Promise.resolve(false),
    },
  );
  const { observe = 0 } = reached.calls;
  return (reached.ops - observe) / (performance.now() - started);
}

/** The target, of which nobody asks where files lie. */
function without(target: FileSystemUnderTest): FileSystemUnderTest {
  return changed(target, { canObserve: false });
}

/** The target, with the targets counted that were shared, and those that a look came behind. */
function counted(
  target: FileSystemUnderTest,
  shared: { all: number; held: number },
): FileSystemUnderTest {
  let waiting = 0;
  return changed(target, {
    begin: () => {
      waiting = 0;
      target.begin();
    },
    perform: (op: Op): Outcome => {
      const outcome = target.perform(op);
      if (op.kind === "observe") {
        shared.held += waiting;
        waiting = 0;
      }
      const same = outcome.targets.filter(
        ({ status, deduped }) => status === statusSame && deduped > 0n,
      ).length;
      shared.all += same;
      waiting += same;
      return outcome;
    },
  });
}

/** The target with some of its properties in place of its own. */
function changed(
  target: FileSystemUnderTest,
  own: Partial<FileSystemUnderTest>,
): FileSystemUnderTest {
  return new Proxy(target, {
    get: (whole, name) => {
      const value: unknown = Reflect.get(Object.hasOwn(own, name) ? own : whole, name);
      return typeof value === "function" && !Object.hasOwn(own, name) ? value.bind(whole) : value;
    },
  });
}
