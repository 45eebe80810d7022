/**
 * Two processes for the test of kills. `supervisor SCRATCH` starts the worker in a
 * mount namespace, prints its process id and waits; `worker SCRATCH SUPERVISOR`
 * makes file systems and calls until it is killed, and prints a line when it has
 * made its first calls, the last of them as another user.
 */

import { spawn } from "node:child_process";
import { openImageTarget } from "../../real/targets.ts";
import { dieWithSupervisor } from "../../real/worker-guard.ts";
import { inNamespace } from "./mounted.ts";
import { dedupe, K, onto, open, write } from "./ops.ts";

const [role, scratch = "/tmp", supervisor = "0"] = process.argv.slice(2);

if (role === "supervisor") supervise();
else work();

function supervise(): void {
  const command = inNamespace("killed-child", "worker", scratch, String(process.pid));
  const worker = spawn("unshare", command, { stdio: "inherit" });
  process.stdout.write(`${worker.pid}\n`);
  worker.once("exit", () => process.exit(1));
}

function work(): void {
  try {
    dieWithSupervisor(Number(supervisor));
  } catch {
    return; // It was killed before this process could ask to go with it.
  }
  const target = openImageTarget({ kind: "btrfs", mkfs: [], mount: "", scratch });
  for (let round = 0; ; round++) {
    target.fresh();
    target.perform(open(0, "a", "rw"));
    target.perform(open(1, "other/b", "rw"));
    target.perform(write(0, 0, 64 * K, 1));
    target.perform({ kind: "as", user: "user", capabilities: [] });
    target.perform(dedupe(0, 0, 4 * K, [onto(0, 4 * K), onto(1, 0)]));
    if (round === 0) process.stdout.write("called\n");
    target.perform({ kind: "remount" });
  }
}
