/** The calls on subvolumes: an ioctl each, on the folder of the path, which is opened for it. */

import { constants } from "node:fs";
import {
  errno,
  errnoName,
  failed,
  folderOf,
  HarnessError,
  nameOn,
  returned,
  type Op,
  type Outcome,
  type SnapshotOp,
} from "../model/index.ts";
import { O_CLOEXEC, type Libc } from "./libc.ts";
import { createSnapshot, createSubvolume, deleteSubvolume } from "./subvolumes.ts";

export type SubvolumeOp =
  | SnapshotOp
  | Extract<Op, { readonly kind: "subvolume" | "delete"; readonly path: string }>;

export function isOnSubvolume(op: Op): op is SubvolumeOp {
  return op.kind === "subvolume" || op.kind === "snapshot" || op.kind === "delete";
}

const lookFlags = constants.O_NONBLOCK | constants.O_NOFOLLOW | O_CLOEXEC;
const folderFlags = constants.O_DIRECTORY | lookFlags;

/** The folder behind the mount of a path. */
type MountFolder = (path: string) => number;

export function performOnSubvolume(libc: Libc, op: SubvolumeOp, folder: MountFolder): Outcome {
  switch (op.kind) {
    case "subvolume":
      return inFolder(libc, op.path, folder, (fd, name) => newSubvolume(libc, fd, name));
    case "delete":
      return inFolder(libc, op.path, folder, (fd, name) => deleteSubvolume(libc, fd, name));
    case "snapshot":
      return snapshot(libc, op, folder);
  }
}

/** Its mode is the same whatever the umask. */
function newSubvolume(libc: Libc, folder: number, name: string): number {
  const result = createSubvolume(libc, folder, name);
  if (result !== 0 || libc.fchmodat(folder, name, 0o755, 0) === 0) return result;
  throw new HarnessError(`the mode of a subvolume cannot be set: ${errnoName(libc.errno())}`);
}

function snapshot(libc: Libc, { path, to, readOnly }: SnapshotOp, folder: MountFolder): Outcome {
  return opened(libc, folder(path), nameOn(path), lookFlags, (source) =>
    inFolder(libc, to, folder, (fd, name) => createSnapshot(libc, fd, name, source, readOnly)),
  );
}

/** What `call` does with the folder of a path and the last name. */
function inFolder(
  libc: Libc,
  path: string,
  folder: MountFolder,
  call: (fd: number, name: string) => number,
): Outcome {
  const parent = folderOf(path);
  const name = parent === undefined ? nameOn(path) : path.slice(parent.length + 1);
  const made = (fd: number): Outcome =>
    call(fd, name) === -1 ? failed(errno(libc.errno())) : returned(0);
  if (parent === undefined) return made(folder(path));
  return opened(libc, folder(path), nameOn(parent), folderFlags, made);
}

function opened(
  libc: Libc,
  folder: number,
  name: string,
  flags: number,
  use: (fd: number) => Outcome,
): Outcome {
  const fd = libc.openat(folder, name, flags, 0);
  if (fd === -1) return failed(errno(libc.errno()));
  try {
    return use(fd);
  } finally {
    libc.close(fd);
  }
}
