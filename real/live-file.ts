/** Files that exist, opened for one raw call, and what can be known about them. */

import { accessSync, constants, fstatSync, realpathSync, type BigIntStats } from "node:fs";
import { dirname } from "node:path";
import { type Errno, errno, type FsKind } from "../model/index.ts";
import {
  BTRFS_IOC_FS_INFO,
  BTRFS_SUPER_MAGIC,
  EXT4_SUPER_MAGIC,
  FS_APPEND_FL,
  FS_IMMUTABLE_FL,
  FS_IOC_GETFLAGS,
  FS_NOCOW_FL,
  TMPFS_MAGIC,
  XFS_SUPER_MAGIC,
} from "./abi.ts";
import { fsStatus } from "./fs-status.ts";
import { libc, O_CLOEXEC } from "./libc.ts";
import { xfsReflinks } from "./xfs-geometry.ts";

const AT_FDCWD = -100;
const always = constants.O_NONBLOCK | O_CLOEXEC;

/** struct btrfs_ioctl_fs_info_args: 1024 bytes, fsid in 16 of them. */
const fsInfoBytes = 1024;
const fsidAt = 16;

/** A file that is open until `closeLive`. */
export interface LiveFile {
  readonly path: string;
  /** The kernel's descriptor: never printed, never recorded. */
  readonly fd: number;
  readonly writable: boolean;
  /** Whether its mount or its file system is read-only. */
  readonly readOnly: boolean;
  readonly kind: "file" | "directory" | "fifo" | "special";
  /** i_size, bytes. */
  readonly size: bigint;
  /** The same for two paths of one inode. */
  readonly inode: string;
  /** st_dev: the same for all files of one subvolume. */
  readonly device: bigint;
  /** Whether it has a name that was not unlinked. */
  readonly linked: boolean;
  /** The same for all files of one file system; on btrfs across its subvolumes. */
  readonly filesystem: string;
  /** Whether the file system can share extents; undefined when that is not known. */
  readonly shares: boolean | undefined;
  /** Undefined for a file system that no profile describes. */
  readonly fs: FsKind | undefined;
  /** Whether its file system was made so that files can share blocks; undefined when that is not known. */
  readonly reflinks: boolean | undefined;
  /** f_bsize: bytes of a block. */
  readonly block: number;
  /** chattr +C; undefined where the file system has no such flag. */
  readonly nocow: boolean | undefined;
  /** Whether this process's user owns it, and may open it for writing now. */
  readonly owned: boolean;
  readonly mayWrite: boolean;
  /** chattr +i and +a; false where the file system has no such flags. */
  readonly immutable: boolean;
  readonly appendOnly: boolean;
  /** Whether it is set-user-ID or set-group-ID. */
  readonly runsAsOther: boolean;
}

export type Opening =
  | { readonly kind: "opened"; readonly file: LiveFile }
  | { readonly kind: "refused"; readonly errno: Errno };

/** Opens a source: for reading. */
export function openSource(path: string): Opening {
  return opened(path, [constants.O_RDONLY]);
}

/** Opens a target: for reading and writing or, where that is refused, for reading. */
export function openTarget(path: string): Opening {
  return opened(path, [constants.O_RDWR, constants.O_RDONLY]);
}

export function closeLive(file: LiveFile): void {
  libc().close(file.fd);
}

function opened(path: string, modes: readonly number[]): Opening {
  for (const mode of modes) {
    const fd = libc().openat(AT_FDCWD, path, mode | always, 0);
    if (fd !== -1) return { kind: "opened", file: examined(path, fd, mode !== constants.O_RDONLY) };
  }
  return { kind: "refused", errno: errno(libc().errno()) };
}

function examined(path: string, fd: number, writable: boolean): LiveFile {
  const stats = fstatSync(fd, { bigint: true });
  const status = fsStatus(libc(), fd);
  const flags = flagsOf(fd);
  return {
    path,
    fd,
    writable,
    readOnly: status.readOnly,
    kind: kindOf(stats),
    size: stats.size,
    inode: `${stats.dev}:${stats.ino}`,
    device: stats.dev,
    linked: stats.nlink > 0n,
    filesystem: filesystemOf(path, fd, status.type, stats.dev),
    shares: sharing.get(status.type),
    fs: kinds.get(status.type),
    reflinks: status.type === XFS_SUPER_MAGIC ? xfsReflinks(libc(), fd) : sharing.get(status.type),
    block: status.block,
    nocow: flags === undefined ? undefined : (flags & FS_NOCOW_FL) !== 0,
    owned: stats.uid === BigInt(process.geteuid?.() ?? -1),
    mayWrite: isWritable(fd),
    immutable: ((flags ?? 0) & FS_IMMUTABLE_FL) !== 0,
    appendOnly: ((flags ?? 0) & FS_APPEND_FL) !== 0,
    runsAsOther: (stats.mode & setIdBits) !== 0n,
  };
}

function kindOf(stats: BigIntStats): LiveFile["kind"] {
  if (stats.isFile()) return "file";
  if (stats.isDirectory()) return "directory";
  return stats.isFIFO() ? "fifo" : "special";
}

/** File systems whose files have remap_file_range, and some whose files have not (Linux 6.18). */
const sharing: ReadonlyMap<number, boolean> = new Map([
  [BTRFS_SUPER_MAGIC, true],
  [XFS_SUPER_MAGIC, true],
  [EXT4_SUPER_MAGIC, false],
  [TMPFS_MAGIC, false],
]);

const kinds: ReadonlyMap<number, FsKind> = new Map([
  [BTRFS_SUPER_MAGIC, "btrfs"],
  [XFS_SUPER_MAGIC, "xfs"],
]);

/** st_dev; on btrfs, where each subvolume has its own, the fsid. */
function filesystemOf(path: string, fd: number, type: number, device: bigint): string {
  const fsid = type === BTRFS_SUPER_MAGIC ? (fsidOf(fd) ?? fsidAround(path)) : undefined;
  return fsid === undefined ? `device ${device}` : `fsid ${fsid}`;
}

/** Undefined where the ioctl does not reach btrfs: at a FIFO, socket or device on it. */
function fsidOf(fd: number): string | undefined {
  const info = Buffer.alloc(fsInfoBytes);
  const failed = libc().ioctl(fd, BTRFS_IOC_FS_INFO, info) !== 0;
  return failed ? undefined : info.toString("hex", fsidAt, fsidAt + 16);
}

/** The fsid of the folder that a file lies in. */
function fsidAround(path: string): string | undefined {
  const flags = constants.O_RDONLY | constants.O_DIRECTORY | O_CLOEXEC;
  const folder = libc().openat(AT_FDCWD, dirname(realpathSync(path)), flags, 0);
  if (folder === -1) return undefined;
  const fsid = fsidOf(folder);
  libc().close(folder);
  return fsid;
}

/** The attributes of chattr(1); undefined where the file system has none. */
function flagsOf(fd: number): number | undefined {
  const flags = Buffer.alloc(8);
  if (libc().ioctl(fd, FS_IOC_GETFLAGS, flags) !== 0) return undefined;
  return flags.readUInt32LE(0);
}

/** S_ISUID and S_ISGID. */
const setIdBits = 0o6000n;

function isWritable(fd: number): boolean {
  try {
    accessSync(`/proc/self/fd/${fd}`, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
