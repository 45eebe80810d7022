/** What the tests of real/ need from the machine, and one line where it is not there. */

import { describe } from "vitest";
import { examine } from "../../real/doctor.ts";
import type { FsKind } from "../../model/format.ts";

/** Tests that mount a file system of their own; elsewhere they say in one line why they skip. */
export function describeMounted(kind: FsKind, name: string, tests: () => void): void {
  gated(name, tests, examine(kind));
}

/** Tests that need nothing but the C library. */
export function describeNative(name: string, tests: () => void): void {
  const needed = examine().filter((item) => item.name === "Linux" || item.name === "koffi");
  gated(name, tests, needed);
}

function gated(name: string, tests: () => void, needed: ReturnType<typeof examine>): void {
  const lacking = needed.find((item) => !item.ok);
  if (lacking === undefined) {
    describe(name, tests);
    return;
  }
  process.stderr.write(`SKIP ${name}: ${lacking.name}: ${lacking.found}; ${lacking.missing}\n`);
  describe.skip(name, tests);
}
