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
import { F_GETFL, F_SETFL, MAP_PRIVATE_ANONYMOUS, PROT_READ, PROT_WRITE } from "./abi.ts";
import type { Libc } from "./libc.ts";

export class DirectWriter {
  private readonly libc: Libc;
  private readonly maxBytes: number;
  private reserved: Buffer | undefined;

  constructor(libc: Libc, maxBytes: number) {
    this.libc = libc;
    this.maxBytes = maxBytes;
  }

  /** Aligned memory, the same for every write: to be filled before `write`. */
  get memory(): Buffer {
    return (this.reserved ??= this.reserve());
  }

  /**
   * One pwrite(2) of the first `lengthBytes` bytes of `memory`, through a descriptor
   * that has O_DIRECT meanwhile. Where it cannot have it, pwrite(2) refuses the
   * descriptor as well, or EINVAL of fcntl(2) is the answer.
   */
  write(fd: number, lengthBytes: number, offset: bigint): Outcome {
    const { libc } = this;
    const flags = libc.fcntl(fd, F_GETFL, 0);
    const isDirect = libc.fcntl(fd, F_SETFL, flags | constants.O_DIRECT) === 0;
    const outcome = this.pwrite(fd, isDirect ? lengthBytes : 0, offset);
    if (isDirect) libc.fcntl(fd, F_SETFL, flags);
    return isDirect || outcome.errno !== 0 ? outcome : failed(errnoOf("EINVAL"));
  }

  private pwrite(fd: number, lengthBytes: number, offset: bigint): Outcome {
    const result = this.libc.pwrite(fd, this.memory, lengthBytes, offset);
    return result === -1 ? failed(errno(this.libc.errno())) : returned(result);
  }

  /** Pages that are used only once they are written. */
  private reserve(): Buffer {
    const { libc, maxBytes } = this;
    const access = PROT_READ | PROT_WRITE;
    const at = libc.mmap(null, maxBytes, access, MAP_PRIVATE_ANONYMOUS, -1, 0);
    if (at === -1) throw new HarnessError(`no memory: mmap failed with errno ${libc.errno()}`);
    return libc.memory(BigInt(at), maxBytes);
  }
}
