/** The regular files of a place: those with a name, and those that only a slot still holds. */

import { constants, readdirSync } from "node:fs";
import { errnoName, HarnessError } from "../model/index.ts";
import { fileStatus, type FileStatus } from "./file-status.ts";
import { O_CLOEXEC, type Libc } from "./libc.ts";
import { rootOf } from "./subvolumes.ts";

/** Files of a place, at most: a program has far fewer. */
const maxFiles = 4096;

/** Folders in one another, at most: a snapshot in a folder has no folders that hold anything. */
const maxDepth = 3;

const lookFlags = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW | O_CLOEXEC;
const folderFlags = lookFlags | constants.O_DIRECTORY;

export interface PlaceFile {
  /** Its path, or its slot as `@s3` when it has none. */
  readonly name: string;
  /** Can be read through, while it is looked at. */
  readonly fd: number;
  /** As it was found, which may be before it is written out. */
  readonly status: FileStatus;
}

/** A slot that is open on the place's main file system. */
export interface OpenSlot {
  readonly slot: number;
  /** Can be read through. */
  readonly fd: number;
}

/**
 * What `look` says of each regular file in a folder and below it, also where it lies
 * too deep for a program to name, as in a snapshot made in a folder. Each inode comes
 * once, under its first path in the order of paths; behind them come those that have
 * no name there, by their first slot. `open` is sorted.
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
    const status = fileStatus(libc, fd);
    const key = `${treeOf(libc, fd, status)}/${status.inode}`;
    if (!status.isFile || seen.has(key)) return;
    seen.add(key);
    looked.push(look({ name, fd, status }));
  };
  const paths = pathsIn(libc, folder, "", 0).toSorted();
  if (paths.length > maxFiles) throw new HarnessError(`over ${maxFiles} files in one place`);
  for (const path of paths) {
    withFile(libc, folder, path, lookFlags, (fd) => {
      add(path, fd);
    });
  }
  for (const { slot, fd } of open) add(`@s${slot}`, fd);
  return looked;
}

/** What tells files of equal numbers apart: the device of their subvolume, 0 for all that were deleted. */
function treeOf(libc: Libc, fd: number, { device }: FileStatus): string {
  return device === 0n ? `tree ${rootOf(libc, fd)}` : `device ${device}`;
}

/** Files by path, each with `before` in front. */
function pathsIn(libc: Libc, folder: number, before: string, depth: number): readonly string[] {
  const paths: string[] = [];
  for (const { name, isFile, isFolder } of entriesIn(folder)) {
    const path = before + name;
    if (isFile) paths.push(path);
    if (!isFolder || depth === maxDepth) continue;
    withFile(libc, folder, name, folderFlags, (fd) => {
      paths.push(...pathsIn(libc, fd, `${path}/`, depth + 1));
    });
  }
  return paths;
}

interface Entry {
  readonly name: string;
  readonly isFile: boolean;
  readonly isFolder: boolean;
}

function entriesIn(folder: number): readonly Entry[] {
  const entries = readdirSync(`/proc/self/fd/${folder}`, { withFileTypes: true });
  return entries.map((entry) => ({
    name: entry.name,
    isFile: entry.isFile(),
    isFolder: entry.isDirectory(),
  }));
}

function withFile(
  libc: Libc,
  folder: number,
  path: string,
  flags: number,
  use: (fd: number) => void,
): void {
  const fd = libc.openat(folder, path, flags, 0);
  if (fd === -1) {
    throw new HarnessError(`${path} cannot be looked at: ${errnoName(libc.errno())}`);
  }
  try {
    use(fd);
  } finally {
    libc.close(fd);
  }
}
