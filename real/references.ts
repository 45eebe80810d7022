/**
 * Who refers to an extent, as the extent tree tells: BTRFS_IOC_LOGICAL_INO_V2.
 *
 * The extent tree counts references, and the trees of subvolumes hold the items
 * that make them: each must say what the other says, once a commit is done.
 *
 * Source: struct btrfs_ioctl_logical_ino_args, include/uapi/linux/btrfs.h;
 * check_extent_in_eb, fs/btrfs/backref.c (Linux 6.18): with IGNORE_OFFSET every
 * item is listed that refers to any part of the extent, by its own file offset.
 */

import { errnoName, errnoOf, HarnessError, type Reference } from "../model/index.ts";
import { BTRFS_IOC_LOGICAL_INO_V2, BTRFS_LOGICAL_INO_ARGS_IGNORE_OFFSET } from "./abi.ts";
import type { Libc } from "./libc.ts";

const argumentBytes = 56;

/** struct btrfs_data_container: four u32, then three u64 (inode, offset, root) for each item. */
const containerHeaderBytes = 16;
const elementBytes = 24;
const wordsPerElement = 3;

const firstContainerBytes = 64 << 10;

/** The kernel takes no longer container; 699,050 items fit. */
const maxContainerBytes = 16 << 20;

export class References {
  private readonly libc: Libc;
  private readonly block: bigint;
  private readonly argument: Buffer = Buffer.alloc(argumentBytes);
  private container: Buffer = Buffer.alloc(firstContainerBytes);

  /** `block`: bytes of a block of the file system. */
  constructor(libc: Libc, block: number) {
    this.libc = libc;
    this.block = BigInt(block);
  }

  /**
   * The items that refer to the extent at an address, sorted by root, inode and
   * start; none when there is no such extent. `fd` is any descriptor on the file
   * system. Throws HarnessError where the kernel does not say.
   */
  of(fd: number, extent: bigint): readonly Reference[] {
    for (;;) {
      if (!this.ask(fd, extent)) return [];
      if (this.container.readUInt32LE(4) === 0) return this.decode().sort(byPlace);
      if (this.container.length >= maxContainerBytes) {
        throw new HarnessError("an extent has more references than the kernel tells");
      }
      this.container = Buffer.alloc(Math.min(this.container.length * 16, maxContainerBytes));
    }
  }

  /** Whether there is such an extent. */
  private ask(fd: number, extent: bigint): boolean {
    this.argument.fill(0);
    this.argument.writeBigUInt64LE(extent, 0);
    this.argument.writeBigUInt64LE(BigInt(this.container.length), 8);
    this.argument.writeBigUInt64LE(BTRFS_LOGICAL_INO_ARGS_IGNORE_OFFSET, 40);
    this.argument.writeBigUInt64LE(this.libc.address(this.container), 48);
    if (this.libc.ioctl(fd, BTRFS_IOC_LOGICAL_INO_V2, this.argument) === 0) return true;
    if (this.libc.errno() === errnoOf("ENOENT")) return false;
    throw this.fault("references cannot be read");
  }

  private decode(): Reference[] {
    const { container } = this;
    const elements = container.readUInt32LE(8) / wordsPerElement;
    return Array.from({ length: elements }, (_, index) => {
      const at = containerHeaderBytes + index * elementBytes;
      return {
        inode: container.readBigUInt64LE(at),
        start: container.readBigUInt64LE(at + 8) / this.block,
        root: container.readBigUInt64LE(at + 16),
      };
    });
  }

  private fault(what: string): HarnessError {
    return new HarnessError(`${what}: ${errnoName(this.libc.errno())}`);
  }
}

function byPlace(a: Reference, b: Reference): number {
  return compare(a.root, b.root) || compare(a.inode, b.inode) || compare(a.start, b.start);
}

function compare(a: bigint, b: bigint): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
