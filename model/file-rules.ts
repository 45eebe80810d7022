/** What calls on descriptors, beside dedupe and clone, answer when they fail, in kernel order. */

import type { Caller, User } from "./caller.ts";
import { maxOffset, overflows, roundDown, roundUp, type FileFacts } from "./facts.ts";
import { limitRow, row, type FileRule } from "./file-rule.ts";
import type { FallocateMode } from "./op.ts";
import type { Profile } from "./profile.ts";
import { actsAsOwner, type Rights } from "./rights.ts";
import type { DirectoryRole } from "./state.ts";

/** A call on a descriptor. Offset and length are 0 for calls that take none. */
export interface DescriptorFacts {
  readonly file: FileFacts;
  /** u64. */
  readonly offset: bigint;
  /** u64. */
  readonly length: bigint;
  /** For fallocate. */
  readonly mode: FallocateMode;
  /** For write: whether it is made with O_DIRECT. */
  readonly direct: boolean;
  /** For write with O_DIRECT: whether it goes through the page cache all the same. */
  readonly bounced: boolean;
  /** For chown. */
  readonly newOwner: User;
  /** For chattr: whether the attribute is not yet as it is asked for. */
  readonly changes: boolean;
  /** Whether the file lies on the second file system. */
  readonly other: boolean;
  readonly role: DirectoryRole;
  readonly caller: Caller;
  /** Of the inode; where nothing is open, they mean nothing. */
  readonly rights: Rights;
}

const maxU64 = (1n << 64n) - 1n;

/** A write around the page cache that the file system does not help with. */
const unaligned = (c: DescriptorFacts, { directUnit }: Profile): boolean =>
  c.direct && !c.other && c.length > 0n && ((c.offset | c.length) & (directUnit - 1n)) !== 0n;
/** The same, where the end of the file, to which the write appends, is to blame, or how little room is left there. */
const endUnaligned = (c: DescriptorFacts, { directUnit }: Profile): boolean => {
  const room = maxOffset - c.file.size;
  const length = c.length < room ? c.length : room;
  const odd = ((c.file.size | length) & (directUnit - 1n)) !== 0n;
  return c.direct && !c.bounced && !c.other && c.length > 0n && c.file.append && odd;
};
const notOpen = (c: DescriptorFacts): boolean => c.file.open !== "open";
const fifo = (c: DescriptorFacts): boolean => c.file.kind === "fifo";
const negative = (c: DescriptorFacts): boolean => c.offset > maxOffset;
const limitOf = ({ caller }: DescriptorFacts): bigint => caller.sizeLimit ?? maxOffset;
const tooFar = (c: DescriptorFacts): boolean => overflows(c.offset, c.length);

// oxfmt-ignore
export const readRules: readonly FileRule<DescriptorFacts>[] = [
  row("READ-1", "EINVAL", negative, "fs/read_write.c, ksys_pread64"),
  row("READ-2", "EBADF", notOpen, "fs/read_write.c, ksys_pread64"),
  row("READ-3", "ESPIPE", fifo, "fs/read_write.c, ksys_pread64"),
  row("READ-4", "EBADF", (c) => !c.file.readable, "fs/read_write.c, vfs_read"),
  row("READ-5", "EINVAL", tooFar, "fs/read_write.c, rw_verify_area"),
  row("READ-6", "EISDIR", (c) => c.file.kind === "directory", "fs/libfs.c, generic_read_dir"),
];

function startsBeyond({ caller: { sizeLimit }, file, offset }: DescriptorFacts): boolean {
  return sizeLimit !== undefined && (file.append ? file.size : offset) >= sizeLimit;
}

// oxfmt-ignore
export const writeRules: readonly FileRule<DescriptorFacts>[] = [
  row("WRITE-1", "EINVAL", negative, "fs/read_write.c, ksys_pwrite64"),
  row("WRITE-2", "EBADF", notOpen, "fs/read_write.c, ksys_pwrite64"),
  row("WRITE-3", "ESPIPE", fifo, "fs/read_write.c, ksys_pwrite64"),
  row("WRITE-4", "EBADF", (c) => !c.file.writable, "fs/read_write.c, vfs_write"),
  row("WRITE-5", "EINVAL", tooFar, "fs/read_write.c, rw_verify_area"),
  row("WRITE-7", "EINVAL", unaligned, "fs/xfs/xfs_file.c, xfs_file_dio_write"),
  limitRow("WRITE-8", (c) => c.length > 0n && startsBeyond(c), "fs/read_write.c, generic_write_check_limits"),
  row("WRITE-6", "EFBIG", (c) => c.length > 0n && c.file.append && c.file.size === maxOffset, "fs/read_write.c, generic_write_check_limits"),
  row("WRITE-9", "EINVAL", endUnaligned, "fs/iomap/direct-io.c, iomap_dio_bio_iter"),
];

/** Behind the last page that a mapping can have. */
const beyondPages = (c: DescriptorFacts, { page }: Profile): boolean =>
  roundUp(c.offset + c.length, page) > (c.file.kind === "file" ? maxOffset : maxU64);

// oxfmt-ignore
export const storeRules: readonly FileRule<DescriptorFacts>[] = [
  row("STORE-1", "EBADF", notOpen, "mm/mmap.c, ksys_mmap_pgoff"),
  row("STORE-2", "EINVAL", (c) => c.length === 0n, "mm/mmap.c, do_mmap"),
  row("STORE-3", "EOVERFLOW", beyondPages, "mm/mmap.c, file_mmap_ok"),
  row("STORE-4", "EACCES", (c) => !c.file.readable || !c.file.writable, "mm/mmap.c, do_mmap"),
  row("STORE-7", "EACCES", (c) => c.rights.appendOnly, "mm/mmap.c, do_mmap"),
  row("STORE-5", "ENODEV", (c) => c.file.kind !== "file", "mm/mmap.c, do_mmap"),
  row("STORE-6", "EFAULT", (c, { page }) => roundDown(c.offset, page) >= c.file.size, "mm/filemap.c, filemap_fault"),
];

// oxfmt-ignore
export const truncateRules: readonly FileRule<DescriptorFacts>[] = [
  row("TRUNCATE-1", "EINVAL", (c) => c.length > maxOffset, "fs/open.c, do_sys_ftruncate"),
  row("TRUNCATE-2", "EBADF", notOpen, "fs/open.c, do_sys_ftruncate"),
  row("TRUNCATE-3", "EINVAL", (c) => c.file.kind !== "file" || !c.file.writable, "fs/open.c, do_ftruncate"),
  row("TRUNCATE-4", "EPERM", (c) => c.rights.appendOnly, "fs/open.c, do_ftruncate"),
  limitRow("TRUNCATE-5", (c) => c.length > c.file.size && c.length > limitOf(c), "fs/attr.c, inode_newsize_ok"),
];

/** Modes that take bytes away. */
const clearing: ReadonlySet<FallocateMode> = new Set(["punch", "zero", "zero-keep-size"]);

// oxfmt-ignore
export const fallocateRules: readonly FileRule<DescriptorFacts>[] = [
  row("FALLOCATE-1", "EBADF", notOpen, "fs/open.c, ksys_fallocate"),
  row("FALLOCATE-2", "EINVAL", (c) => c.offset > maxOffset || c.length > maxOffset || c.length === 0n, "fs/open.c, vfs_fallocate"),
  row("FALLOCATE-3", "EBADF", (c) => !c.file.writable, "fs/open.c, vfs_fallocate"),
  row("FALLOCATE-9", "EPERM", (c) => c.rights.appendOnly && clearing.has(c.mode), "fs/open.c, vfs_fallocate"),
  row("FALLOCATE-10", "EPERM", (c) => c.rights.immutable, "fs/open.c, vfs_fallocate"),
  row("FALLOCATE-4", "ESPIPE", fifo, "fs/open.c, vfs_fallocate"),
  row("FALLOCATE-5", "EISDIR", (c) => c.file.kind === "directory", "fs/open.c, vfs_fallocate"),
  row("FALLOCATE-6", "ENODEV", (c) => c.file.kind !== "file", "fs/open.c, vfs_fallocate"),
  row("FALLOCATE-7", "EFBIG", tooFar, "fs/open.c, vfs_fallocate"),
  row("FALLOCATE-8", "EOPNOTSUPP", (c) => c.other && c.mode.startsWith("zero"), "mm/shmem.c, shmem_fallocate"),
  limitRow("FALLOCATE-11", (c) => reservesBeyond(c, limitOf(c)), "fs/attr.c, inode_newsize_ok"),
];

/** Whether a file would be longer than the limit; tmpfs asks so also where the size is kept. */
function reservesBeyond(call: DescriptorFacts, limit: bigint): boolean {
  const { mode, other, file } = call;
  const end = call.offset + call.length;
  const grows = mode === "prealloc" || mode === "zero" || (other && mode === "keep-size");
  return grows && end > file.size && end > limit;
}

// oxfmt-ignore
export const syncRules: readonly FileRule<DescriptorFacts>[] = [
  row("FSYNC-1", "EBADF", notOpen, "fs/sync.c, do_fsync"),
  row("FSYNC-2", "EINVAL", fifo, "fs/sync.c, vfs_fsync_range"),
];

// oxfmt-ignore
export const nocowRules: readonly FileRule<DescriptorFacts>[] = [
  row("NOCOW-1", "EBADF", notOpen, "fs/ioctl.c, sys_ioctl"),
  row("NOCOW-2", "ENOTTY", (c, p) => p.nocow && (fifo(c) || c.role === "stub"), "fs/ioctl.c, vfs_ioctl"),
  row("NOCOW-3", "EROFS", (c) => c.file.readOnly, "fs/ioctl.c, ioctl_setflags"),
  row("NOCOW-7", "EPERM", (c) => !actsAsOwner(c.caller, c.rights), "fs/file_attr.c, vfs_fileattr_set"),
  row("NOCOW-4", "EOPNOTSUPP", (c) => c.other, "mm/shmem.c, shmem_fileattr_set"),
  row("NOCOW-5", "EROFS", (c) => c.file.readOnlySubvolume, "fs/btrfs/ioctl.c, btrfs_fileattr_set"),
  row("NOCOW-6", "EOPNOTSUPP", (_c, p) => !p.nocow, "fs/xfs/xfs_ioctl.c, xfs_fileattr_set"),
];

// oxfmt-ignore
export const closeRules: readonly FileRule<DescriptorFacts>[] = [
  row("CLOSE-1", "EBADF", (c) => c.file.open === "closed", "fs/open.c, sys_close"),
];

// oxfmt-ignore
export const inspectRules: readonly FileRule<DescriptorFacts>[] = [
  row("INSPECT-1", "EBADF", (c) => c.file.open === "closed" || c.file.kind !== "file", "the harness: it looks into regular files"),
];
