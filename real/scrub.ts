/**
 * A scrub: the kernel reads every block of a mounted btrfs and verifies it, without
 * repairing anything.
 *
 * Source: struct btrfs_ioctl_scrub_args, include/uapi/linux/btrfs.h, and
 * btrfs_scrub_dev, fs/btrfs/scrub.c (Linux 6.18).
 */

import { BTRFS_IOC_SCRUB, BTRFS_SCRUB_READONLY } from "./abi.ts";
import type { Libc } from "./libc.ts";

/** struct btrfs_ioctl_scrub_args: devid, start, end and flags, then struct btrfs_scrub_progress. */
const argumentBytes = 1024;
const progressAt = 32;

/** The counts of errors in struct btrfs_scrub_progress, by their place among its u64. */
const errorCounts: ReadonlyMap<string, number> = new Map([
  ["read errors", 4],
  ["checksum errors", 5],
  ["errors of metadata", 6],
  ["superblocks with errors", 9],
  ["errors that cannot be corrected", 11],
]);

const maxU64 = (1n << 64n) - 1n;

/** What a scrub counted, in words; undefined when it found nothing wrong. */
export type Scrubbed =
  | { readonly kind: "scrubbed"; readonly complaint: string | undefined }
  | { readonly kind: "failed"; readonly errno: number };

/** Scrubs the only device of the file system of a descriptor. */
export function scrub(libc: Libc, fd: number): Scrubbed {
  const memory = Buffer.alloc(argumentBytes);
  memory.writeBigUInt64LE(1n, 0);
  memory.writeBigUInt64LE(maxU64, 16);
  memory.writeBigUInt64LE(BTRFS_SCRUB_READONLY, 24);
  if (libc.ioctl(fd, BTRFS_IOC_SCRUB, memory) === -1) {
    return { kind: "failed", errno: libc.errno() };
  }
  const counted = [...errorCounts].flatMap(([words, index]) => {
    const count = memory.readBigUInt64LE(progressAt + 8 * index);
    return count === 0n ? [] : [`${count} ${words}`];
  });
  return { kind: "scrubbed", complaint: counted.length === 0 ? undefined : counted.join(", ") };
}
