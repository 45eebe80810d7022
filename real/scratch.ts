/**
 * Folders of a run: made by mkdtemp, owned by a lock that is held for life, and
 * swept by a later run when that lock is gone.
 */

import {
  accessSync,
  constants,
  fstatSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  rmdirSync,
  statfsSync,
  type Stats,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { errnoName, HarnessError } from "../model/index.ts";
import { noFd } from "./slots.ts";
import { O_CLOEXEC, type Libc } from "./libc.ts";

/** Six characters of mkdtemp follow. */
const prefix = "extent-same-";
const runName = /^extent-same-[A-Za-z0-9]{6}$/;

/** A file that says: what is in this run folder was made by a program and may be unlinked. */
export const marker = ".extent-same-run";

const LOCK_EX = 2;
const LOCK_NB = 4;
const AT_REMOVEDIR = 0x200;
const AT_FDCWD = -100;
const folderFlags = constants.O_DIRECTORY | constants.O_NOFOLLOW | O_CLOEXEC;

/** Tries against a sweeper that takes a folder before it is locked. */
const maxTries = 8;

/** What runs and programs call what they make; not the marker. */
const entryName = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** Entries of a left-over folder that are removed. */
const maxEntries = 10_000;

/** Room to ask of a folder before a file system's image is put there. */
export const imageRoomBytes: number = 3 * 2 ** 30;

/** A folder of mode 0700 that is ours while `fd` is open. */
export interface RunFolder {
  readonly path: string;
  readonly fd: number;
}

/** Folders that run folders are made in: memory where there is room for an image, then disk. */
export function scratchParents(): readonly string[] {
  const parents = ["/dev/shm", tmpdir()].filter(isWritable);
  return parents.toSorted((a, b) => Number(roomy(b)) - Number(roomy(a)));
}

/** Makes and locks a run folder. Throws HarnessError where that cannot be. */
export function makeRunFolder(libc: Libc, parent: string): RunFolder {
  for (let tries = 0; tries < maxTries; tries++) {
    const path = makeFolder(parent);
    const fd = lockFolder(libc, path);
    if (fd !== noFd) return { path, fd };
  }
  throw new HarnessError(`no folder could be made and locked in ${parent}`);
}

/** Makes a run folder in which files are ours, also after this process was killed. */
export function makeMarkedFolder(libc: Libc, parent: string): RunFolder {
  const folder = makeRunFolder(libc, parent);
  const flags = constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY | O_CLOEXEC;
  const fd = libc.openat(folder.fd, marker, flags, 0o600);
  if (fd === -1)
    throw new HarnessError(`no file can be made in ${parent}: ${errnoName(libc.errno())}`);
  libc.close(fd);
  return folder;
}

/** Removes a marked folder and the files in it, but nothing below that, and gives up its lock. */
export function removeMarkedFolder(libc: Libc, folder: RunFolder): void {
  clearFolder(libc, folder.fd, true);
  libc.unlinkat(folder.fd, marker, 0);
  removeRunFolder(libc, folder);
}

/** Removes an empty run folder and gives up its lock. A folder that is not empty stays. */
export function removeRunFolder(libc: Libc, folder: RunFolder): void {
  removeFolder(folder.path);
  libc.close(folder.fd);
}

/**
 * Removes run folders of dead runs: ours, of mode 0700, not locked. Empty folders
 * inside go with them, and files only beside a `marker`; nothing below that.
 */
export function sweep(libc: Libc, parents: readonly string[] = scratchParents()): void {
  for (const parent of parents) {
    for (const name of namesIn(parent)) {
      if (runName.test(name)) sweepOne(libc, join(parent, name));
    }
  }
}

/**
 * Removes what a program left in a folder of ours: empty folders always; when
 * `files`, files too, and folders with what is in them, which no program fills
 * deeper than that.
 */
export function clearFolder(libc: Libc, fd: number, files: boolean): void {
  for (const { name, isFolder } of entriesIn(fd)) {
    if (isFolder && files) clearInner(libc, fd, name);
    if (isFolder) libc.unlinkat(fd, name, AT_REMOVEDIR);
    else if (files) libc.unlinkat(fd, name, 0);
  }
}

function clearInner(libc: Libc, folder: number, name: string): void {
  const fd = libc.openat(folder, name, folderFlags, 0);
  if (fd === -1) return;
  for (const entry of entriesIn(fd)) {
    libc.unlinkat(fd, entry.name, entry.isFolder ? AT_REMOVEDIR : 0);
  }
  libc.close(fd);
}

/** What a folder of ours holds that a run may have made there. */
function entriesIn(fd: number): readonly { readonly name: string; readonly isFolder: boolean }[] {
  return readdirSync(`/proc/self/fd/${fd}`, { withFileTypes: true })
    .filter(({ name }) => entryName.test(name))
    .slice(0, maxEntries)
    .map((entry) => ({ name: entry.name, isFolder: entry.isDirectory() }));
}

function makeFolder(parent: string): string {
  try {
    return mkdtempSync(join(parent, prefix));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new HarnessError(`no folder can be made in ${parent}: ${reason}`);
  }
}

function namesIn(parent: string): readonly string[] {
  try {
    return readdirSync(parent);
  } catch {
    return []; // What cannot be listed cannot be swept.
  }
}

function sweepOne(libc: Libc, path: string): void {
  const before = lstatSync(path, { throwIfNoEntry: false });
  const ours = before?.isDirectory() === true && before.uid === process.geteuid?.();
  if (!ours || (before.mode & 0o777) !== 0o700) return;
  const fd = lockFolder(libc, path);
  if (fd === noFd) return;
  const files = libc.unlinkat(fd, marker, 0) === 0;
  clearFolder(libc, fd, files);
  removeFolder(path);
  libc.close(fd);
}

/** A locked descriptor of the folder that stands at `path`; `noFd` when another has it. */
function lockFolder(libc: Libc, path: string): number {
  const fd = libc.openat(AT_FDCWD, path, folderFlags, 0);
  if (fd === -1) return noFd;
  const there = lstatSync(path, { throwIfNoEntry: false });
  const locked = libc.flock(fd, LOCK_EX | LOCK_NB) === 0;
  if (locked && there !== undefined && isOurs(there, fstatSync(fd))) return fd;
  libc.close(fd);
  return noFd;
}

/** Whether what was opened is what stands at the path, and nobody else's. */
function isOurs(there: Stats, opened: Stats): boolean {
  return (
    there.ino === opened.ino &&
    there.dev === opened.dev &&
    opened.uid === process.geteuid?.() &&
    (opened.mode & 0o777) === 0o700
  );
}

function removeFolder(path: string): void {
  try {
    rmdirSync(path);
  } catch {
    // Not empty, or gone: either way there is nothing of ours to remove.
  }
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function roomy(path: string): boolean {
  const { bavail, bsize } = statfsSync(path);
  return bavail * bsize >= imageRoomBytes;
}
