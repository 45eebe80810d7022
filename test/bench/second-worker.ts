/**
 * What a second worker gains, held against what a second C loop gains: each lane has
 * a file system of its own, and one or two lanes run at a time, in turns.
 *
 * `node dist/test/bench/second-worker.js [ROUNDS [SECONDS]]`, after `tsc`; as root, with gcc
 */

import { spawn } from "node:child_process";
import { createInterface, type Interface } from "node:readline";
import { fileURLToPath } from "node:url";
import { HarnessError, linux618Btrfs, newModel } from "../../model/index.ts";
import { openImageTarget } from "../../real/index.ts";
import { nodeFlags } from "../../real/supervisor.ts";
import { startCLoop } from "./c-loop.ts";
import { median } from "./median.ts";
import { record } from "./recording.ts";
import { timed } from "./rounds.ts";
import { check, placePath, speedProgram } from "./speed-program.ts";

type Kind = "C loop" | "ours";

/** Rounds before those that count: by then the code is compiled. */
const warmUps = 6;

/** Rounds after which a lane goes on with a new file system. */
const roundsPerImage = 10;

const script = fileURLToPath(import.meta.url);
const [first = "5", second = "4"] = process.argv.slice(2);
if (first === "C loop" || first === "ours") await runLane(first);
else await compare(Number(first), Number(second));

/** Runs lanes in turns, and prints what the second one of each kind gains. */
async function compare(rounds: number, seconds: number): Promise<void> {
  const kinds = ["C loop", "ours"] as const;
  const lanes = kinds.map((kind) => ({ kind, lanes: [startLane(kind), startLane(kind)] }));
  const turns = lanes.flatMap(({ kind, lanes: two }) => [
    { kind, lanes: two.slice(0, 1), rates: newRates() },
    { kind, lanes: two, rates: newRates() },
  ]);
  try {
    for (let round = 0; round < rounds; round++)
      for (const { lanes: running, rates } of turns)
        rates.push(await ranTogether(running, seconds));
  } finally {
    for (const lane of lanes.flatMap(({ lanes: two }) => two)) lane.close();
  }
  process.stdout.write("calls a second   one lane         two        gain\n");
  const gains = kinds.map((kind) => {
    const [one = 0, two = 0] = turns
      .filter((turn) => turn.kind === kind)
      .map((turn) => median(turn.rates));
    const cells = [one, two].map((rate) => Math.round(rate).toLocaleString("en").padStart(12));
    process.stdout.write(
      `${kind.padEnd(13)}${cells.join("")}${(two / one).toFixed(2).padStart(12)}\n`,
    );
    return two / one;
  });
  const [ofC = Number.NaN, ofOurs = Number.NaN] = gains;
  process.stdout.write(`gain of ours : gain of C   ${(ofOurs / ofC).toFixed(2)}   aim 0.90\n`);
}

/** Calls a second of lanes that run at the same time, together. */
async function ranTogether(lanes: readonly Lane[], seconds: number): Promise<number> {
  const rates = await Promise.all(lanes.map((lane) => lane.run(seconds)));
  return rates.reduce((sum, rate) => sum + rate, 0);
}

function newRates(): number[] {
  return [];
}

interface Lane {
  /** Runs for so long; resolves to calls a second. */
  readonly run: (seconds: number) => Promise<number>;
  readonly close: () => void;
}

/** A process with a file system of its own. */
function startLane(kind: Kind): Lane {
  const own = ["--mount", "--propagation", "private", "--", process.execPath, ...nodeFlags];
  const child = spawn("unshare", [...own, script, kind], { stdio: ["pipe", "pipe", "inherit"] });
  const lines = linesOf(createInterface({ input: child.stdout }));
  return {
    run: async (seconds) => {
      child.stdin.write(`${seconds}\n`);
      return Number(await lines());
    },
    close: () => child.stdin.end(),
  };
}

function linesOf(lines: Interface): () => Promise<string> {
  const each = lines[Symbol.asyncIterator]();
  return async () => {
    const { value, done } = await each.next();
    if (done === true) throw new HarnessError("a lane ended");
    return value;
  };
}

/** A lane: for each line with a number of seconds, rounds for so long, and a line with calls a second. */
async function runLane(kind: Kind): Promise<void> {
  const model = newModel(linux618Btrfs);
  const program = speedProgram();
  const target = openImageTarget({ kind: "btrfs", mkfs: [], mount: "", scratch: undefined });
  const loop = kind === "ours" ? undefined : startCLoop(record(model, program), target.block);
  let rounds = 0;
  const round = async (): Promise<number> => {
    if (rounds++ % roundsPerImage === 0) target.fresh();
    else target.begin();
    target.perform({ kind: "syncfs" });
    if (loop !== undefined) return loop.run(placePath(target));
    return timed(() => {
      check(model, target, program);
    });
  };
  for (let warmUp = 0; warmUp < warmUps; warmUp++) await round();
  for await (const line of createInterface({ input: process.stdin })) {
    const end = performance.now() + 1000 * Number(line);
    let milliseconds = 0;
    let calls = 0;
    while (performance.now() < end) {
      milliseconds += await round();
      calls += program.length;
    }
    process.stdout.write(`${(1000 * calls) / milliseconds}\n`);
  }
  loop?.close();
  target.close();
}
