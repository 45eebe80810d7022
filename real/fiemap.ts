/**
 * FS_IOC_FIEMAP: where a file's blocks stand, as the file system tells everyone.
 *
 * Source: Documentation/filesystems/fiemap.rst, include/uapi/linux/fiemap.h (Linux 6.18).
 */

import { errnoName, HarnessError } from "../model/index.ts";
import { FIEMAP_EXTENT_LAST, FIEMAP_FLAG_SYNC, FS_IOC_FIEMAP } from "./abi.ts";
import type { Libc } from "./libc.ts";

/** struct fiemap, and struct fiemap_extent behind it. */
const headerBytes = 32;
const extentBytes = 56;
const countAt = 20;

/** Extents asked for at a time. */
const pageExtents = 512;

/** Extents of one file, at most. */
const maxExtents = 1 << 20;

/** To the end of everything that can be asked about. */
const maxEnd = (1n << 63n) - 1n;

/** One struct fiemap_extent: neighbours on the disk come merged. Positions and lengths are bytes. */
export interface MappedExtent {
  readonly logical: bigint;
  /** On btrfs an address of the file system; without a meaning where data is encoded or inline. */
  readonly physical: bigint;
  readonly length: bigint;
  /** FIEMAP_EXTENT_*, as in abi.ts. */
  readonly flags: number;
}

export class Fiemap {
  private readonly libc: Libc;
  private readonly memory: Buffer = Buffer.alloc(headerBytes + pageExtents * extentBytes);

  constructor(libc: Libc) {
    this.libc = libc;
  }

  /**
   * The extents of a file, sorted, also beyond its end; holes are left out. With
   * `sync` the file is written out before. Throws HarnessError where the file
   * system does not say.
   */
  extents(fd: number, sync: boolean): readonly MappedExtent[] {
    const extents: MappedExtent[] = [];
    let from = 0n;
    for (;;) {
      this.ask(from, sync);
      this.call(fd);
      const mapped = this.memory.readUInt32LE(countAt);
      for (let index = 0; index < mapped; index++) extents.push(this.decode(index));
      const last = extents.at(-1);
      if (last === undefined || mapped < pageExtents) return extents;
      if ((last.flags & FIEMAP_EXTENT_LAST) !== 0) return extents;
      if (extents.length > maxExtents) throw new HarnessError(`over ${maxExtents} extents`);
      from = last.logical + last.length;
    }
  }

  /**
   * Writes a file out, so that its data has items, without a commit: several times
   * quicker than syncfs(2), with the same items after it. Asks about one byte.
   */
  writeOut(fd: number): void {
    this.ask(0n, true, 1n);
    this.call(fd);
  }

  private ask(from: bigint, sync: boolean, length: bigint = maxEnd - from): void {
    this.memory.fill(0, 0, headerBytes);
    this.memory.writeBigUInt64LE(from, 0);
    this.memory.writeBigUInt64LE(length, 8);
    this.memory.writeUInt32LE(sync ? FIEMAP_FLAG_SYNC : 0, 16);
    this.memory.writeUInt32LE(pageExtents, 24);
  }

  private call(fd: number): void {
    if (this.libc.ioctl(fd, FS_IOC_FIEMAP, this.memory) === 0) return;
    throw new HarnessError(`FIEMAP does not answer: ${errnoName(this.libc.errno())}`);
  }

  private decode(index: number): MappedExtent {
    const at = headerBytes + index * extentBytes;
    return {
      logical: this.memory.readBigUInt64LE(at),
      physical: this.memory.readBigUInt64LE(at + 8),
      length: this.memory.readBigUInt64LE(at + 16),
      flags: this.memory.readUInt32LE(at + 40),
    };
  }
}
