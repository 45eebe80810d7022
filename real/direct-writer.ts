/**
 * Writes around the page cache: O_DIRECT, from memory that is aligned to a page.
 *
 * On btrfs a file with checksums is written through the page cache all the same,
 * and so is a range that is not aligned; only NOCOW files are written around it.
 * Either way the data has its place on the disk when the call returns.
 * Source: btrfs_direct_write, fs/btrfs/direct-io.c (Linux 6.18).
 */

import { constants } from "node:fs";
import { errno, errnoOf, failed, HarnessError, type Outcome, returned } from "../model/index.ts";
import { MAP_PRIVATE_ANONYMOUS, PROT_READ, PROT_WRITE } from "./abi.ts";
import { O_CLOEXEC, type Libc } from "./libc.ts";

const AT_FDCWD = -100;

/** Bytes of one write, at most. */
const maxWriteBytes = 16 << 20;

export class DirectWriter {
  private readonly libc: Libc;
  private memory: Buffer | undefined;

  constructor(libc: Libc) {
    this.libc = libc;
  }

  /**
   * Memory for `lengthBytes`, the same for every write: to be filled before `write`.
   * Throws HarnessError for more than 16 MiB.
   */
  aligned(lengthBytes: number): Buffer {
    if (lengthBytes > maxWriteBytes) {
      throw new HarnessError(`a write of ${lengthBytes} bytes is over ${maxWriteBytes}`);
    }
    this.memory ??= this.reserve();
    return this.memory.subarray(0, lengthBytes);
  }

  /**
   * One pwrite(2) of what `aligned` holds, through a descriptor with O_DIRECT of
   * its own, so that a slot opened without it serves too. Returns the bytes
   * written; fails with EBADF where `fd` is not open, and with EINVAL where offset
   * or length is not aligned and the file system does not help itself.
   */
  write(fd: number, lengthBytes: number, offset: bigint): Outcome {
    const { libc } = this;
    if (fd < 0) return failed(errnoOf("EBADF"));
    const flags = constants.O_WRONLY | constants.O_DIRECT | O_CLOEXEC;
    const direct = libc.openat(AT_FDCWD, `/proc/self/fd/${fd}`, flags, 0);
    if (direct === -1) return failed(errno(libc.errno()));
    const result = libc.pwrite(direct, this.aligned(lengthBytes), lengthBytes, offset);
    const outcome = result === -1 ? failed(errno(libc.errno())) : returned(result);
    libc.close(direct);
    return outcome;
  }

  /** Pages that are used only once they are written. */
  private reserve(): Buffer {
    const access = PROT_READ | PROT_WRITE;
    const at = this.libc.mmap(null, maxWriteBytes, access, MAP_PRIVATE_ANONYMOUS, -1, 0);
    if (at === -1) throw new HarnessError(`no memory: mmap failed with errno ${this.libc.errno()}`);
    return this.libc.memory(BigInt(at), maxWriteBytes);
  }
}
