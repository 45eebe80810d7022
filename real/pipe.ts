/** Pipes that no child inherits. */

import { HarnessError } from "../model/index.ts";
import { O_CLOEXEC, type Libc } from "./libc.ts";

/** The end to read from, and the end to write to. */
export function newPipe(libc: Libc): readonly [from: number, to: number] {
  const fds = Buffer.alloc(8);
  if (libc.pipe2(fds, O_CLOEXEC) !== 0) throw new HarnessError("no pipe can be made");
  return [fds.readInt32LE(0), fds.readInt32LE(4)];
}
