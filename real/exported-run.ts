/** An exported program or script, run in the current place of a real target. */

import { spawnSync } from "node:child_process";
import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { release, tmpdir } from "node:os";
import { join } from "node:path";
import { type FileSystemUnderTest, HarnessError } from "../model/index.ts";
import type { Recipe } from "./formats.ts";
import { libc } from "./libc.ts";
import { sbinPath } from "./mkfs.ts";
import { RealTarget } from "./real-target.ts";
import { makeMarkedFolder, removeMarkedFolder } from "./scratch.ts";

/** How long a compiler, and what it made, may take. */
const maxMilliseconds = 50_000;

/** What a program prints, at most. */
const maxPrintedBytes = 64 << 20;

export interface ExportedRun {
  /** The exit code. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Of the compiler. */
  readonly warnings: string;
}

/** What an export is written in. */
export type ExportLanguage = "c" | "sh";

/**
 * Runs a program with an empty place of the target as its argument: C source,
 * which is compiled first, or a script for the shell. Undefined for a target that
 * is no real file system. What it makes is removed. Throws HarnessError without a
 * compiler, for source that does not compile and for a program that does not end
 * by itself.
 */
export function runExported(
  target: FileSystemUnderTest,
  language: ExportLanguage,
  source: string,
): ExportedRun | undefined {
  const run = { c: runC, sh: runShell }[language];
  return inFolder(target, (home, place) => run(source, home, place));
}

function runC(source: string, home: string, place: string): ExportedRun {
  const [from, program] = [join(home, "repro.c"), join(home, "repro")];
  writeFileSync(from, source, { mode: 0o600 });
  const compiled = started("cc", ["-Wall", "-Wextra", "-O2", "-o", program, from]);
  if (compiled.code !== 0) throw new HarnessError(`cc fails: ${firstLine(compiled.stderr)}`);
  return { ...started(program, [place]), warnings: compiled.stderr };
}

function runShell(source: string, home: string, place: string): ExportedRun {
  const script = join(home, "repro.sh");
  writeFileSync(script, source, { mode: 0o600 });
  return started("sh", [script, place]);
}

/** What a person must know to run it elsewhere: the kernel, and options of mkfs and mount. */
export function ranOn(target: FileSystemUnderTest): Recipe & { readonly kernel: string } {
  if (!(target instanceof RealTarget)) return { kernel: "simulated", mkfs: [], mount: [] };
  return { kernel: `Linux ${release()}`, ...target.recipe };
}

/** Runs something with a private folder to build in, and a new place of the target; clears both. */
function inFolder(
  target: FileSystemUnderTest,
  run: (home: string, place: string) => ExportedRun,
): ExportedRun | undefined {
  if (!(target instanceof RealTarget)) return undefined;
  target.begin();
  const place = target.reachablePath();
  const home = makeMarkedFolder(libc(), tmpdir());
  try {
    return run(home.path, place);
  } finally {
    clear(place);
    removeMarkedFolder(libc(), home);
  }
}

/** Removes the folders that a run made for itself, as far as it left them open to that. */
function clear(path: string): void {
  for (const name of readdirSync(path).filter((each) => each.startsWith("repro-"))) {
    try {
      rmSync(join(path, name), { recursive: true, force: true });
    } catch {
      // Immutable files and read-only snapshots are made on an image alone, and go with it.
    }
  }
}

function started(command: string, words: readonly string[]): ExportedRun {
  const { status, signal, stdout, stderr, error } = spawnSync(command, words, {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
    timeout: maxMilliseconds,
    killSignal: "SIGKILL",
    maxBuffer: maxPrintedBytes,
    env: { ...process.env, PATH: sbinPath, LC_ALL: "C" },
  });
  if (error !== undefined && "code" in error && error.code === "ENOENT") {
    throw new HarnessError(`${command} is not found; to do: ${ways.get(command) ?? "install it"}`);
  }
  if (error !== undefined) throw new HarnessError(`${command} does not run: ${error.message}`);
  if (status === null) throw new HarnessError(`${command} was ended by ${signal ?? "a signal"}`);
  return { code: status, stdout, stderr, warnings: "" };
}

const ways: ReadonlyMap<string, string> = new Map([
  ["cc", "install gcc and libc6-dev, for an export is compiled and run before it is written"],
]);

function firstLine(text: string): string {
  return text.split("\n", 1)[0] ?? "";
}
