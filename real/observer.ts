/** Where the files of a place lie on the disk: each file once, by name or by slot. */

import { constants, fstatSync, readdirSync } from "node:fs";
import { HarnessError, type FileLayout } from "../model/index.ts";
import { O_CLOEXEC, type Libc } from "./libc.ts";
import { TreeSearch } from "./tree-search.ts";

/** A file that is open in a slot. */
export interface OpenSlot {
  readonly slot: number;
  readonly fd: number;
}

const lookFlags = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW | O_CLOEXEC;

export class Observer {
  private readonly libc: Libc;
  private readonly trees: TreeSearch;

  constructor(libc: Libc, block: number) {
    this.libc = libc;
    this.trees = new TreeSearch(libc, block);
  }

  /**
   * The regular files in a folder under the first of their names in order, and
   * behind them those of `open` that have none there, as `@s3`. Extents keep the
   * disk's numbers.
   */
  layouts(folder: number, open: readonly OpenSlot[]): readonly FileLayout[] {
    const seen = new Set<bigint>();
    const files: FileLayout[] = [];
    const add = (name: string, fd: number): void => {
      const stats = fstatSync(fd, { bigint: true });
      if (!stats.isFile() || seen.has(stats.ino)) return;
      seen.add(stats.ino);
      files.push({ name, items: this.trees.items(fd, stats.ino) });
    };
    for (const name of readdirSync(`/proc/self/fd/${folder}`).toSorted()) {
      this.withFile(folder, name, (fd) => add(name, fd));
    }
    for (const { slot, fd } of open) add(`@s${slot}`, fd);
    return files;
  }

  private withFile(folder: number, name: string, look: (fd: number) => void): void {
    const fd = this.libc.openat(folder, name, lookFlags, 0);
    if (fd === -1) throw new HarnessError(`${name} cannot be opened to be looked at`);
    try {
      look(fd);
    } finally {
      this.libc.close(fd);
    }
  }
}
