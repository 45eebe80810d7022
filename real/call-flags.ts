/** The words of ops as flags and modes of system calls. */

import { constants } from "node:fs";
import type { Access, FallocateMode, OpenFlag } from "../model/index.ts";
import { O_CLOEXEC, O_PATH } from "./libc.ts";

/** FALLOC_FL_KEEP_SIZE 1, PUNCH_HOLE 2, ZERO_RANGE 16: include/uapi/linux/falloc.h. */
export const fallocateModes: Readonly<Record<FallocateMode, number>> = {
  prealloc: 0,
  "keep-size": 1,
  punch: 3,
  zero: 16,
  "zero-keep-size": 17,
};

export const accessFlags: Readonly<Record<Access, number>> = {
  r: constants.O_RDONLY,
  w: constants.O_WRONLY,
  rw: constants.O_RDWR,
};

export const openFlags: Readonly<Record<OpenFlag, number>> = {
  append: constants.O_APPEND,
  truncate: constants.O_TRUNC,
  path: O_PATH,
};

/** Of every folder, and of every file that a program opens. */
export const folderFlags: number = constants.O_DIRECTORY | constants.O_NOFOLLOW | O_CLOEXEC;
export const alwaysFlags: number = constants.O_NONBLOCK | constants.O_NOFOLLOW | O_CLOEXEC;
