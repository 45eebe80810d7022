/**
 * Makes a file an active swap file, and ends that whatever happens: when asked, when
 * the worker that asked is gone, and when time is up. Its swap space is one page, for
 * the kernel may put anybody's page there at any time; that page and the one before it,
 * which has to be a header meanwhile, are put back.
 *
 * Source: union swap_header, include/linux/swap.h; swapon(2), Linux 6.18.
 */

import { constants, fstatSync } from "node:fs";
import { minSwapBytes } from "../model/index.ts";
import {
  FIEMAP_EXTENT_DATA_INLINE,
  FIEMAP_EXTENT_DELALLOC,
  FIEMAP_EXTENT_ENCODED,
  FIEMAP_EXTENT_SHARED,
  FIEMAP_EXTENT_UNWRITTEN,
  BTRFS_SUPER_MAGIC,
  FS_IOC_GETFLAGS,
  FS_NOCOW_FL,
} from "./abi.ts";
import { Fiemap } from "./fiemap.ts";
import { fsStatus } from "./fs-status.ts";
import { O_CLOEXEC, type Libc } from "./libc.ts";
import { readable } from "./lines.ts";
import { noFd } from "./slots.ts";

const AT_FDCWD = -100;
const pageBytes = 4096;

/** The header, and the one page that is swapped to. */
const usedBytes = 2 * pageBytes;

/** A file is swapped to for so long at most. */
const maxMilliseconds = 10_000;

const EIO = 5;
const ETIME = 62;

/** What `begin` says of a file that can be none. */
export const noSwapFile = -1;

/** Extents that are not plain data of the file's own. */
const odd =
  FIEMAP_EXTENT_DATA_INLINE |
  FIEMAP_EXTENT_DELALLOC |
  FIEMAP_EXTENT_ENCODED |
  FIEMAP_EXTENT_SHARED |
  FIEMAP_EXTENT_UNWRITTEN;

export class SwapGuard {
  private readonly libc: Libc;
  /** Can be read when there is a request, or when nobody is left to make one. */
  private readonly requests: number;
  /** A descriptor of the file; `noFd` for none. */
  private fd = noFd;
  /** What the file holds there otherwise. */
  private readonly before: Buffer = Buffer.alloc(usedBytes);

  constructor(libc: Libc, requests: number) {
    this.libc = libc;
    this.requests = requests;
  }

  /** Begins with the file of a descriptor; 0, `noSwapFile`, or why it could not. */
  begin(of: number): number {
    const { libc } = this;
    const fd = libc.openat(AT_FDCWD, pathOf(of), constants.O_RDWR | O_CLOEXEC, 0);
    if (fd === -1) return noSwapFile;
    const failure = this.canBe(fd) ? this.activate(fd) : noSwapFile;
    if (failure === 0) this.fd = fd;
    else libc.close(fd);
    return failure;
  }

  /** Waits for the next request while a file is swapped to, and ends that when none comes in time. */
  wait(): void {
    if (this.fd === noFd) return;
    if (readable(this.libc, [this.requests], maxMilliseconds).length === 0) this.end();
  }

  /** Ends it; 0, or why it cannot: ETIME where time was up before. */
  end(): number {
    if (this.fd === noFd) return ETIME;
    const failure = this.libc.swapoff(pathOf(this.fd)) === 0 ? 0 : this.libc.errno();
    const restored = failure !== 0 || this.put(this.fd, this.before);
    this.libc.close(this.fd);
    this.fd = noFd;
    return restored ? failure : EIO;
  }

  /** Whether the file is what swap-file.ts of the model says of one that can be. */
  private canBe(fd: number): boolean {
    const stats = fstatSync(fd, { bigint: true });
    if (
      !stats.isFile() ||
      stats.nlink === 0n ||
      stats.size < minSwapBytes ||
      stats.size % 4096n !== 0n
    )
      return false;
    const { type, block } = fsStatus(this.libc, fd);
    if (block !== pageBytes || (type === BTRFS_SUPER_MAGIC && !this.isNocow(fd))) return false;
    let end = 0n;
    for (const { logical, length, flags } of new Fiemap(this.libc).extents(fd, true)) {
      if (end >= stats.size) break;
      if (logical > end || (flags & odd) !== 0) return false;
      end = logical + length;
    }
    return end >= stats.size;
  }

  private isNocow(fd: number): boolean {
    const flags = Buffer.alloc(8);
    if (this.libc.ioctl(fd, FS_IOC_GETFLAGS, flags) !== 0) return false;
    return (flags.readUInt32LE(0) & FS_NOCOW_FL) !== 0;
  }

  private activate(fd: number): number {
    if (this.libc.pread(fd, this.before, usedBytes, 0) !== usedBytes) return EIO;
    if (!this.put(fd, header(usedBytes / pageBytes - 1))) return EIO;
    if (this.libc.swapon(pathOf(fd), 0) === 0) return 0;
    const failure = this.libc.errno();
    this.put(fd, this.before);
    return failure;
  }

  private put(fd: number, bytes: Buffer): boolean {
    return this.libc.pwrite(fd, bytes, bytes.length, 0) === bytes.length;
  }
}

/** By which a file is reached that may have no name any more. */
function pathOf(fd: number): string {
  return `/proc/self/fd/${fd}`;
}

/** The first page of swap space with a last page. */
function header(lastPage: number): Buffer {
  const page = Buffer.alloc(pageBytes);
  page.writeUInt32LE(1, 1024);
  page.writeUInt32LE(lastPage, 1028);
  page.write("SWAPSPACE2", pageBytes - 10, "latin1");
  return page;
}
