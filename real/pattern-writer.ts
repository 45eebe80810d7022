/** Writes patterns by pwrite(2), from buffers that were made before. */

import { HarnessError, type WriteOp } from "../model/index.ts";
import type { Bands } from "./bands.ts";
import type { Libc } from "./libc.ts";
import { phaseOf } from "./phase.ts";

/** Bytes of one write, at most. */
const maxWriteBytes = 16 << 20;

export class PatternWriter {
  private readonly libc: Libc;
  private readonly bands: Bands;
  private long: Buffer | undefined;

  constructor(libc: Libc, bands: Bands) {
    this.libc = libc;
    this.bands = bands;
  }

  /**
   * Returns what pwrite(2) did. The bytes are those that the pattern has at
   * `position`: the op's own offset, or the end of file where the descriptor appends.
   */
  write(fd: number, op: WriteOp, position: bigint): number {
    if (op.length > maxWriteBytes) {
      throw new HarnessError(`a write of ${op.length} bytes is over ${maxWriteBytes}`);
    }
    const length = Number(op.length);
    const phase = phaseOf(position, this.bands.block);
    const band = this.bands.of(op.pattern);
    if (phase + length <= band.length) {
      return this.put(fd, phase === 0 ? band : band.subarray(phase), length, op);
    }
    this.long ??= Buffer.allocUnsafeSlow(maxWriteBytes);
    this.bands.fill(this.long, length, op.pattern, phase);
    return this.put(fd, this.long, length, op);
  }

  private put(fd: number, bytes: Buffer, length: number, op: WriteOp): number {
    if (op.except === undefined) return this.libc.pwrite(fd, bytes, length, op.offset);
    const at = Number(op.except);
    if (at < length) bytes[at] = (bytes[at] ?? 0) ^ 128;
    const result = this.libc.pwrite(fd, bytes, length, op.offset);
    if (at < length) bytes[at] = (bytes[at] ?? 0) ^ 128;
    return result;
  }
}
