/** Whether a call leaves the times of files alone: they are read before it and after it. */

import { timesDifference, type Contradiction, type Slot } from "../model/index.ts";
import { decodeStatus, readStatus, sameTimes, statxBytes } from "./file-status.ts";
import type { Libc } from "./libc.ts";
import { noFd } from "./slots.ts";

interface Watched {
  slot: number;
  fd: number;
  readonly before: Buffer;
}

/** One call at a time: `watch` for each slot, the call, then `changes`. */
export class UnchangedTimes {
  private readonly libc: Libc;
  private readonly watched: Watched[] = [];
  private readonly after: Buffer = Buffer.alloc(statxBytes);
  private count = 0;
  /** A bit for each slot. */
  private slots = 0;

  constructor(libc: Libc) {
    this.libc = libc;
  }

  /** Reads the times of the file in a slot; of one that is not open, and of one read already, nothing. */
  watch(slot: Slot, fd: number): void {
    if (fd === noFd || (this.slots & (1 << slot)) !== 0) return;
    const place = (this.watched[this.count] ??= { slot, fd, before: Buffer.alloc(statxBytes) });
    if (!readStatus(this.libc, fd, place.before)) return;
    place.slot = slot;
    place.fd = fd;
    this.slots |= 1 << slot;
    this.count++;
  }

  /** The files whose times changed since; undefined when none did. Forgets all. */
  changes(): readonly Contradiction[] | undefined {
    let found: Contradiction[] | undefined;
    for (let index = 0; index < this.count; index++) {
      const { slot, fd, before } = this.watched[index] ?? { slot: 0, fd: noFd, before: this.after };
      if (!readStatus(this.libc, fd, this.after) || sameTimes(before, this.after)) continue;
      const text = timesDifference(decodeStatus(before), decodeStatus(this.after)) ?? "";
      (found ??= []).push({ witness: "times", file: `@s${slot}`, text });
    }
    this.count = 0;
    this.slots = 0;
    return found;
  }
}
