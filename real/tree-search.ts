/**
 * Items of a file, as they stand in the tree of its subvolume.
 *
 * What is not written out yet is not there: a syncfs comes before.
 *
 * Source: struct btrfs_ioctl_search_args_v2, include/uapi/linux/btrfs.h, and
 * copy_to_sk in fs/btrfs/ioctl.c (Linux 6.18): a search ends early only when the
 * next item does not fit what is left of the buffer.
 */

import { errnoName, errnoOf, HarnessError, type ExtentItem, type Items } from "../model/index.ts";
import {
  BTRFS_EXTENT_DATA_KEY,
  BTRFS_EXTENT_FLAG_DATA,
  BTRFS_EXTENT_ITEM_KEY,
  BTRFS_EXTENT_TREE_OBJECTID,
  BTRFS_FILE_EXTENT_INLINE,
  BTRFS_FILE_EXTENT_PREALLOC,
  BTRFS_INODE_ITEM_KEY,
  BTRFS_IOC_TREE_SEARCH_V2,
} from "./abi.ts";
import type { Libc } from "./libc.ts";

/** struct btrfs_ioctl_search_key, and the u64 that says how long the buffer is. */
const keyBytes = 104;
const argumentBytes = keyBytes + 8;
const countAt = 64;

/** struct btrfs_ioctl_search_header: transid, objectid, offset, type, len. */
const headerBytes = 32;

/** An item is smaller than a node of the tree, and that has 64 KiB at most. */
const maxItemBytes = 64 << 10;
const bufferBytes = 2 * maxItemBytes;

const maxU64 = (1n << 64n) - 1n;

/** The version of an inode (i_version), in struct btrfs_inode_item: include/uapi/linux/btrfs_tree.h. */
const sequenceAt = 72;

/** Items of one file, at most: a file of 4 GiB in which every second block is a hole. */
const maxItems = 1 << 20;

export class TreeSearch {
  private readonly libc: Libc;
  private readonly block: bigint;
  private readonly memory: Buffer = Buffer.alloc(argumentBytes + bufferBytes);

  /** `block`: bytes of a block of the file system. */
  constructor(libc: Libc, block: number) {
    this.libc = libc;
    this.block = BigInt(block);
  }

  /** Whether items can be read through a descriptor: on btrfs, with CAP_SYS_ADMIN. */
  isReadable(fd: number): boolean {
    this.ask(0n, 0n);
    if (this.libc.ioctl(fd, BTRFS_IOC_TREE_SEARCH_V2, this.memory) === 0) return true;
    const number = this.libc.errno();
    if (number === errnoOf("EPERM") || number === errnoOf("ENOTTY")) return false;
    throw new HarnessError(`extent items cannot be read: ${errnoName(number)}`);
  }

  /**
   * The items of the inode in the subvolume of a descriptor; extentCount is 0 for
   * inline items and holes. Throws HarnessError where the kernel does not say:
   * EPERM without CAP_SYS_ADMIN, ENOTTY on another file system.
   */
  items(fd: number, inode: bigint): Items {
    const items: ExtentItem[] = [];
    let from = 0n;
    for (;;) {
      this.ask(inode, from);
      if (this.libc.ioctl(fd, BTRFS_IOC_TREE_SEARCH_V2, this.memory) !== 0) {
        throw new HarnessError(`extent items cannot be read: ${errnoName(this.libc.errno())}`);
      }
      const found = this.memory.readUInt32LE(countAt);
      let at = argumentBytes;
      for (let index = 0; index < found; index++) {
        from = this.memory.readBigUInt64LE(at + 16) + 1n;
        items.push(this.decode(at));
        at += headerBytes + this.memory.readUInt32LE(at + 28);
      }
      if (found === 0 || at + headerBytes + maxItemBytes <= this.memory.length) return items;
      if (items.length > maxItems) throw new HarnessError(`a file has over ${maxItems} items`);
    }
  }

  /**
   * How many references the item of an extent counts, in the extent tree as it was
   * last committed; undefined when no data is allocated at this address. `fd` is
   * any descriptor on the file system.
   */
  extentCount(fd: number, extent: bigint): bigint | undefined {
    this.ask(extent, 0n, BTRFS_EXTENT_ITEM_KEY, BTRFS_EXTENT_TREE_OBJECTID);
    if (this.libc.ioctl(fd, BTRFS_IOC_TREE_SEARCH_V2, this.memory) !== 0) {
      throw new HarnessError(`the extent tree cannot be read: ${errnoName(this.libc.errno())}`);
    }
    if (this.memory.readUInt32LE(countAt) === 0) return undefined;
    const item = argumentBytes + headerBytes;
    const isData = (this.memory.readBigUInt64LE(item + 16) & BTRFS_EXTENT_FLAG_DATA) !== 0n;
    return isData ? this.memory.readBigUInt64LE(item) : undefined;
  }

  /**
   * The version of an inode in the subvolume of a descriptor, as it was last
   * committed; undefined when it is not there yet.
   */
  version(fd: number, inode: bigint): bigint | undefined {
    this.ask(inode, 0n, BTRFS_INODE_ITEM_KEY);
    if (this.libc.ioctl(fd, BTRFS_IOC_TREE_SEARCH_V2, this.memory) !== 0) {
      throw new HarnessError(`an inode's item cannot be read: ${errnoName(this.libc.errno())}`);
    }
    if (this.memory.readUInt32LE(countAt) === 0) return undefined;
    return this.memory.readBigUInt64LE(argumentBytes + headerBytes + sequenceAt);
  }

  /** tree_id 0 is the subvolume of the descriptor; ranges of the key include their ends. */
  private ask(objectid: bigint, from: bigint, type = BTRFS_EXTENT_DATA_KEY, tree = 0n): void {
    const { memory } = this;
    memory.fill(0, 0, argumentBytes);
    memory.writeBigUInt64LE(tree, 0);
    memory.writeBigUInt64LE(objectid, 8);
    memory.writeBigUInt64LE(objectid, 16);
    memory.writeBigUInt64LE(from, 24);
    memory.writeBigUInt64LE(maxU64, 32);
    memory.writeBigUInt64LE(maxU64, 48);
    memory.writeUInt32LE(type, 56);
    memory.writeUInt32LE(type, 60);
    memory.writeUInt32LE(0xffff_ffff, countAt);
    memory.writeBigUInt64LE(BigInt(bufferBytes), keyBytes);
  }

  /** struct btrfs_file_extent_item behind the header at `at`. */
  private decode(at: number): ExtentItem {
    const { memory, block } = this;
    const start = memory.readBigUInt64LE(at + 16) / block;
    const item = at + headerBytes;
    const compressed = memory.readUInt8(item + 16) !== 0;
    const freedom = "none";
    const type = memory.readUInt8(item + 20);
    if (type === BTRFS_FILE_EXTENT_INLINE) {
      return {
        start,
        count: 1n,
        kind: "inline",
        extent: 0n,
        skip: 0n,
        extentCount: 0n,
        compressed,
        freedom,
      };
    }
    const extent = memory.readBigUInt64LE(item + 21);
    const count = memory.readBigUInt64LE(item + 45) / block;
    if (extent === 0n) {
      return {
        start,
        count,
        kind: "hole",
        extent,
        skip: 0n,
        extentCount: 0n,
        compressed: false,
        freedom,
      };
    }
    const skip = memory.readBigUInt64LE(item + 37) / block;
    const extentCount = memory.readBigUInt64LE(compressed ? item + 8 : item + 29) / block;
    const kind = type === BTRFS_FILE_EXTENT_PREALLOC ? "prealloc" : "data";
    return { start, count, kind, extent, skip, extentCount, compressed, freedom };
  }
}
