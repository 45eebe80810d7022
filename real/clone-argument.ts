/** The argument of FICLONERANGE: written by hand before a call, and looked at after it. */

import type { CloneOp } from "../model/index.ts";
import { cloneBytes, cloneFields, guardByte, guardBytes } from "./abi.ts";

const noNames: readonly string[] = [];

/** One buffer, used again for every call: the struct, and guard bytes behind it. */
export class CloneArgument {
  /** What to hand to the kernel. */
  readonly memory: Buffer = Buffer.alloc(cloneBytes + guardBytes, guardByte);
  private readonly sent: Buffer = Buffer.alloc(this.memory.length);

  /** Writes a request whose source is the kernel's descriptor `sourceFd`, -1 for none. */
  encode(op: CloneOp, sourceFd: number): void {
    this.memory.writeBigInt64LE(BigInt(sourceFd), 0);
    this.memory.writeBigUInt64LE(op.offset, 8);
    this.memory.writeBigUInt64LE(op.length, 16);
    this.memory.writeBigUInt64LE(op.targetOffset, 24);
    this.memory.fill(guardByte, cloneBytes);
    this.memory.copy(this.sent);
  }

  /** Names of the fields that the call changed, in the struct's order; none may. */
  touched(): readonly string[] {
    if (this.memory.equals(this.sent)) return noNames;
    const fields = [...cloneFields, { name: "guard", at: cloneBytes, size: guardBytes }];
    return fields
      .filter(({ at, size }) => this.memory.compare(this.sent, at, at + size, at, at + size) !== 0)
      .map((field) => field.name);
  }
}
