/** fstatfs(2) of a file system. */

import { HarnessError } from "../model/index.ts";
import type { Libc } from "./libc.ts";

const ST_RDONLY = 1;

export interface FsStatus {
  /** f_type, such as BTRFS_SUPER_MAGIC. */
  readonly type: number;
  /** f_bsize: on btrfs the sector size, on xfs the block size. */
  readonly block: number;
  /** Bytes that an unprivileged writer can still have. */
  readonly availableBytes: number;
  readonly readOnly: boolean;
}

/** struct statfs of 64-bit Linux is 120 bytes: include/uapi/asm-generic/statfs.h. */
const statfsBytes = 120;

/** Throws HarnessError when the descriptor cannot be asked. */
export function fsStatus(libc: Libc, fd: number): FsStatus {
  const buffer = Buffer.alloc(statfsBytes);
  if (libc.fstatfs(fd, buffer) !== 0) {
    throw new HarnessError(`fstatfs failed with errno ${libc.errno()}`);
  }
  const block = Number(buffer.readBigInt64LE(8));
  return {
    type: Number(buffer.readBigInt64LE(0)),
    block,
    availableBytes: Number(buffer.readBigUInt64LE(32)) * block,
    readOnly: (buffer.readUInt8(80) & ST_RDONLY) !== 0,
  };
}

/** Errors that a full or failing machine gives to calls that are right. */
const suspects: ReadonlySet<number> = new Set([5, 28, 30, 122]); // EIO, ENOSPC, EROFS, EDQUOT

/** Less than this is a full file system. */
const roomBytes = 64 << 20;

/** Whether an error could be the machine's: worth a look at `shortage`. */
export function isSuspect(errno: number): boolean {
  return suspects.has(errno);
}

/** That a file system is too full for what was asked of it, in a few words; undefined when it is not. */
export function fullness({ availableBytes }: FsStatus, askedBytes: number): string | undefined {
  const neededBytes = roomBytes + askedBytes;
  return availableBytes < neededBytes
    ? `has less than ${Math.ceil(neededBytes / 2 ** 20)} MiB free`
    : undefined;
}

/** Why a file system cannot take writes, in a few words; undefined when it can. */
export function shortage(status: FsStatus, askedBytes: number): string | undefined {
  return status.readOnly ? "is read-only" : fullness(status, askedBytes);
}
