/** The bytes of writes, from buffers that were made before, and the calls that put them into a file. */

import {
  errno,
  failed,
  HarnessError,
  type Outcome,
  outcomeOf,
  returned,
  type ScatterOp,
  type StoreOp,
  type WriteOp,
} from "../model/index.ts";
import type { Bands } from "./bands.ts";
import type { Libc } from "./libc.ts";
import { DirectWriter } from "./direct-writer.ts";
import { MappedStore } from "./mapped-store.ts";
import { phaseOf } from "./phase.ts";

/** Bytes of one write, at most. */
const maxWriteBytes = 16 << 20;

export class PatternWriter {
  private readonly libc: Libc;
  private readonly bands: Bands;
  private readonly mapped: MappedStore;
  private readonly direct: DirectWriter;
  private long: Buffer | undefined;

  constructor(libc: Libc, bands: Bands) {
    this.libc = libc;
    this.bands = bands;
    this.mapped = new MappedStore(libc);
    this.direct = new DirectWriter(libc, maxWriteBytes);
  }

  /**
   * What pwrite(2) did. The bytes are those that the pattern has at `position`:
   * the op's own offset, or the end of file where the descriptor appends.
   */
  write(fd: number, op: WriteOp, position: bigint): Outcome {
    const length = lengthOf(op);
    if (op.direct) {
      const { memory } = this.direct;
      this.bands.fill(memory, length, op.pattern, phaseOf(position, this.bands.block));
      return flipping(memory, op.except, () => this.direct.write(fd, length, op.offset));
    }
    const bytes = this.bytesOf(op.pattern, length, position);
    return flipping(bytes, op.except, () => {
      const result = this.libc.pwrite(fd, bytes, length, op.offset);
      return result === -1 ? failed(errno(this.libc.errno())) : returned(result);
    });
  }

  /** Several writes: the bytes that were written, and the errno of the first that failed. */
  scatter(fd: number, op: ScatterOp, position: bigint): Outcome {
    const { block } = this.bands;
    const bytes = this.bytesOf(op.pattern, block, position);
    let done = 0;
    for (let index = 0; index < op.blocks; index++) {
      const at = op.offset + BigInt(2 * index * block);
      const result = this.libc.pwrite(fd, bytes, block, BigInt.asUintN(64, at));
      if (result === -1) {
        return outcomeOf(done === 0 ? -1 : done, errno(this.libc.errno()));
      }
      done += result;
    }
    return returned(done);
  }

  /** See mapped-store.ts. */
  store(fd: number, op: StoreOp): Outcome {
    const length = lengthOf(op);
    const bytes = this.bytesOf(op.pattern, length, op.offset);
    return flipping(bytes, op.except, () => this.mapped.store(fd, bytes, length, op.offset));
  }

  /** A buffer that starts with so many bytes of a pattern, as they stand from a position on. */
  private bytesOf(pattern: number, length: number, position: bigint): Buffer {
    const band = this.bands.of(pattern);
    const phase = phaseOf(position, this.bands.block);
    if (phase + length <= band.length) return phase === 0 ? band : band.subarray(phase);
    this.long ??= Buffer.allocUnsafeSlow(maxWriteBytes);
    this.bands.fill(this.long, length, pattern, phase);
    return this.long;
  }
}

function lengthOf({ kind, length }: WriteOp | StoreOp): number {
  if (length <= maxWriteBytes) return Number(length);
  throw new HarnessError(`a ${kind} of ${length} bytes is over ${maxWriteBytes}`);
}

/** What `put` gives while one byte of a buffer is another. */
function flipping(buffer: Buffer, at: bigint | undefined, put: () => Outcome): Outcome {
  if (at === undefined || at >= buffer.length) return put();
  flip(buffer, Number(at));
  const outcome = put();
  flip(buffer, Number(at));
  return outcome;
}

function flip(buffer: Buffer, at: number): void {
  buffer[at] = (buffer[at] ?? 0) ^ 128;
}
