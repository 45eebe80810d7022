/** The argument of FIDEDUPERANGE: written by hand before a call, and read back raw. */

import {
  bytes,
  type DedupeOp,
  HarnessError,
  type TargetDescriptor,
  type TargetOutcome,
  untouched,
} from "../model/index.ts";
import {
  bytesDedupedAt,
  dedupeAbi,
  dedupeEntryBytes,
  dedupeHeaderBytes,
  guardByte,
  guardBytes,
  statusAt,
  type DedupeAbi,
  type Field,
} from "./abi.ts";

/** One more than the kernel takes on pages of 4 KiB. */
const maxTargets = 128;

const memoryBytes = dedupeHeaderBytes + maxTargets * dedupeEntryBytes + guardBytes;

/** Four guard bytes. */
const guardWord = guardByte * 0x0101_0101;

const noNames: readonly string[] = [];

/** What an argument said after the call. */
export interface DedupeReply {
  /** Every entry's outputs, in array order; `untouched` where the kernel did not write. */
  readonly targets: readonly TargetOutcome[];
  /** Names of other fields that changed, in the struct's order: `src_offset`, `dest_fd[2]`, `guard`. */
  readonly touched: readonly string[];
  /** Where the argument has that field. */
  readonly filesDeduped: number | undefined;
}

/** One buffer, used again for every call: the struct, and guard bytes behind it. */
export class DedupeArgument {
  /** What to hand to the kernel. */
  readonly memory: Buffer = Buffer.alloc(memoryBytes);
  private readonly view: DataView = viewOf(this.memory);
  private readonly words: Int32Array = wordsOf(this.memory);
  private readonly sent: Buffer = Buffer.alloc(memoryBytes);
  private readonly sentView: DataView = viewOf(this.sent);
  private readonly sentWords: Int32Array = wordsOf(this.sent);
  private readonly abi: DedupeAbi;
  private count = 0;

  constructor(abi: DedupeAbi = dedupeAbi) {
    this.abi = abi;
  }

  /** Bytes of `memory` in use: the struct and its guard. */
  get usedBytes(): number {
    return dedupeHeaderBytes + this.count * dedupeEntryBytes + guardBytes;
  }

  /** Writes a request. `fdOf` gives the kernel's descriptor of a target, -1 for none. */
  encode(op: DedupeOp, fdOf: (descriptor: TargetDescriptor) => number): void {
    if (op.targets.length > maxTargets) {
      throw new HarnessError(
        `a dedupe request has ${op.targets.length} targets, over ${maxTargets}`,
      );
    }
    this.count = op.targets.length;
    this.view.setBigUint64(0, op.offset, true);
    this.view.setBigUint64(8, op.length, true);
    this.view.setUint16(16, this.count, true);
    this.view.setUint16(18, op.reserved1, true);
    this.view.setUint32(20, op.reserved2, true);
    let at = dedupeHeaderBytes;
    for (const target of op.targets) {
      const fd = fdOf(target.descriptor);
      this.view.setInt32(at, fd, true);
      this.view.setInt32(at + 4, (fd < 0 ? -1 : 0) ^ target.high, true);
      this.view.setBigUint64(at + 8, target.offset, true);
      this.view.setBigUint64(at + bytesDedupedAt, untouched.deduped, true);
      this.view.setInt32(at + statusAt, untouched.status, true);
      this.view.setUint32(at + 28, target.reserved, true);
      at += dedupeEntryBytes;
    }
    for (let byte = 0; byte < guardBytes; byte += 4) this.view.setInt32(at + byte, guardWord, true);
    this.remember();
  }

  /** Reads the reply to the last request. */
  decode(): DedupeReply {
    const targets: TargetOutcome[] = [];
    let at = dedupeHeaderBytes;
    for (let index = 0; index < this.count; index++) {
      const status = this.view.getInt32(at + statusAt, true);
      const deduped = this.view.getBigUint64(at + bytesDedupedAt, true);
      this.sentView.setInt32(at + statusAt, status, true);
      this.sentView.setBigUint64(at + bytesDedupedAt, deduped, true);
      targets.push({ status, deduped: bytes(deduped) });
      at += dedupeEntryBytes;
    }
    const filesDeduped = this.takeFilesDeduped();
    return { targets, touched: this.isAsSent() ? noNames : this.changedNames(), filesDeduped };
  }

  private takeFilesDeduped(): number | undefined {
    const { filesDedupedAt } = this.abi;
    if (filesDedupedAt === undefined) return undefined;
    const count = this.view.getUint16(filesDedupedAt, true);
    this.sentView.setUint16(filesDedupedAt, count, true);
    return count;
  }

  /** Word by word: for the usual few targets faster than a copy by the buffer. */
  private remember(): void {
    const { words, sentWords } = this;
    const end = this.usedBytes >> 2;
    for (let at = 0; at < end; at++) sentWords[at] = words[at] ?? 0;
  }

  private isAsSent(): boolean {
    const { words, sentWords } = this;
    const end = this.usedBytes >> 2;
    for (let at = 0; at < end; at++) if (sentWords[at] !== words[at]) return false;
    return true;
  }

  private changedNames(): readonly string[] {
    const { header, entry } = this.abi;
    const names = header.filter((field) => this.changed(field, 0)).map((field) => field.name);
    for (let index = 0; index < this.count; index++) {
      const base = dedupeHeaderBytes + index * dedupeEntryBytes;
      for (const field of entry) {
        if (this.changed(field, base)) names.push(`${field.name}[${index}]`);
      }
    }
    const guard = { name: "guard", at: this.usedBytes - guardBytes, size: guardBytes };
    return this.changed(guard, 0) ? [...names, guard.name] : names;
  }

  private changed(field: Field, base: number): boolean {
    const start = base + field.at;
    const end = start + field.size;
    return this.memory.compare(this.sent, start, end, start, end) !== 0;
  }
}

function viewOf(buffer: Buffer): DataView {
  return new DataView(buffer.buffer, buffer.byteOffset, buffer.length);
}

function wordsOf(buffer: Buffer): Int32Array {
  return new Int32Array(buffer.buffer, buffer.byteOffset, buffer.length >> 2);
}
