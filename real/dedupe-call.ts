/** One FIDEDUPERANGE: argument in, system call, argument out. */

import {
  type DedupeOp,
  errno,
  type Outcome,
  outcomeOf,
  type TargetDescriptor,
} from "../model/index.ts";
import { dedupeAbi, FIDEDUPERANGE, type DedupeAbi } from "./abi.ts";
import { ArgumentMemory } from "./argument-memory.ts";
import { DedupeArgument } from "./dedupe-argument.ts";
import type { Libc, Pointer } from "./libc.ts";

export class DedupeCall {
  private readonly libc: Libc;
  private readonly argument: DedupeArgument;
  private memory: ArgumentMemory | undefined;
  private failure = 0;

  constructor(libc: Libc, abi: DedupeAbi = dedupeAbi) {
    this.libc = libc;
    this.argument = new DedupeArgument(abi);
  }

  /** Calls on the source `fd`; `fdOf` gives the kernel's descriptor of a target. */
  perform(op: DedupeOp, fd: number, fdOf: (descriptor: TargetDescriptor) => number): Outcome {
    this.argument.encode(op, fdOf);
    const result = this.call(op, fd);
    const { targets, touched, filesDeduped } = this.argument.decode();
    const failure = this.failure === 0 ? 0 : errno(this.failure);
    const outcome = outcomeOf(result, failure, { targets, touched });
    return filesDeduped === undefined || result !== 0 ? outcome : { ...outcome, filesDeduped };
  }

  private call(op: DedupeOp, fd: number): number {
    const { memory: bytes, usedBytes } = this.argument;
    switch (op.argument.kind) {
      case "whole":
        return this.ioctl(fd, bytes);
      case "null":
        return this.ioctl(fd, null);
      case "crossing":
      case "read-only":
      case "unmapped": {
        this.memory ??= new ArgumentMemory(this.libc);
        const result = this.ioctl(fd, this.memory.place(op.argument, bytes, usedBytes));
        this.memory.takeBack(bytes, usedBytes);
        return result;
      }
    }
  }

  private ioctl(fd: number, argument: Pointer): number {
    const result = this.libc.ioctl(fd, FIDEDUPERANGE, argument);
    this.failure = result === -1 ? this.libc.errno() : 0;
    return result;
  }
}
