/** The built command line, started as a user starts it. */

import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";

export const built: string = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));

export interface Ran {
  /** The exit code; null when a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly input?: string;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Longer than anything here takes; a run that is killed for it has no exit code. */
const timeoutMs = 50_000;

export function extentSame(words: readonly string[], options: RunOptions = {}): Ran {
  return started(process.execPath, [built, ...words], options);
}

/** Runs a command to its end. Whatever it is, it leaves nobody with a stack trace. */
export function started(
  command: string,
  words: readonly string[],
  { input = "", cwd, env = {} }: RunOptions = {},
): Ran {
  const { status, stdout, stderr, error } = spawnSync(command, words, {
    input,
    encoding: "utf8",
    timeout: timeoutMs,
    killSignal: "SIGKILL",
    maxBuffer: 2 ** 26,
    env: { ...process.env, ...env },
    ...(cwd === undefined ? {} : { cwd }),
  });
  if (error !== undefined && status !== null) throw error;
  expect(stdout + stderr).not.toMatch(/^ +at .*:[0-9]+:[0-9]+\)?$/m);
  return { code: status, stdout, stderr };
}

/** What a user gets for a mistake: one line that says what is wrong, and nothing done. */
export function refusal(message: string): Ran {
  return { code: 2, stdout: "", stderr: `extent-same: ${message}\n` };
}
