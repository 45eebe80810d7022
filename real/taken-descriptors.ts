/** Descriptors of another process, open in this one too: the same open files, with their modes and positions. */

import type { Libc } from "./libc.ts";
import { noFd } from "./slots.ts";

/** The same on every architecture. Source: include/uapi/asm-generic/unistd.h (Linux 6.18). */
const pidfdOpen = 434;
const pidfdGetfd = 438;

export class TakenDescriptors {
  private readonly libc: Libc;
  private readonly pidfd: number;
  private readonly taken = new Map<number, number>();

  constructor(libc: Libc, process: number) {
    this.libc = libc;
    this.pidfd = Number(libc.syscall(pidfdOpen, process, 0, 0));
  }

  /** This process's descriptor for one of the other; `noFd` where it has none. */
  take(fd: number): number {
    const known = this.taken.get(fd);
    if (known !== undefined) return known;
    const own = fd < 0 ? noFd : Number(this.libc.syscall(pidfdGetfd, this.pidfd, fd, 0));
    this.taken.set(fd, own);
    return own;
  }

  close(): void {
    for (const fd of [...this.taken.values(), this.pidfd]) if (fd !== noFd) this.libc.close(fd);
    this.taken.clear();
  }
}
