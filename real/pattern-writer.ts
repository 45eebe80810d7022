/** The bytes of writes, from buffers that were made before, and the calls that put them into a file. */

import { HarnessError, type Outcome, type StoreOp, type WriteOp } from "../model/index.ts";
import type { Bands } from "./bands.ts";
import type { Libc } from "./libc.ts";
import { MappedStore } from "./mapped-store.ts";
import { phaseOf } from "./phase.ts";

/** Bytes of one write, at most. */
const maxWriteBytes = 16 << 20;

export class PatternWriter {
  private readonly libc: Libc;
  private readonly bands: Bands;
  private readonly mapped: MappedStore;
  private long: Buffer | undefined;

  constructor(libc: Libc, bands: Bands) {
    this.libc = libc;
    this.bands = bands;
    this.mapped = new MappedStore(libc);
  }

  /**
   * Returns what pwrite(2) did. The bytes are those that the pattern has at
   * `position`: the op's own offset, or the end of file where the descriptor appends.
   */
  write(fd: number, op: WriteOp, position: bigint): number {
    return this.withBytes(op, position, (bytes, length) =>
      this.libc.pwrite(fd, bytes, length, op.offset),
    );
  }

  /** See mapped-store.ts. */
  store(fd: number, op: StoreOp): Outcome {
    return this.withBytes(op, op.offset, (bytes, length) =>
      this.mapped.store(fd, bytes, length, op.offset),
    );
  }

  private withBytes<T>(
    op: WriteOp | StoreOp,
    position: bigint,
    put: (bytes: Buffer, length: number) => T,
  ): T {
    if (op.length > maxWriteBytes) {
      throw new HarnessError(`a ${op.kind} of ${op.length} bytes is over ${maxWriteBytes}`);
    }
    const length = Number(op.length);
    const bytes = this.bytesOf(op.pattern, length, phaseOf(position, this.bands.block));
    const at = op.except === undefined ? length : Number(op.except);
    if (at >= length) return put(bytes, length);
    bytes[at] = (bytes[at] ?? 0) ^ 128;
    const done = put(bytes, length);
    bytes[at] = (bytes[at] ?? 0) ^ 128;
    return done;
  }

  /** A buffer that starts with so many bytes of a pattern. */
  private bytesOf(pattern: number, length: number, phase: number): Buffer {
    const band = this.bands.of(pattern);
    if (phase + length <= band.length) return phase === 0 ? band : band.subarray(phase);
    this.long ??= Buffer.allocUnsafeSlow(maxWriteBytes);
    this.bands.fill(this.long, length, pattern, phase);
    return this.long;
  }
}
