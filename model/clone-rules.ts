/**
 * The rules of FICLONERANGE on Linux 6.18, in kernel order. They decide its errno;
 * a clone that none of them stops replaces the target's range (clone.ts).
 */

import { errnoOf } from "./errno.ts";
import { maxOffset, overflows, type CloneFacts } from "./facts.ts";
import type { Clause } from "./rule.ts";
import type { Errno } from "./units.ts";

export interface CloneRule extends Clause<CloneFacts> {
  readonly errno: Errno;
  /** One sentence in the present tense: when it applies and what follows. */
  readonly says: string;
  readonly source: string;
  /** Whether SIGXFSZ is raised. */
  readonly raises?: boolean;
  /** Whether the clone is made all the same. */
  readonly done?: boolean;
}

const ioctl = "fs/ioctl.c, SYSCALL_DEFINE3(ioctl) and ioctl_file_clone, Linux 6.18";
const vfs = "fs/remap_range.c, vfs_clone_file_range and remap_verify_area, Linux 6.18";
const checks = "fs/remap_range.c, generic_remap_checks, Linux 6.18";
const prep = "fs/remap_range.c, __generic_remap_file_range_prep, Linux 6.18";
const limits = "fs/read_write.c, generic_write_check_limits, Linux 6.18";
const xfs = "fs/xfs/xfs_file.c, xfs_file_remap_range, Linux 6.18";
const btrfs = "fs/btrfs/reflink.c, btrfs_remap_file_range_prep, Linux 6.18";
const tail = "fs/remap_range.c, generic_remap_check_len, Linux 6.18";
const lost = "fs/xfs/xfs_reflink.c, xfs_reflink_remap_blocks, Linux 6.18";
const rw = "fs/read_write.c, generic_file_rw_checks, Linux 6.18";

const EBADF = errnoOf("EBADF");
const EINVAL = errnoOf("EINVAL");

/** Bytes that a clone covers: a length of 0 is up to the end of the source. Not negative for calls that C10 lets through. */
export function cloneLength(clone: CloneFacts): bigint {
  return clone.length === 0n ? clone.source.size - clone.offset : clone.length;
}

function regular(clone: CloneFacts): boolean {
  return clone.source.kind === "file" && clone.target.kind === "file";
}

// oxfmt-ignore
export const cloneRules: readonly CloneRule[] = [
  { id: "C1", says: "A target that is not open, or opened with O_PATH, fails the call with EBADF.",
    errno: EBADF, source: ioctl, when: (c) => c.target.open !== "open" },
  { id: "C2", says: "A source that is not open, or opened with O_PATH, fails the call with EBADF.",
    errno: EBADF, source: ioctl, when: (c) => c.source.open !== "open" },
  { id: "C3", says: "A source on another superblock fails the call with EXDEV.",
    errno: errnoOf("EXDEV"), source: vfs, when: (c) => !c.sameFilesystem },
  { id: "C4", says: "A directory on either side fails the call with EISDIR.",
    errno: errnoOf("EISDIR"), source: rw, when: (c) => c.source.kind === "directory" || c.target.kind === "directory" },
  { id: "C5", says: "What is not a regular file, on either side, fails the call with EINVAL.",
    errno: EINVAL, source: rw, when: (c) => !regular(c) },
  { id: "C6", says: "A source not open for reading, or a target not open for writing or open for appending, fails the call with EBADF.",
    errno: EBADF, source: rw, when: (c) => !c.source.readable || !c.target.writable || c.target.append },
  { id: "C7", says: "A file system that cannot remap fails the call with EOPNOTSUPP.",
    errno: errnoOf("EOPNOTSUPP"), source: vfs, when: (c) => !c.source.remaps },
  { id: "C8", says: "An offset or length that is negative as s64, or whose sum overflows, fails the call with EINVAL.",
    errno: EINVAL, source: vfs, when: (c) => overflows(c.offset, c.length) || overflows(c.targetOffset, c.length) },
  { id: "CX1", says: "A source on an XFS that was made without reflink fails the call with EOPNOTSUPP.",
    errno: errnoOf("EOPNOTSUPP"), source: xfs, when: (c) => !c.source.reflinks },
  { id: "C9", says: "A source and a target of which one alone is NODATASUM fail the call with EINVAL.",
    errno: EINVAL, source: btrfs, when: (c) => c.source.nodatasum !== c.target.nodatasum },
  { id: "C17", says: "A target that is immutable fails the call with EPERM.",
    errno: errnoOf("EPERM"), source: prep, when: (c) => c.target.immutable },
  { id: "C10", says: "A length of 0 from behind the end of the source fails the call with EINVAL.",
    errno: EINVAL, source: prep, when: (c) => c.length === 0n && c.offset > c.source.size },
  { id: "C11", says: "An offset that is not a multiple of the block fails the call with EINVAL.",
    errno: EINVAL, source: checks, when: (c) => !empty(c) && ((c.offset | c.targetOffset) & (c.block - 1n)) !== 0n },
  { id: "C18", says: "A target offset at RLIMIT_FSIZE or beyond it, of a source offset before its end, fails the call with EFBIG, and SIGXFSZ is raised.", raises: true,
    errno: errnoOf("EFBIG"), source: limits, when: (c) => !empty(c) && c.offset < c.source.size && c.targetOffset >= c.sizeLimit },
  { id: "C12", says: "A target range that ends beyond 2^63-1 fails the call with EINVAL.",
    errno: EINVAL, source: checks, when: (c) => !empty(c) && c.targetOffset + cloneLength(c) > maxOffset },
  { id: "C13", says: "A source range that ends beyond the end of the source fails the call with EINVAL.",
    errno: EINVAL, source: checks, when: (c) => !empty(c) && c.offset + cloneLength(c) > c.source.size },
  { id: "C19", says: "A target range that ends beyond RLIMIT_FSIZE fails the call with EINVAL.",
    errno: EINVAL, source: checks, when: (c) => !empty(c) && c.targetOffset + cloneLength(c) > c.sizeLimit },
  { id: "C14", says: "Ranges of one inode that overlap fail the call with EINVAL.",
    errno: EINVAL, source: checks, when: (c) => !empty(c) && c.sameInode && overlaps(c) },
  { id: "C15", says: "A length that is not whole blocks, and does not end at the end of the source, fails the call with EINVAL.",
    errno: EINVAL, source: checks, when: (c) => unaligned(c) && c.offset + cloneLength(c) !== c.source.size },
  { id: "C16", says: "A source tail in the middle of the target fails the call with EINVAL.",
    errno: EINVAL, source: tail, when: (c) => unaligned(c) && c.targetOffset + cloneLength(c) < c.target.size },
  { id: "CX2", says: "A clone of so many blocks that their bytes are 2^63 is made, and fails with EINVAL all the same, unless its length was 0.",
    errno: EINVAL, source: lost, done: true, when: (c, p) => c.length > p.longestClone - c.block + 1n },
];

/** Whether a clone is over before its ranges are looked at: length 0 at the very end of the source. */
function empty(clone: CloneFacts): boolean {
  return cloneLength(clone) === 0n;
}

function unaligned(clone: CloneFacts): boolean {
  return (cloneLength(clone) & (clone.block - 1n)) !== 0n;
}

function overlaps(clone: CloneFacts): boolean {
  const length = (cloneLength(clone) + clone.block - 1n) & -clone.block;
  return clone.offset < clone.targetOffset + length && clone.targetOffset < clone.offset + length;
}
