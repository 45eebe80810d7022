/** A loop device for an image, which frees itself when its last user is gone. */

import { constants } from "node:fs";
import { errnoName, HarnessError } from "../model/index.ts";
import { O_CLOEXEC, type Libc } from "./libc.ts";

const AT_FDCWD = -100;
const EBUSY = 16;

/** Source: include/uapi/linux/loop.h (Linux 6.18); LOOP_CONFIGURE since 5.8. */
const LOOP_CTL_GET_FREE = 0x4c82;
const LOOP_CONFIGURE = 0x4c0a;
const LO_FLAGS_AUTOCLEAR = 4;

/** struct loop_config: fd, block_size, struct loop_info64 of 232 bytes, 8 reserved u64. */
const loopConfigBytes = 304;
const flagsAt = 8 + 52;

/** Tries to get a device, against other processes that take them at the same time. */
const maxTries = 64;

export interface LoopDevice {
  readonly path: string;
  /** Keeps the device; once it is closed and nothing is mounted from it, the image is gone. */
  readonly fd: number;
}

/** Attaches an open image. Throws HarnessError, saying what to do, where there is no loop device. */
export function attachLoop(libc: Libc, imageFd: number): LoopDevice {
  const control = open(libc, "/dev/loop-control");
  try {
    for (let tries = 0; tries < maxTries; tries++) {
      const number = libc.ioctl(control, LOOP_CTL_GET_FREE, null);
      if (number < 0) throw fault(libc, "no loop device is free");
      const device = configure(libc, `/dev/loop${number}`, imageFd);
      if (device !== undefined) return device;
    }
  } finally {
    libc.close(control);
  }
  throw new HarnessError(`no loop device could be had in ${maxTries} tries`);
}

/** Undefined when another process was first. */
function configure(libc: Libc, path: string, imageFd: number): LoopDevice | undefined {
  const fd = open(libc, path);
  const config = Buffer.alloc(loopConfigBytes);
  config.writeUInt32LE(imageFd, 0);
  config.writeUInt32LE(LO_FLAGS_AUTOCLEAR, flagsAt);
  if (libc.ioctl(fd, LOOP_CONFIGURE, config) === 0) return { path, fd };
  const number = libc.errno();
  libc.close(fd);
  if (number === EBUSY) return undefined;
  throw new HarnessError(`${path} takes no image: ${errnoName(number)}`);
}

function open(libc: Libc, path: string): number {
  const fd = libc.openat(AT_FDCWD, path, constants.O_RDWR | O_CLOEXEC, 0);
  if (fd === -1) throw fault(libc, `${path} does not open`);
  return fd;
}

function fault(libc: Libc, what: string): HarnessError {
  return new HarnessError(`${what} (${errnoName(libc.errno())}): modprobe loop, as root`);
}
