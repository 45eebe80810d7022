/**
 * A send of a snapshot that comes no further: nobody reads what it writes. It ends
 * when the reading end is closed, also by the death of this process.
 *
 * Source: fs/btrfs/send.c, btrfs_ioctl_send, Linux 6.18: the snapshot counts as
 * being sent before the header of the stream is written.
 */

import { writeSync } from "node:fs";
import { HarnessError } from "../model/index.ts";
import { F_SETPIPE_SZ, FIONREAD } from "./abi.ts";
import { Helper } from "./helper.ts";
import type { Libc } from "./libc.ts";
import { newPipe } from "./pipe.ts";

/** struct btrfs_stream_header: "btrfs-stream", a zero, and a version. */
const streamHeaderBytes = 17;

/** Looks for the header, and milliseconds between two of them. */
const maxLooks = 10_000;
const lookMilliseconds = 1;

export class StalledSends {
  private readonly libc: Libc;
  private sender: Helper | undefined;

  constructor(libc: Libc) {
    this.libc = libc;
  }

  /** Does `work` while the snapshot of which `folder` is a descriptor is being sent, if it is one. */
  during<Result>(folder: number, work: () => Result): Result {
    this.sender ??= new Helper(this.libc);
    const [from, to] = newPipe(this.libc);
    try {
      const filledBytes = this.fill(to);
      this.sender.send({ kind: "send", folder, pipe: to });
      this.waitForBytes(this.sender, from, filledBytes + streamHeaderBytes);
      return work();
    } finally {
      this.libc.close(to);
      this.libc.close(from);
      this.sender.reply();
    }
  }

  close(): void {
    this.sender?.close();
    this.sender = undefined;
  }

  /** Leaves room for the header alone. */
  private fill(to: number): number {
    const page = this.libc.getpagesize();
    this.libc.fcntl(to, F_SETPIPE_SZ, page);
    return writeSync(to, Buffer.alloc(page - streamHeaderBytes));
  }

  /** Waits for the header, or for the end of the send, where there is nothing to be sent. */
  private waitForBytes(sender: Helper, from: number, wantedBytes: number): void {
    const waiting = Buffer.alloc(128);
    for (let look = 0; look < maxLooks; look++) {
      this.libc.ioctl(from, FIONREAD, waiting);
      if (waiting.readUInt32LE(0) >= wantedBytes || sender.hasReplied(lookMilliseconds)) return;
    }
    throw new HarnessError("a send does not begin");
  }
}
