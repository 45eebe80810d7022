/**
 * A listener of fanotify that is asked before a file of one file system is read,
 * and denies one of the reads. Its death allows what waits for it.
 *
 * Source: include/uapi/linux/fanotify.h (Linux 6.18); fanotify(7).
 */

import { closeSync, readSync, writeSync } from "node:fs";
import type { Libc } from "./libc.ts";
import { readable } from "./lines.ts";
import { noFd } from "./slots.ts";

const FAN_CLOEXEC = 1;
const FAN_CLASS_CONTENT = 4;
const FAN_MARK_ADD = 1;
const FAN_MARK_FILESYSTEM = 0x100;
const FAN_ACCESS_PERM = 0x2_0000;
const FAN_ALLOW = 1;
const FAN_DENY = 2;

const AT_FDCWD = -100;

/** struct fanotify_event_metadata: event_len, then fd at 16. */
const fdAt = 16;
const eventBytes = 4096;

/** struct fanotify_response: s32 fd, u32 response. */
const responseBytes = 8;

export class AccessWatch {
  private readonly libc: Libc;
  private readonly requests: number;
  private readonly events: Buffer = Buffer.alloc(eventBytes);
  /** The group of fanotify; `noFd` while nothing is watched. */
  private fd = noFd;
  private asked = 0;
  private denied = 0;

  /** `requests` can be read when watching is over. */
  constructor(libc: Libc, requests: number) {
    this.libc = libc;
    this.requests = requests;
  }

  /** Begins to watch the file system at `path`, to deny the read number `denied`; 0, or why not. */
  begin(path: string, denied: number): number {
    this.fd = this.libc.fanotify_init(FAN_CLASS_CONTENT | FAN_CLOEXEC, 0);
    if (this.fd === -1) return this.libc.errno();
    const how = FAN_MARK_ADD | FAN_MARK_FILESYSTEM;
    const marked = this.libc.fanotify_mark(this.fd, how, FAN_ACCESS_PERM, AT_FDCWD, path);
    const failure = marked === 0 ? 0 : this.libc.errno();
    if (failure !== 0) this.end();
    this.asked = 0;
    this.denied = denied;
    return failure;
  }

  /** Answers what is asked until there is a request. */
  serve(): void {
    while (this.fd !== noFd) {
      const [first] = readable(this.libc, [this.requests, this.fd], -1);
      if (first === this.requests) return;
      if (first === this.fd) this.answer();
    }
  }

  /** Stops; what is asked from then on is allowed. */
  end(): number {
    if (this.fd !== noFd) this.libc.close(this.fd);
    this.fd = noFd;
    return 0;
  }

  private answer(): void {
    const length = readSync(this.fd, this.events);
    for (let at = 0; at < length; at += this.events.readUInt32LE(at)) {
      const about = this.events.readInt32LE(at + fdAt);
      const response = Buffer.alloc(responseBytes);
      response.writeInt32LE(about, 0);
      response.writeUInt32LE(this.asked++ === this.denied ? FAN_DENY : FAN_ALLOW, 4);
      writeSync(this.fd, response);
      closeSync(about);
    }
  }
}
