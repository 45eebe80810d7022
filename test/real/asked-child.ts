/**
 * A supervisor and its worker for the test of interrupts: the worker never waits, so that
 * no signal reaches it, and ends when it is asked to.
 */

import { fileURLToPath } from "node:url";
import { startWorker, workerVariable } from "../../real/supervisor.ts";
import { alive, isAskedToEnd } from "../../real/worker-guard.ts";

/** Milliseconds until the worker, which takes some to come up, is asked. */
const askMilliseconds = 500;

if (process.env[workerVariable] === undefined) await supervise();
else work();

async function supervise(): Promise<void> {
  const script = fileURLToPath(import.meta.url);
  const options = { script, arguments: [], mounts: false, timeoutMilliseconds: 60_000 };
  const worker = startWorker(options, {}, () => undefined);
  let asked = 0;
  setTimeout(() => {
    asked = performance.now();
    worker.interrupt();
  }, askMilliseconds);
  const { kind } = await worker.end;
  process.stdout.write(`${kind} ${Math.round(performance.now() - asked)}\n`);
  process.exit();
}

function work(): void {
  process.on("SIGINT", () => undefined);
  while (!isAskedToEnd()) alive();
  process.exit();
}
