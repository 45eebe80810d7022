/** loop.c, compiled and running: one line in and one line out for each round. */

import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { HarnessError } from "../../model/index.ts";
import { listingOf, tonesOf } from "./listing.ts";
import type { Step } from "./recording.ts";

export interface CLoop {
  /** Runs the steps in an empty folder; resolves to milliseconds. */
  readonly run: (folder: string) => Promise<number>;
  readonly close: () => void;
}

/** From dist/test/bench/. */
const source = fileURLToPath(new URL("../../../test/bench/loop.c", import.meta.url));

/** Compiles the loop and gives it its steps. Throws HarnessError without gcc. */
export function startCLoop(steps: readonly Step[], block: number): CLoop {
  const folder = mkdtempSync(join(tmpdir(), "bench-"));
  const [program, listing, tones] = ["loop", "listing", "tones"].map((name) => join(folder, name));
  if (program === undefined || listing === undefined || tones === undefined) {
    throw new HarnessError("three names are not three");
  }
  compile(program);
  writeFileSync(listing, listingOf(steps));
  writeFileSync(tones, tonesOf(block));
  const child = spawn(program, [listing, tones], { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    run: async (place) => {
      child.stdin.write(`${place}\n`);
      const { value, done } = await lines.next();
      if (done === true) throw new HarnessError("the C loop ended");
      return milliseconds(value);
    },
    close: () => {
      child.stdin.end();
      rmSync(folder, { recursive: true });
    },
  };
}

function compile(to: string): void {
  try {
    execFileSync("gcc", ["-O2", "-Wall", "-o", to, source], {
      stdio: ["ignore", "ignore", "pipe"],
    });
  } catch (error) {
    throw new HarnessError(`gcc did not compile ${source}: ${String(error)}`);
  }
}

/** Of a line `NANOSECONDS WRONG`. */
function milliseconds(answer: string): number {
  const [nanoseconds, wrong] = answer.split(" ").map(Number);
  if (nanoseconds === undefined || wrong !== 0) {
    throw new HarnessError(`the C loop found ${wrong} answers that are not as expected`);
  }
  return nanoseconds / 1e6;
}
