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

/**
 * Three u32: beats, bytes of text, and whether the worker is asked to end; a double,
 * the record of the kernel's log that was judged last; the device, behind its length
 * in a byte; then the text.
 */
const beatsAt = 0;
const lengthAt = 4;
const askedAt = 8;
const readToAt = 12;
const deviceAt = 20;
const textAt = 36;

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

  /** The last record of the kernel's log that the worker judged, from 0; and its block device, if any. */
  log(): { readonly readTo: number; readonly device: string | undefined } {
    readSync(this.fd, this.page, 0, textAt, 0);
    const end = deviceAt + 1 + this.page.readUInt8(deviceAt);
    const device = this.page.toString("latin1", deviceAt + 1, end);
    return { readTo: this.page.readDoubleLE(readToAt), device: device === "" ? undefined : device };
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

  /** The kernel's log is judged up to this record. */
  judgedLog(sequence: number): void {
    this.page.writeDoubleLE(sequence, readToAt);
  }

  /** A new program begins, on this block device: what stood there is gone. */
  begin(line: string, device = ""): void {
    this.page[deviceAt] = this.page.write(device, deviceAt + 1, textAt - deviceAt - 1, "latin1");
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
