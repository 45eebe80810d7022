/** forge.c and forge-disk.c, compiled: a library that stands before ioctl(2) and forges its answers. */

import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** Why no shim can be compiled here, in one line; undefined when it can. */
export function compilerProblem(): string | undefined {
  const { status } = spawnSync("gcc", ["--version"], { stdio: "ignore" });
  return status === 0 ? undefined : "gcc: is not there; apt-get install -y gcc libc6-dev";
}

/** What a campaign printed as JSON, as far as the tests ask. */
export interface ForgedCampaign {
  readonly exitCode: number | null;
  readonly findings: readonly ForgedFinding[];
}

export interface ForgedFinding {
  readonly signature: string;
  readonly calls: number;
  readonly trials: number;
  /** From the start of the campaign until it was saved. */
  readonly milliseconds: number;
  readonly flaky: boolean;
  readonly folder: string;
}

export interface Shim {
  /** A campaign on the real target before which the shim stands. */
  readonly campaign: (forgery: string, time: string, ...flags: readonly string[]) => ForgedCampaign;
  /** What puts the shim before ioctl(2) in a process and its children. */
  readonly environment: (forgery: string) => Readonly<Record<string, string>>;
  readonly close: () => void;
}

/** Compiles the shim into a folder of its own. */
export function compileShim(): Shim {
  const folder = mkdtempSync(join(tmpdir(), "test-shim-"));
  const library = join(folder, "forge.so");
  const sources = ["forge.c", "forge-disk.c"].map((name) =>
    fileURLToPath(new URL(name, import.meta.url)),
  );
  const warnings = ["-O2", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC"];
  const made = spawnSync("gcc", [...warnings, "-o", library, ...sources, "-ldl"], {
    encoding: "utf8",
  });
  if (made.status !== 0) throw new Error(made.stderr);
  return {
    campaign: (forgery, time, ...flags) =>
      fuzz(library, forgery, join(folder, forgery), ["--max-total-time", time, ...flags]),
    environment: (forgery) => ({ LD_PRELOAD: library, FORGE: forgery }),
    close: () => {
      rmSync(folder, { recursive: true });
    },
  };
}

function fuzz(
  library: string,
  forgery: string,
  out: string,
  more: readonly string[],
): ForgedCampaign {
  const cli = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));
  const flags = ["--target", "real", "--seed", "1", "--json", ...more];
  const ran = spawnSync(process.execPath, [cli, "fuzz", ...flags, "--out", out], {
    encoding: "utf8",
    env: { ...process.env, LD_PRELOAD: library, FORGE: forgery },
  });
  if (ran.stdout === "") throw new Error(ran.stderr);
  const { findings } = JSON.parse(ran.stdout);
  return { exitCode: ran.status, findings };
}

/** The call of a finding's smallest program that diverged, with its outcome. */
export function lastCallOf({ folder }: ForgedFinding): string {
  const text = readFileSync(join(folder, "repro.trace"), "utf8");
  return text.trimEnd().split("\n").at(-1) ?? "";
}
