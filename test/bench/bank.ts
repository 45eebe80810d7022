/**
 * What campaigns are worth: ten seeds against each mutant of the bank, and what they
 * found of it.
 *
 * `node dist/test/bench/bank.js [--jobs N] [--seeds N] [--runs N] [--made] [--guided] [--only PREFIX,...] [--json]`, after `tsc`
 */

import { fork, type ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { attack, mutants, usual, type Attack } from "./bank-attack.ts";
import { scoreLines } from "./bank-score.ts";

const { values } = parseArgs({
  options: {
    jobs: { type: "string", default: "2" },
    seeds: { type: "string", default: "10" },
    runs: { type: "string", default: String(usual.maxRuns) },
    made: { type: "boolean", default: false },
    guided: { type: "boolean", default: false },
    only: { type: "string", default: "" },
    json: { type: "boolean", default: false },
  },
});

if (process.send === undefined) await lead();
else work();

/** Hands out mutants to workers, and tells how far they are. */
async function lead(): Promise<void> {
  const only = values.only.split(",");
  const ids = [...mutants.keys()].filter((id) => only.some((prefix) => id.startsWith(prefix)));
  const waiting = [...ids];
  const attacks: Attack[] = [];
  const told = setInterval(() => {
    process.stderr.write(`${attacks.length} of ${ids.length * Number(values.seeds)} campaigns\n`);
  }, 5_000);
  const job = async (): Promise<void> => {
    const worker = fork(fileURLToPath(import.meta.url), process.argv.slice(2));
    for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
      const made = await given(worker, id);
      attacks.push(...made);
      if (values.json) for (const one of made) process.stdout.write(`${JSON.stringify(one)}\n`);
    }
    worker.disconnect();
  };
  await Promise.all(Array.from({ length: Number(values.jobs) }, job));
  clearInterval(told);
  if (values.json) return;
  for (const line of scoreLines(attacks)) process.stdout.write(`${line}\n`);
}

function given(worker: ChildProcess, id: string): Promise<readonly Attack[]> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null): void => reject(new Error(`a worker ended with ${code}`));
    worker.once("exit", ended);
    worker.once("message", (message: { readonly attacks: readonly Attack[] }) => {
      worker.off("exit", ended);
      resolve(message.attacks);
    });
    worker.send(id);
  });
}

/** Attacks the mutants that it is given. */
function work(): void {
  process.on("message", (id: string) => void answer(id));
}

async function answer(id: string): Promise<void> {
  const mutant = mutants.get(id);
  if (mutant === undefined) throw new Error(`there is no mutant ${id}`);
  const attacks: Attack[] = [];
  const { made, guided } = values;
  const length = { ...usual, maxRuns: Number(values.runs), opens: !made, guided };
  for (let seed = 1; seed <= Number(values.seeds); seed++) {
    attacks.push(await attack(mutant, seed, length));
  }
  process.send?.({ attacks });
}
