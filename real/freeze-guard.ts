/**
 * Freezes a file system, and thaws it whatever happens: when asked, when the
 * worker that asked is gone, and when time is up. Whoever freezes must be able to
 * thaw, so the worker has this done by a helper.
 */

import { constants } from "node:fs";
import { FIFREEZE, FITHAW } from "./abi.ts";
import { O_CLOEXEC, type Libc } from "./libc.ts";
import { readable } from "./lines.ts";
import { noFd } from "./slots.ts";

const AT_FDCWD = -100;
const folderFlags = constants.O_DIRECTORY | O_CLOEXEC;

/** A file system is frozen for so long at most: many times what a call needs, on a machine that is busy. */
const maxMilliseconds = 10_000;

const ETIME = 62;

export class FreezeGuard {
  private readonly libc: Libc;
  /** Can be read when there is a request, or when nobody is left to make one. */
  private readonly requests: number;
  /** A descriptor of the file system that is frozen; `noFd` for none. */
  private fd = noFd;

  constructor(libc: Libc, requests: number) {
    this.libc = libc;
    this.requests = requests;
  }

  /** Freezes the file system at `path`; 0, or why it is not frozen. */
  begin(path: string): number {
    const fd = this.libc.openat(AT_FDCWD, path, folderFlags, 0);
    if (fd === -1) return this.libc.errno();
    if (this.libc.ioctl(fd, FIFREEZE, null) === 0) {
      this.fd = fd;
      return 0;
    }
    const failure = this.libc.errno();
    this.libc.close(fd);
    return failure;
  }

  /** Waits for the next request while a file system is frozen, and thaws it when none comes in time. */
  wait(): void {
    if (this.fd === noFd) return;
    if (readable(this.libc, [this.requests], maxMilliseconds).length === 0) this.end();
  }

  /** Thaws what is frozen; 0, or why it cannot: ETIME where time was up before. */
  end(): number {
    if (this.fd === noFd) return ETIME;
    const failure = this.libc.ioctl(this.fd, FITHAW, null) === 0 ? 0 : this.libc.errno();
    this.libc.close(this.fd);
    this.fd = noFd;
    return failure;
  }
}
