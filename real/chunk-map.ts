/**
 * Where an address of a btrfs stands on its device: chunks map ranges of one to
 * ranges of the other, once, or twice where they are kept double.
 *
 * Source: struct btrfs_chunk and btrfs_stripe, include/uapi/linux/btrfs_tree.h
 * (Linux 6.18).
 */

import { errnoName, HarnessError } from "../model/index.ts";
import { BTRFS_IOC_TREE_SEARCH_V2 } from "./abi.ts";
import type { Libc } from "./libc.ts";

const BTRFS_CHUNK_TREE_OBJECTID = 3n;
const BTRFS_FIRST_CHUNK_TREE_OBJECTID = 256n;
const BTRFS_CHUNK_ITEM_KEY = 228;

/** struct btrfs_ioctl_search_args_v2: a key, the length of the buffer, and the buffer. */
const keyBytes = 104;
const argumentBytes = keyBytes + 8;
const countAt = 64;
const headerBytes = 32;
const bufferBytes = 64 << 10;

/** struct btrfs_chunk: length, then num_stripes at 44, and stripes of devid, offset and uuid. */
const stripesAt = 44;
const firstStripeAt = 48;
const stripeBytes = 32;

const maxU64 = (1n << 64n) - 1n;

/**
 * The places of an address on the device of the file system of `fd`, which has
 * one. Throws HarnessError where the kernel does not say.
 */
export function placesOf(libc: Libc, fd: number, address: bigint): readonly bigint[] {
  const memory = Buffer.alloc(argumentBytes + bufferBytes);
  memory.writeBigUInt64LE(BTRFS_CHUNK_TREE_OBJECTID, 0);
  memory.writeBigUInt64LE(BTRFS_FIRST_CHUNK_TREE_OBJECTID, 8);
  memory.writeBigUInt64LE(BTRFS_FIRST_CHUNK_TREE_OBJECTID, 16);
  memory.writeBigUInt64LE(address, 32);
  memory.writeBigUInt64LE(maxU64, 48);
  memory.writeUInt32LE(BTRFS_CHUNK_ITEM_KEY, 56);
  memory.writeUInt32LE(BTRFS_CHUNK_ITEM_KEY, 60);
  memory.writeUInt32LE(0xffff_ffff, countAt);
  memory.writeBigUInt64LE(BigInt(bufferBytes), keyBytes);
  if (libc.ioctl(fd, BTRFS_IOC_TREE_SEARCH_V2, memory) !== 0) {
    throw new HarnessError(`chunks cannot be read: ${errnoName(libc.errno())}`);
  }
  let at = argumentBytes;
  for (let left = memory.readUInt32LE(countAt); left > 0; left--) {
    const start = memory.readBigUInt64LE(at + 16);
    const chunk = at + headerBytes;
    if (address < start + memory.readBigUInt64LE(chunk)) {
      return stripes(memory, chunk).map((place) => place + address - start);
    }
    at = chunk + memory.readUInt32LE(at + 28);
  }
  throw new HarnessError("an address of the file system is in no chunk");
}

/** Where the copies of a chunk begin. */
function stripes(memory: Buffer, chunk: number): readonly bigint[] {
  const count = memory.readUInt16LE(chunk + stripesAt);
  return Array.from({ length: count }, (_, index) =>
    memory.readBigUInt64LE(chunk + firstStripeAt + index * stripeBytes + 8),
  );
}
