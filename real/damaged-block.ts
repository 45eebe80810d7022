/**
 * A block of a file made unreadable, and readable again: some of its bytes on the
 * disk are flipped, so that its checksum does not match. Only in an image of our own.
 */

import { errnoName, HarnessError } from "../model/index.ts";
import { BTRFS_SUPER_MAGIC, FS_IOC_GETFLAGS, FS_NOCOW_FL, POSIX_FADV_DONTNEED } from "./abi.ts";
import { fsStatus } from "./fs-status.ts";
import { placesOf } from "./chunk-map.ts";
import { fileStatus } from "./file-status.ts";
import { TreeSearch } from "./tree-search.ts";
import { O_CLOEXEC, O_NOATIME, type Libc } from "./libc.ts";

const AT_FDCWD = -100;

/** A byte of a file: one in the block that is meant. */
export interface Spot {
  readonly fd: number;
  readonly offset: bigint;
  /** Bytes of a block of the file system. */
  readonly block: number;
}

export class DamagedBlocks {
  private readonly libc: Libc;

  constructor(libc: Libc) {
    this.libc = libc;
  }

  /**
   * Does `work` while the block of a spot cannot be read; nothing is damaged where
   * there is no such block. `disk` is the image of its file system, which was
   * written out. What the page cache holds of `files` is let go before, and behind it.
   */
  during<Result>(disk: number, spot: Spot, files: readonly number[], work: () => Result): Result {
    const { fd, offset, block } = spot;
    const start = offset - (offset % BigInt(block));
    const address = this.hasChecksums(fd) ? this.addressOf(fd, start, block) : undefined;
    if (address === undefined) return work();
    const places = placesOf(this.libc, fd, address);
    const bytes = this.read(disk, places, fd, start, block);
    try {
      this.write(disk, places, flipped(bytes));
      this.forget(files);
      return work();
    } finally {
      this.write(disk, places, bytes);
      this.forget(files);
    }
  }

  private hasChecksums(fd: number): boolean {
    if (fsStatus(this.libc, fd).type !== BTRFS_SUPER_MAGIC) return false;
    const flags = Buffer.alloc(8);
    if (this.libc.ioctl(fd, FS_IOC_GETFLAGS, flags) !== 0) return false;
    return (flags.readUInt32LE(0) & FS_NOCOW_FL) === 0;
  }

  /**
   * The address of a block in the file system; undefined where none of its bytes
   * stands on the disk as it is read. Asked of the extent items, and not of FIEMAP,
   * which is a witness that may be wrong.
   */
  private addressOf(fd: number, start: bigint, block: number): bigint | undefined {
    const at = start / BigInt(block);
    const item = new TreeSearch(this.libc, block)
      .items(fd, fileStatus(this.libc, fd).inode)
      .find((each) => each.start <= at && at < each.start + each.count);
    if (item?.kind !== "data" || item.compressed) return undefined;
    return item.extent + (item.skip + at - item.start) * BigInt(block);
  }

  /** The block as every place of it has it, and as the file reads: else it is not the block. */
  private read(
    disk: number,
    places: readonly bigint[],
    fd: number,
    start: bigint,
    block: number,
  ): Buffer {
    const read = Buffer.alloc(block);
    const length = this.readQuietly(fd, read, start);
    const there = Buffer.alloc(block);
    for (const place of places) {
      this.expect(this.libc.pread(disk, there, block, place) === block, "read");
      if (length < 0 || there.compare(read, 0, length, 0, length) !== 0) {
        throw new HarnessError("a block of a file is not where its file system says");
      }
    }
    return there;
  }

  /** Reads without a change of the time of the last access. */
  private readQuietly(fd: number, into: Buffer, start: bigint): number {
    const quiet = this.libc.openat(AT_FDCWD, `/proc/self/fd/${fd}`, O_NOATIME | O_CLOEXEC, 0);
    const length = this.libc.pread(quiet, into, into.length, start);
    this.libc.close(quiet);
    return length;
  }

  private write(disk: number, places: readonly bigint[], bytes: Buffer): void {
    for (const place of places) {
      this.expect(this.libc.pwrite(disk, bytes, bytes.length, place) === bytes.length, "written");
    }
  }

  private forget(files: readonly number[]): void {
    for (const fd of files) this.libc.posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
  }

  private expect(isDone: boolean, what: string): void {
    if (isDone) return;
    throw new HarnessError(`the image cannot be ${what}: ${errnoName(this.libc.errno())}`);
  }
}

function flipped(bytes: Buffer): Buffer {
  return Buffer.from(bytes.map((byte) => byte ^ 0xff));
}
