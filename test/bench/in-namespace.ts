/** Benchmarks that mount: they start again in a private mount namespace. */

import { spawnSync } from "node:child_process";
import { nodeFlags } from "../../real/supervisor.ts";

const inside = "--inside";

/**
 * Runs `main` with the number of rounds, the first word of the command line, in a
 * mount namespace of its own. `script` is the file that asks.
 */
export async function inNamespace(
  script: string,
  defaultRounds: number,
  main: (rounds: number) => Promise<void>,
): Promise<void> {
  const [rounds = String(defaultRounds), where] = process.argv.slice(2);
  if (where === inside) return main(Number(rounds));
  const own = ["--mount", "--propagation", "private", "--", process.execPath, ...nodeFlags, script];
  const ran = spawnSync("unshare", [...own, rounds, inside], { stdio: "inherit" });
  process.exitCode = ran.status ?? 1;
}
