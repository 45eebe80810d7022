/**
 * The speed of the replayer, held against a C loop that makes the same calls and
 * looks at the same bytes: many rounds of one committed trace, in turns.
 *
 * `node dist/test/bench/speed.js [ROUNDS]`, after `tsc`; as root, with gcc
 */

import { fileURLToPath } from "node:url";
import {
  HarnessError,
  linux618Btrfs,
  newModel,
  type FileSystemUnderTest,
  type Model,
  type Op,
} from "../../model/index.ts";
import { PartClock, timeByPart, type TimeByPart } from "../../fuzz/part-clock.ts";
import { timedTarget } from "../../fuzz/timed-target.ts";
import { openImageTarget } from "../../real/index.ts";
import { difference } from "../../replay/index.ts";
import { startCLoop } from "./c-loop.ts";
import { inNamespace } from "./in-namespace.ts";
import { median } from "./median.ts";
import { modelRate } from "./model-rate.ts";
import { record, type Step } from "./recording.ts";
import { inTurns, timed } from "./rounds.ts";
import { check, placePath, speedProgram } from "./speed-program.ts";
import { speedTable } from "./speed-table.ts";

const defaultRounds = 60;

/** Rounds of which it is told what their time goes into. */
const timedRounds = 10;

await inNamespace(fileURLToPath(import.meta.url), defaultRounds, main);

async function main(count: number): Promise<void> {
  const model = newModel(linux618Btrfs);
  const program = speedProgram();
  const steps = record(model, program);
  const target = openImageTarget({ kind: "btrfs", mkfs: [], mount: "", scratch: undefined });
  const loop = startCLoop(steps, target.block);
  try {
    const [c = [], cHere = [], withoutModel = [], withAll = []] = await inTurns(
      [
        () => loop.run(placePath(target)),
        () => loop.runHere(placePath(target)),
        () => timed(() => replay(target, steps)),
        () => timed(() => check(model, target, program)),
      ],
      target,
      count,
    );
    const calls = program.length;
    const time = await timeOfRounds(model, target, program);
    const rate = modelRate(model, program);
    const looks = steps.length - calls;
    process.stdout.write(
      speedTable({ c, cHere, withoutModel, withAll, calls, looks, time, modelRate: rate }),
    );
  } finally {
    loop.close();
    target.close();
  }
}

/** What the time of a round goes into, in the middle of some: they are not among those that are held against C. */
async function timeOfRounds(
  model: Model,
  target: FileSystemUnderTest,
  program: readonly Op[],
): Promise<TimeByPart> {
  const rounds: TimeByPart[] = [];
  const round = (): number => {
    const clock = new PartClock();
    const timedRound = timedTarget(target, clock);
    const taken = timed(() => {
      clock.within("model", () => {
        check(model, timedRound, program);
      });
    });
    rounds.push(clock.report());
    return taken;
  };
  await inTurns([round], target, timedRounds);
  const counted = rounds.slice(-timedRounds);
  return timeByPart((part) => median(counted.map((time) => time[part])));
}

/** Makes the calls and looks that were recorded. */
function replay(target: FileSystemUnderTest, steps: readonly Step[]): void {
  for (const [index, step] of steps.entries()) {
    const right =
      step.kind === "call"
        ? difference(step.outcome, target.perform(step.op)) === undefined
        : target.holds(step.slot, step.size, step.contents, step.start, step.end);
    if (!right) throw new HarnessError(`step ${index} of the trace is not as expected`);
  }
}
