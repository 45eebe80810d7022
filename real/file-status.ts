/** statx(2) of an open file. */

import { errnoName, HarnessError } from "../model/index.ts";
import { AT_EMPTY_PATH, STATX_BASIC_STATS } from "./abi.ts";
import type { Libc } from "./libc.ts";

/** struct statx: include/uapi/linux/stat.h (Linux 6.18). The times are s64 seconds and u32 nanoseconds. */
export const statxBytes = 256;
const modeAt = 28;
const inodeAt = 32;
const sizeAt = 40;
const blocksAt = 48;
const accessedAt = 64;
const changedAt = 96;
const modifiedAt = 112;
const deviceAt = 136;

const S_IFMT = 0o170000;
const S_IFREG = 0o100000;

/** The part that a call on contents or layout may change. */
export interface FileStatus {
  /** The file's number in its subvolume. */
  readonly inode: bigint;
  /** Differs between subvolumes too. */
  readonly device: bigint;
  /** i_size, in bytes. */
  readonly size: bigint;
  /** st_blocks: units of 512 bytes. */
  readonly stBlocks: bigint;
  /** Nanoseconds since 1970. */
  readonly accessedNs: bigint;
  readonly modifiedNs: bigint;
  readonly changedNs: bigint;
  readonly isFile: boolean;
}

/** The status of an open file. Throws HarnessError where the kernel does not say. */
export function fileStatus(libc: Libc, fd: number): FileStatus {
  const memory = Buffer.alloc(statxBytes);
  if (!readStatus(libc, fd, memory)) {
    throw new HarnessError(`statx failed: ${errnoName(libc.errno())}`);
  }
  return decodeStatus(memory);
}

/** Fills `memory`, of statxBytes. False where the kernel does not say, as for what is not open. */
export function readStatus(libc: Libc, fd: number, memory: Buffer): boolean {
  return libc.statx(fd, "", AT_EMPTY_PATH, STATX_BASIC_STATS, memory) === 0;
}

/** Whether an open file is a regular one; `memory` is of statxBytes. */
export function isRegular(libc: Libc, fd: number, memory: Buffer): boolean {
  return readStatus(libc, fd, memory) && isFile(memory);
}

export function decodeStatus(memory: Buffer): FileStatus {
  return {
    inode: memory.readBigUInt64LE(inodeAt),
    device: memory.readBigUInt64LE(deviceAt),
    size: memory.readBigUInt64LE(sizeAt),
    stBlocks: memory.readBigUInt64LE(blocksAt),
    accessedNs: timeAt(memory, accessedAt),
    modifiedNs: timeAt(memory, modifiedAt),
    changedNs: timeAt(memory, changedAt),
    isFile: isFile(memory),
  };
}

function isFile(memory: Buffer): boolean {
  return (memory.readUInt16LE(modeAt) & S_IFMT) === S_IFREG;
}

/** Words of a status, of four bytes: the seconds (their low half) and nanoseconds of its times. */
const timeWords = [accessedAt, changedAt, modifiedAt].flatMap((at) => [at, at + 8]);

/** Whether two statuses have the same times. Every dedupe asks; comparing ranges of buffers takes far longer. */
export function sameTimes(a: Buffer, b: Buffer): boolean {
  for (const at of timeWords) if (a.readUInt32LE(at) !== b.readUInt32LE(at)) return false;
  return true;
}

function timeAt(memory: Buffer, at: number): bigint {
  return memory.readBigInt64LE(at) * 1_000_000_000n + BigInt(memory.readUInt32LE(at + 8));
}
