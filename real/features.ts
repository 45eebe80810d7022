/** BTRFS_IOC_GET_FEATURES: what a btrfs was made with. */

import { errnoName, HarnessError } from "../model/index.ts";
import { BTRFS_FEATURE_INCOMPAT_NO_HOLES, BTRFS_IOC_GET_FEATURES } from "./abi.ts";
import type { Libc } from "./libc.ts";

/** struct btrfs_ioctl_feature_flags: include/uapi/linux/btrfs.h (Linux 6.18). */
const flagsBytes = 24;
const incompatAt = 16;

/** Whether a btrfs is without NO_HOLES, so that holes are items. `fd` is any descriptor on it. */
export function hasExplicitHoles(libc: Libc, fd: number): boolean {
  const flags = Buffer.alloc(flagsBytes);
  if (libc.ioctl(fd, BTRFS_IOC_GET_FEATURES, flags) !== 0) {
    throw new HarnessError(`features cannot be read: ${errnoName(libc.errno())}`);
  }
  return (flags.readBigUInt64LE(incompatAt) & BTRFS_FEATURE_INCOMPAT_NO_HOLES) === 0n;
}
