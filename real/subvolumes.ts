/**
 * Subvolumes and snapshots of btrfs, by name, in a folder that a descriptor names.
 *
 * What makes or deletes one returns 0, or -1 with the reason in `errno`, as the system calls do.
 *
 * Source: struct btrfs_ioctl_vol_args, btrfs_ioctl_vol_args_v2 and
 * btrfs_ioctl_ino_lookup_args, include/uapi/linux/btrfs.h (Linux 6.18).
 */

import { errnoName, HarnessError } from "../model/index.ts";
import {
  BTRFS_FIRST_FREE_OBJECTID,
  BTRFS_IOC_INO_LOOKUP,
  BTRFS_IOC_SEND,
  BTRFS_IOC_SNAP_CREATE_V2,
  BTRFS_IOC_SNAP_DESTROY_V2,
  BTRFS_IOC_SUBVOL_CREATE,
  BTRFS_SUBVOL_RDONLY,
} from "./abi.ts";
import type { Libc } from "./libc.ts";

/** Both structs; the name stands behind s64 fd, and in the second behind flags too. */
const argumentBytes = 4096;
const nameAt = 8;
const nameAtV2 = 56;
const flagsAtV2 = 16;
const sendBytes = 72;

/** An empty subvolume. */
export function createSubvolume(libc: Libc, folder: number, name: string): number {
  const argument = Buffer.alloc(argumentBytes);
  argument.write(name, nameAt, "latin1");
  return libc.ioctl(folder, BTRFS_IOC_SUBVOL_CREATE, argument);
}

/**
 * A snapshot of the subvolume of which `source` is a descriptor. What was written
 * to files there is in it, also when it was not written out yet.
 */
export function createSnapshot(
  libc: Libc,
  folder: number,
  name: string,
  source: number,
  readOnly: boolean,
): number {
  const argument = Buffer.alloc(argumentBytes);
  argument.writeBigInt64LE(BigInt(source), 0);
  if (readOnly) argument.writeBigUInt64LE(BTRFS_SUBVOL_RDONLY, flagsAtV2);
  argument.write(name, nameAtV2, "latin1");
  return libc.ioctl(folder, BTRFS_IOC_SNAP_CREATE_V2, argument);
}

/**
 * Writes the whole of a read-only snapshot, of which `source` is a descriptor, into
 * the descriptor `to`; as struct btrfs_ioctl_send_args says, without a parent.
 */
export function sendSnapshot(libc: Libc, source: number, to: number): number {
  const argument = Buffer.alloc(sendBytes);
  argument.writeBigInt64LE(BigInt(to), 0);
  return libc.ioctl(source, BTRFS_IOC_SEND, argument);
}

/**
 * Takes a subvolume or snapshot away, with its files. Its extents are given back
 * later, by the kernel's cleaner.
 */
export function deleteSubvolume(libc: Libc, folder: number, name: string): number {
  const argument = Buffer.alloc(argumentBytes);
  argument.write(name, nameAtV2, "latin1");
  return libc.ioctl(folder, BTRFS_IOC_SNAP_DESTROY_V2, argument);
}

/**
 * The number of the tree of the subvolume that a descriptor lies in, also of one
 * that was deleted.
 */
export function rootOf(libc: Libc, fd: number): bigint {
  const argument = Buffer.alloc(argumentBytes);
  argument.writeBigUInt64LE(BTRFS_FIRST_FREE_OBJECTID, 8);
  if (libc.ioctl(fd, BTRFS_IOC_INO_LOOKUP, argument) === 0) return argument.readBigUInt64LE(0);
  throw new HarnessError(`the subvolume of a file is not known: ${errnoName(libc.errno())}`);
}
