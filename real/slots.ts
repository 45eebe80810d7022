/** The open files of a program: a descriptor a slot, and beside it one that can always be read. */

import { HarnessError, maxSlots, slot as slotNumber, type Slot } from "../model/index.ts";
import { isRegular, statxBytes } from "./file-status.ts";
import { O_CLOEXEC, type Libc } from "./libc.ts";

const AT_FDCWD = -100;

/** No descriptor; the kernel answers EBADF to it. */
export const noFd = -1;

/** In place of a descriptor to look through: not asked for yet. */
const unknown = -2;

export class Slots {
  private readonly libc: Libc;
  private readonly own = new Int32Array(maxSlots).fill(noFd);
  private readonly looks = new Int32Array(maxSlots).fill(unknown);
  private readonly readable: boolean[] = [];
  private readonly status: Buffer = Buffer.alloc(statxBytes);

  constructor(libc: Libc) {
    this.libc = libc;
  }

  /** The kernel's descriptor of a slot; `noFd` when it is not open. */
  fd(slot: Slot): number {
    return this.own[slot] ?? noFd;
  }

  /** A descriptor through which the slot's regular file can be read; `noFd` for anything else. */
  look(slot: Slot): number {
    const known = this.looks[slot] ?? noFd;
    return known === unknown ? this.findLook(slot) : known;
  }

  /** Makes a descriptor the slot's; `readable` when it can be read through. */
  hold(slot: Slot, fd: number, readable: boolean): void {
    if (slot >= maxSlots) throw new HarnessError(`slot s${slot} is beyond s${maxSlots - 1}`);
    this.own[slot] = fd;
    this.readable[slot] = readable;
  }

  /** Whether a slot is open. */
  isOpen(slot: Slot): boolean {
    return this.fd(slot) !== noFd;
  }

  /** Closes a slot, and returns what close(2) did: -1 when the slot is not open. */
  release(slot: Slot): number {
    const fd = this.fd(slot);
    const look = this.looks[slot] ?? noFd;
    if (look >= 0 && look !== fd) this.libc.close(look);
    this.own[slot] = noFd;
    this.looks[slot] = unknown;
    return this.libc.close(fd);
  }

  /** Slots that are open, in order. */
  opened(): readonly Slot[] {
    return [...this.own].flatMap((fd, index) => (fd === noFd ? [] : [slotNumber(index)]));
  }

  releaseAll(): void {
    for (const [index, fd] of this.own.entries()) {
      const look = this.looks[index] ?? noFd;
      if (look >= 0 && look !== fd) this.libc.close(look);
      if (fd !== noFd) this.libc.close(fd);
    }
    this.own.fill(noFd);
    this.looks.fill(unknown);
  }

  private findLook(slot: Slot): number {
    const fd = this.fd(slot);
    if (fd === noFd) return noFd;
    this.looks[slot] = this.reopened(fd, this.readable[slot] === true);
    return this.looks[slot] ?? noFd;
  }

  /** Of what can be read, a read of nothing tells regular files: a FIFO and a directory refuse it. */
  private reopened(fd: number, readable: boolean): number {
    if (readable) return this.libc.pread(fd, null, 0, 0) === 0 ? fd : noFd;
    if (!isRegular(this.libc, fd, this.status)) return noFd;
    const look = this.libc.openat(AT_FDCWD, `/proc/self/fd/${fd}`, O_CLOEXEC, 0);
    if (look < 0) throw new HarnessError(`errno ${this.libc.errno()} at a look into an open file`);
    return look;
  }
}
