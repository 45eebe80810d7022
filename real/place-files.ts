/** The regular files of a place: those with a name, and those that only a slot still holds. */

import { constants, readdirSync } from "node:fs";
import { errnoName, HarnessError } from "../model/index.ts";
import { fileStatus, type FileStatus } from "./block-map.ts";
import { O_CLOEXEC, type Libc } from "./libc.ts";

/** Files of a place, at most: a program has far fewer. */
const maxFiles = 1024;

const lookFlags = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW | O_CLOEXEC;

export interface PlaceFile {
  /** Its name, or its slot as `@s3` when it has none. */
  readonly name: string;
  /** Can be read through, while it is looked at. */
  readonly fd: number;
  readonly status: FileStatus;
}

/** A slot that is open on the place's main file system. */
export interface OpenSlot {
  readonly slot: number;
  /** Can be read through. */
  readonly fd: number;
}

/**
 * What `look` says of each regular file in a folder, each inode once, under its
 * first name in the order of names; behind them of those that have no name there,
 * by their first slot. `open` is sorted.
 */
export function mapPlaceFiles<T>(
  libc: Libc,
  folder: number,
  open: readonly OpenSlot[],
  look: (file: PlaceFile) => T,
): readonly T[] {
  const seen = new Set<string>();
  const looked: T[] = [];
  const add = (name: string, fd: number): void => {
    const status = fileStatus(fd);
    const key = `${status.device}/${status.inode}`;
    if (!status.isFile || seen.has(key)) return;
    seen.add(key);
    looked.push(look({ name, fd, status }));
  };
  for (const name of namesIn(folder)) {
    withFile(libc, folder, name, (fd) => {
      add(name, fd);
    });
  }
  for (const { slot, fd } of open) add(`@s${slot}`, fd);
  return looked;
}

function namesIn(folder: number): readonly string[] {
  const entries = readdirSync(`/proc/self/fd/${folder}`, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
  if (names.length > maxFiles) throw new HarnessError(`over ${maxFiles} files in one place`);
  return names.toSorted();
}

function withFile(libc: Libc, folder: number, name: string, use: (fd: number) => void): void {
  const fd = libc.openat(folder, name, lookFlags, 0);
  if (fd === -1) {
    throw new HarnessError(`${name} cannot be looked at: ${errnoName(libc.errno())}`);
  }
  try {
    use(fd);
  } finally {
    libc.close(fd);
  }
}
