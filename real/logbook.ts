/**
 * What a worker is doing, in memory that its supervisor reads: a beat that shows it
 * lives, and the calls of its program as text. What stands there outlives the
 * worker, and costs it no system call.
 */

import { closeSync, readSync, writeSync } from "node:fs";
import { HarnessError } from "../model/index.ts";
import { libc } from "./libc.ts";

/** The worker's descriptor of it. */
const logbookDescriptor = 3;

/** Three u32: beats, bytes of text, and whether the worker is asked to end; then the text. */
const beatsAt = 0;
const lengthAt = 4;
const askedAt = 8;
const textAt = 12;

/** Programs are shorter by far; what does not fit is left out. */
const bytes = 1 << 18;

const PROT_READ_WRITE = 3;
const MAP_SHARED = 1;

/** The supervisor's side: the memory is gone when nobody has it open. */
export class Logbook {
  readonly fd: number;
  private readonly page: Buffer = Buffer.alloc(bytes);

  constructor() {
    this.fd = libc().memfd_create("extent-same-logbook", 0);
    if (this.fd === -1 || libc().ftruncate(this.fd, bytes) !== 0)
      throw new HarnessError(`no memory to share with a worker: errno ${libc().errno()}`);
  }

  /** How often the worker showed that it lives; it begins again at 2^32. */
  beats(): number {
    readSync(this.fd, this.page, 0, textAt, 0);
    return this.page.readUInt32LE(beatsAt);
  }

  /** The program that the worker ran last, as far as it came: a trace. */
  text(): string {
    readSync(this.fd, this.page, 0, bytes, 0);
    const length = Math.min(this.page.readUInt32LE(lengthAt), bytes - textAt);
    return this.page.toString("latin1", textAt, textAt + length);
  }

  /** Asks the worker to end; it may see that between two calls, where no signal reaches it. */
  ask(): void {
    writeSync(this.fd, Buffer.from([1]), 0, 1, askedAt);
  }

  close(): void {
    closeSync(this.fd);
  }
}

/** The worker's side. */
export class OwnLogbook {
  private readonly page: Buffer;
  private count = 0;
  private end = textAt;

  /** Throws HarnessError where the supervisor gave no memory. */
  constructor() {
    const at = libc().mmap(null, bytes, PROT_READ_WRITE, MAP_SHARED, logbookDescriptor, 0);
    if (at === -1 || at === -1n) throw new HarnessError("the supervisor gave no logbook");
    this.page = libc().memory(BigInt(at), bytes);
  }

  isAsked(): boolean {
    return this.page[askedAt] !== 0;
  }

  beat(): void {
    this.count = (this.count + 1) >>> 0;
    this.page.writeUInt32LE(this.count, beatsAt);
  }

  /** A new program begins: what stood there is gone. */
  begin(line: string): void {
    this.end = textAt;
    this.add(line);
  }

  /** The next line, which is whole before its length is. */
  add(line: string): void {
    if (this.end + line.length + 1 > bytes) return;
    this.end += this.page.write(line, this.end, "latin1");
    this.page[this.end++] = newline;
    this.page.writeUInt32LE(this.end - textAt, lengthAt);
    this.beat();
  }
}

const newline = 10;
