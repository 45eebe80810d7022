/**
 * Memory in which an argument can lie across a border: two good pages, then two
 * that can be made read-only or unreachable.
 */

import { type Argument, HarnessError } from "../model/index.ts";
import { MAP_PRIVATE_ANONYMOUS, PROT_NONE, PROT_READ, PROT_WRITE } from "./abi.ts";
import type { Libc } from "./libc.ts";

/** Pages on each side of the border: the largest argument is longer than one. */
const pagesASide = 2;

/** An argument that lies at an address of its own. */
export type PlacedArgument = Exclude<
  Argument,
  { readonly kind: "whole" } | { readonly kind: "null" }
>;

export class ArgumentMemory {
  private readonly libc: Libc;
  private readonly memory: Buffer;
  private readonly base: bigint;
  private readonly half: number;
  private start = 0;

  constructor(libc: Libc) {
    this.libc = libc;
    this.half = libc.getpagesize() * pagesASide;
    const access = PROT_READ | PROT_WRITE;
    const at = libc.mmap(null, 2 * this.half, access, MAP_PRIVATE_ANONYMOUS, -1, 0);
    if (at === -1) throw new HarnessError(`no memory: mmap failed with errno ${libc.errno()}`);
    this.base = BigInt(at);
    this.memory = libc.memory(this.base, 2 * this.half);
  }

  /** Puts the used bytes of an argument over the border, and returns its address. */
  place(argument: PlacedArgument, bytes: Buffer, usedBytes: number): bigint {
    this.start = this.half - Math.min(argument.after, usedBytes);
    bytes.copy(this.memory, this.start, 0, usedBytes);
    switch (argument.kind) {
      case "crossing":
        break;
      case "read-only":
        this.protect(PROT_READ);
        break;
      case "unmapped":
        this.protect(PROT_NONE);
        break;
    }
    return this.base + BigInt(this.start);
  }

  /** Opens the memory again, and copies the argument's bytes back. */
  takeBack(bytes: Buffer, usedBytes: number): void {
    this.protect(PROT_READ | PROT_WRITE);
    this.memory.copy(bytes, 0, this.start, this.start + usedBytes);
  }

  private protect(access: number): void {
    if (this.libc.mprotect(this.base + BigInt(this.half), this.half, access) !== 0) {
      throw new HarnessError(`mprotect failed with errno ${this.libc.errno()}`);
    }
  }
}
