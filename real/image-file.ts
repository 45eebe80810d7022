/** A sparse file without a name, to make a file system in. */

import { constants, mkdtempSync, openSync, rmdirSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { errnoName, HarnessError } from "../model/index.ts";
import { O_CLOEXEC, type Libc } from "./libc.ts";

const AT_FDCWD = -100;

/** Source: include/uapi/asm-generic/fcntl.h; with O_DIRECTORY, which differs by architecture. */
const O_TMPFILE = 0o20000000 | constants.O_DIRECTORY;

/** A descriptor of a new image in `folder`; nothing is left of it once it is closed. */
export function openImage(libc: Libc, folder: string, lengthBytes: number): number {
  const flags = O_TMPFILE | constants.O_RDWR | O_CLOEXEC;
  const unnamed = libc.openat(AT_FDCWD, folder, flags, 0o600);
  const fd = unnamed === -1 ? openUnlinked(folder) : unnamed;
  if (libc.ftruncate(fd, lengthBytes) === 0) return fd;
  const reason = errnoName(libc.errno());
  libc.close(fd);
  throw new HarnessError(`an image of ${lengthBytes} bytes cannot be made in ${folder}: ${reason}`);
}

/** For file systems without O_TMPFILE: a name that is gone before anything is written. */
function openUnlinked(folder: string): number {
  const home = mkdtempSync(join(folder, "image-"));
  const path = join(home, "image");
  const fd = openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL, 0o600);
  unlinkSync(path);
  rmdirSync(home);
  return fd;
}
