/** loop.c, compiled and running: as a process of its own, with a line in and a line out for each round, and in ours. */

import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
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
  /** As `run`, by one call from this process. */
  readonly runHere: (folder: string) => number;
  readonly close: () => void;
}

/** From dist/test/bench/. */
const source = fileURLToPath(new URL("../../../test/bench/loop.c", import.meta.url));

/** Compiles the loop and gives it its steps. Throws HarnessError without gcc. */
export function startCLoop(steps: readonly Step[], block: number): CLoop {
  const folder = mkdtempSync(join(tmpdir(), "bench-"));
  const at = (name: string): string => join(folder, name);
  const [program, library, listing, tones] = [
    at("loop"),
    at("loop.so"),
    at("listing"),
    at("tones"),
  ];
  compile(program, []);
  compile(library, ["-shared", "-fPIC"]);
  writeFileSync(listing, listingOf(steps));
  writeFileSync(tones, tonesOf(block));
  const child = spawn(program, [listing, tones], { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const runHere = libraryLoop(createRequire(import.meta.url)("koffi"), library, listing, tones);
  return {
    run: async (place) => {
      child.stdin.write(`${place}\n`);
      const { value, done } = await lines.next();
      if (done === true) throw new HarnessError("the C loop ended");
      return milliseconds(Number(value));
    },
    runHere: (place) => milliseconds(runHere(place)),
    close: () => {
      child.stdin.end();
      rmSync(folder, { recursive: true });
    },
  };
}

/** The part of koffi that is used. */
interface Koffi {
  readonly load: (path: string) => {
    readonly func: (definition: string) => (...words: readonly string[]) => never;
  };
}

/** The loop in this process, ready to run. */
function libraryLoop(
  koffi: Koffi,
  path: string,
  listing: string,
  tones: string,
): (folder: string) => number {
  const library = koffi.load(path);
  const prepare: (listing: string, tones: string) => void = library.func(
    "void prepare(str listing, str tones)",
  );
  prepare(listing, tones);
  return library.func("double run(str folder)");
}

function compile(to: string, flags: readonly string[]): void {
  try {
    execFileSync("gcc", ["-O2", "-Wall", ...flags, "-o", to, source], {
      stdio: ["ignore", "ignore", "pipe"],
    });
  } catch (error) {
    throw new HarnessError(`gcc did not compile ${source}: ${String(error)}`);
  }
}

function milliseconds(nanoseconds: number): number {
  if (!(nanoseconds >= 0))
    throw new HarnessError("the C loop found answers that are not as expected");
  return nanoseconds / 1e6;
}
