/** A file system of which no block is free, for as long as it takes. */

import { constants } from "node:fs";
import { errnoName, HarnessError } from "../model/index.ts";
import { fsStatus } from "./fs-status.ts";
import { O_CLOEXEC, type Libc } from "./libc.ts";
import { writeOut } from "./write-out.ts";

const AT_FDCWD = -100;
/** include/uapi/asm-generic/fcntl.h: __O_TMPFILE | O_DIRECTORY. */
const O_TMPFILE = 0o20000000 | constants.O_DIRECTORY;
const ENOSPC = 28;

/** Tries to reserve space, each half as long as the one before. */
const maxTries = 64;

/** Does `work` while a file without a name has every block of the file system at `path` that can be had. */
export function whileFull<Result>(libc: Libc, path: string, work: () => Result): Result {
  const fd = libc.openat(AT_FDCWD, path, O_TMPFILE | constants.O_RDWR | O_CLOEXEC, 0o600);
  if (fd === -1) throw new HarnessError(`nothing can be filled: ${errnoName(libc.errno())}`);
  try {
    writeOut(libc, fd);
    fill(libc, fd);
    return work();
  } finally {
    // Cut at once, for a file that is closed gives its blocks back later; btrfs does so behind a commit.
    libc.ftruncate(fd, 0);
    libc.syncfs(fd);
    libc.close(fd);
  }
}

function fill(libc: Libc, fd: number): void {
  const { availableBytes, block } = fsStatus(libc, fd);
  let at = 0;
  let length = Math.max(availableBytes, block);
  for (let tries = 0; tries < maxTries; tries++) {
    const failed = libc.fallocate(fd, 0, at, length) !== 0;
    if (failed && libc.errno() !== ENOSPC) {
      throw new HarnessError(`nothing is reserved: ${errnoName(libc.errno())}`);
    }
    if (failed && length === block) return;
    at += length;
    if (failed) length = Math.max(block, Math.ceil(length / block / 2) * block);
  }
  throw new HarnessError("the file system does not fill");
}
