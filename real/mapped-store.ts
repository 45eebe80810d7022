/** A store through a shared mapping: mmap, the bytes, munmap, as one call. */

import { errno, errnoName, failed, HarnessError, type Outcome, returned } from "../model/index.ts";
import { MAP_SHARED, PROT_READ, PROT_WRITE } from "./abi.ts";
import type { Libc } from "./libc.ts";
import { noFd } from "./slots.ts";

export class MappedStore {
  private readonly libc: Libc;
  private readonly page: bigint;
  /** A file in memory, from which the kernel reads into the mapping. */
  private staged = noFd;

  constructor(libc: Libc) {
    this.libc = libc;
    this.page = BigInt(libc.getpagesize());
  }

  /**
   * Stores the first `lengthBytes` bytes at an offset of the file, and returns how
   * many: a store ends with the page of the end of file. Fails as mmap(2) does, and
   * with EFAULT where no byte could be stored: the kernel puts them there, for a
   * store of our own would be answered by SIGBUS.
   */
  store(fd: number, bytes: Buffer, lengthBytes: number, offset: bigint): Outcome {
    const { libc, page } = this;
    const skip = Number(offset % page);
    const mapped = lengthBytes === 0 ? 0 : skip + lengthBytes;
    const start = BigInt.asIntN(64, offset - BigInt(skip));
    const access = PROT_READ | PROT_WRITE;
    const at = libc.mmap(null, mapped, access, MAP_SHARED, fd, start);
    if (at === -1) return failed(errno(libc.errno()));
    const outcome = this.put(BigInt(at) + BigInt(skip), bytes, lengthBytes);
    if (libc.munmap(BigInt(at), mapped) === 0) return outcome;
    throw this.fault("munmap");
  }

  /** Puts bytes at an address, up to the first that cannot be put there. */
  private put(address: bigint, bytes: Buffer, lengthBytes: number): Outcome {
    const { libc } = this;
    if (this.staged === noFd) this.staged = libc.memfd_create("extent-same", MFD_CLOEXEC);
    if (libc.pwrite(this.staged, bytes, lengthBytes, 0) !== lengthBytes) throw this.fault("memfd");
    let done = 0;
    while (done < lengthBytes) {
      const to = address + BigInt(done);
      const count = libc.pread(this.staged, to, lengthBytes - done, done);
      if (count <= 0) break;
      done += count;
    }
    return done > 0 ? returned(done) : failed(errno(libc.errno()));
  }

  private fault(what: string): HarnessError {
    return new HarnessError(`${what} failed: ${errnoName(this.libc.errno())}`);
  }
}

/** Source: include/uapi/linux/memfd.h. */
const MFD_CLOEXEC = 1;
