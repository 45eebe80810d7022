/** A file system that is written out, as a look at its disk needs it. */

import { errnoName, HarnessError } from "../model/index.ts";
import type { Libc } from "./libc.ts";

/** Writes out the file system that a descriptor is on. Throws HarnessError where it cannot be. */
export function writeOut(libc: Libc, fd: number): void {
  if (libc.syncfs(fd) === 0) return;
  throw new HarnessError(`the file system cannot be written out: ${errnoName(libc.errno())}`);
}
