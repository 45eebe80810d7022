/** Looks into open files, and tells what is there as runs of tones. */

import {
  type Bytes,
  bytes,
  errno,
  errnoOf,
  failed,
  returned,
  HarnessError,
  type Outcome,
  type ReadOp,
} from "../model/index.ts";
import { SEEK_END } from "./abi.ts";
import type { Bands } from "./bands.ts";
import type { Libc } from "./libc.ts";
import { phaseOf } from "./phase.ts";
import { noFd } from "./slots.ts";
import { toneRuns } from "./tone-runs.ts";

/** Bytes of one look, at most. */
const maxReadBytes = 16 << 20;

export class FileReader {
  private readonly libc: Libc;
  private readonly bands: Bands;
  private buffer: Buffer = Buffer.allocUnsafeSlow(256 * 1024);

  constructor(libc: Libc, bands: Bands) {
    this.libc = libc;
    this.bands = bands;
  }

  /** pread(2) through `fd`. Throws HarnessError for more than `maxReadBytes`. */
  read(fd: number, op: ReadOp): Outcome {
    return this.pread(fd, op.offset, op.length, undefined);
  }

  /**
   * Size, and the bytes of the range that lie within it, through a descriptor of
   * a regular file; EBADF for `noFd`.
   */
  inspect(fd: number, op: ReadOp): Outcome {
    if (fd === noFd) return failed(errnoOf("EBADF"));
    const size = BigInt(this.libc.lseek(fd, 0, SEEK_END));
    const left = op.offset < size ? size - op.offset : 0n;
    const length = op.length < left ? op.length : left;
    if (length > 0n) return this.pread(fd, op.offset, length, bytes(size));
    return returned(0, { seen: { size: bytes(size), runs: [] } });
  }

  private pread(fd: number, offset: bigint, length: bigint, size: Bytes | undefined): Outcome {
    if (length > maxReadBytes) {
      throw new HarnessError(`a read of ${length} bytes is over ${maxReadBytes}`);
    }
    if (length > this.buffer.length) this.buffer = Buffer.allocUnsafeSlow(maxReadBytes);
    const result = this.libc.pread(fd, this.buffer, length, offset);
    if (result === -1) return failed(errno(this.libc.errno()));
    const phase = phaseOf(offset, this.bands.block);
    const seen = { size, runs: toneRuns(this.buffer, result, phase, this.bands) };
    return returned(result, { seen });
  }
}
