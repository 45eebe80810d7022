/** A number that is no open descriptor, though it was one. */

import { HarnessError } from "../model/index.ts";
import { F_DUPFD_CLOEXEC } from "./abi.ts";
import type { Libc } from "./libc.ts";
import { noFd } from "./slots.ts";

/** The least to use: node opens none so high, and the usual limit is 1024. */
const floor = 1000;

export class ClosedDescriptor {
  private readonly libc: Libc;
  private fd = noFd;

  constructor(libc: Libc) {
    this.libc = libc;
  }

  /** The same for ever; made of `open`, which may be any open descriptor. */
  of(open: number): number {
    if (this.fd !== noFd) return this.fd;
    this.fd = this.libc.fcntl(open, F_DUPFD_CLOEXEC, floor);
    if (this.fd === noFd) throw new HarnessError("no descriptor above 1000: raise ulimit -n");
    this.libc.close(this.fd);
    return this.fd;
  }
}
