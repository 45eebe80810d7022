/** Lines of text over a pipe, read and written in step, without an event loop. */

import { readSync, writeSync } from "node:fs";
import { errnoOf } from "../model/index.ts";
import type { Libc } from "./libc.ts";

const POLLIN = 1;

/** struct pollfd: int fd, short events, short revents (include/uapi/asm-generic/poll.h, Linux 6.18). */
const pollfdBytes = 8;

/** Of the descriptors, those that can be read or have ended; none when the time is up. -1 waits for ever. */
export function readable(
  libc: Libc,
  fds: readonly number[],
  milliseconds: number,
): readonly number[] {
  const polled = Buffer.alloc(fds.length * pollfdBytes);
  for (const [index, fd] of fds.entries()) {
    polled.writeInt32LE(fd, index * pollfdBytes);
    polled.writeInt16LE(POLLIN, index * pollfdBytes + 4);
  }
  if (waited(libc, polled, fds.length, milliseconds) <= 0) return [];
  return fds.filter((_, index) => polled.readInt16LE(index * pollfdBytes + 6) !== 0);
}

/** As poll(2), which a signal interrupts, such as that of another process that ended. */
function waited(libc: Libc, polled: Buffer, count: number, milliseconds: number): number {
  const end = performance.now() + milliseconds;
  for (
    let left = milliseconds;
    ;
    left = milliseconds < 0 ? -1 : Math.ceil(end - performance.now())
  ) {
    const found = libc.poll(polled, count, Math.max(left, milliseconds < 0 ? -1 : 0));
    const isCut = found === -1 && libc.errno() === errnoOf("EINTR");
    if (!isCut || (milliseconds >= 0 && left <= 0)) return found;
  }
}

export class Lines {
  private readonly fd: number;
  private readonly chunk: Buffer = Buffer.alloc(65_536);
  private text = "";

  constructor(fd: number) {
    this.fd = fd;
  }

  /** The next line, without its end; undefined when there will be none. */
  next(): string | undefined {
    for (;;) {
      const end = this.text.indexOf("\n");
      if (end !== -1) {
        const line = this.text.slice(0, end);
        this.text = this.text.slice(end + 1);
        return line;
      }
      const count = readSync(this.fd, this.chunk);
      if (count === 0) return undefined;
      this.text += this.chunk.toString("latin1", 0, count);
    }
  }
}

/** Writes a line whole. Throws where nobody reads any more. */
export function writeText(fd: number, line: string): void {
  const bytes = Buffer.from(`${line}\n`, "latin1");
  for (let at = 0; at < bytes.length;) at += writeSync(fd, bytes, at);
}
