/**
 * The rules of FIDEDUPERANGE on Linux 6.18, in the order in which the kernel
 * checks them: one table for the request, one for each entry.
 *
 * Ids are those of the kernel's path: I the ioctl, H the header, D each
 * destination in the VFS, B btrfs, X XFS, G the common preparation of a remap.
 */

import { overflows, roundDown, roundUp, type EntryFacts, type RequestFacts } from "./facts.ts";
import { statusDiffers } from "./outcome.ts";
import type { Profile } from "./profile.ts";
import { fails, status, type Rule } from "./rule.ts";

/** struct file_dedupe_range is 24 bytes, struct file_dedupe_range_info 32 (include/uapi/linux/fs.h). */
const headerBytes = 24;
const entryBytes = 32;

const ioctl = "fs/ioctl.c, ioctl_file_dedupe_range, Linux 6.18";
const system = "fs/ioctl.c, SYSCALL_DEFINE3(ioctl), Linux 6.18";
const range = "fs/remap_range.c, vfs_dedupe_file_range, Linux 6.18";
const one = "fs/remap_range.c, vfs_dedupe_file_range_one, Linux 6.18";
const may = "fs/remap_range.c, may_dedupe_file, Linux 6.18";
const verify = "fs/remap_range.c, remap_verify_area, Linux 6.18";
const prep = "fs/remap_range.c, __generic_remap_file_range_prep, Linux 6.18";
const checks = "fs/remap_range.c, generic_remap_checks, Linux 6.18";
const xfs = "fs/xfs/xfs_file.c, xfs_file_remap_range, Linux 6.18";
const writeLimits = "fs/read_write.c, generic_write_check_limits, Linux 6.18";
const btrfs = "fs/btrfs/reflink.c, btrfs_remap_file_range_prep, Linux 6.18";

/** The length after rule H8, bytes. */
export function cappedLength(request: RequestFacts, profile: Profile): bigint {
  const { caps } = profile.tables;
  return caps === undefined ? request.length : caps(request, profile);
}

/** What rule G7 leaves of an entry: how much is compared, and how long the range is that is shared. */
export interface TailLengths {
  /** Bytes that are compared. */
  readonly compared: bigint;
  /** Bytes that are shared, and that must not overlap: whole blocks. */
  readonly shared: bigint;
}

/** The length that rules H8 and G6 left, bytes. */
export function limitedLength(entry: EntryFacts, profile: Profile): bigint {
  const { limits } = profile.tables;
  return limits === undefined ? cappedLength(entry.request, profile) : limits(entry, profile);
}

/** The lengths behind rule G7. */
export function tailLengths(entry: EntryFacts, profile: Profile): TailLengths {
  const { rounds } = profile.tables;
  const left = rounds === undefined ? limitedLength(entry, profile) : rounds(entry, profile);
  return { compared: comparedLength(entry, profile, left), shared: roundUp(left, entry.block) };
}

function comparedLength(entry: EntryFacts, profile: Profile, shared: bigint): bigint {
  if (profile.compares === "what is shared") return shared;
  const length = limitedLength(entry, profile);
  if (profile.compares === "what was asked for") return length;
  return entry.request.offset + length === entry.request.source.size ? length : shared;
}

/** Rule H8. */
function capped({ length }: RequestFacts, { lengthCap }: Profile): bigint {
  return length > lengthCap ? lengthCap : length;
}

/** Rule G6b. */
function limited(entry: EntryFacts, profile: Profile): bigint {
  const length = cappedLength(entry.request, profile);
  const room = entry.request.sizeLimit - entry.offset;
  if (room >= length) return length;
  return room < 0n ? 0n : room;
}

/** Rule G7: a last, partial block stays only at the ends of the files. */
function inWholeBlocks(entry: EntryFacts, profile: Profile): bigint {
  const length = limitedLength(entry, profile);
  return keepsTail(entry, length, profile.tail) ? length : roundDown(length, entry.block);
}

function keepsTail(entry: EntryFacts, length: bigint, tail: Profile["tail"]): boolean {
  const { request } = entry;
  const atSourceEnd = request.offset + length === request.source.size;
  const atTargetEnd = entry.offset + length === entry.target.size;
  switch (tail) {
    case "source and target":
      return atSourceEnd && atTargetEnd;
    case "source":
      return atSourceEnd;
    case "target":
      return atTargetEnd;
    case "nobody":
      return false;
  }
}

function overlaps(entry: EntryFacts, profile: Profile): boolean {
  const { shared } = tailLengths(entry, profile);
  const { offset } = entry.request;
  return offset < entry.offset + shared && entry.offset < offset + shared;
}

/** Bytes of an argument with so many entries. */
export function structBytes(count: number): number {
  return headerBytes + entryBytes * count;
}

// oxfmt-ignore
export const requestRules: readonly Rule<RequestFacts>[] = [
  { id: "I1", stage: "request", answers: fails("EBADF"), source: system,
    says: "A source that is not open, or opened with O_PATH, fails the call with EBADF.",
    when: (r) => r.source.open !== "open" },
  { id: "I3", stage: "request", answers: fails("EFAULT"), source: ioctl,
    says: "An argument whose dest_count cannot be read fails the call with EFAULT.",
    when: (r) => r.readableBytes < 18 },
  { id: "I4", stage: "request", answers: fails("ENOMEM"), source: ioctl,
    says: "An argument that does not fit one page (more than 127 entries of 4 KiB pages) fails the call with ENOMEM.",
    when: (r, p) => r.count > p.maxTargets },
  { id: "I5", stage: "request", answers: fails("EFAULT"), source: ioctl,
    says: "An argument that cannot be read whole fails the call with EFAULT.",
    when: (r) => r.readableBytes < structBytes(r.count) },
  { id: "H1", stage: "request", answers: fails("EINVAL"), source: range,
    says: "A source that is not open for reading fails the call with EINVAL.",
    when: (r) => !r.source.readable },
  { id: "H2", stage: "request", answers: fails("EINVAL"), source: range,
    says: "A reserved field of the header that is not 0 fails the call with EINVAL.",
    when: (r) => r.reserved },
  { id: "H3", stage: "request", answers: fails("EISDIR"), source: range,
    says: "A source that is a directory fails the call with EISDIR.",
    when: (r) => r.source.kind === "directory" },
  { id: "H4", stage: "request", answers: fails("EINVAL"), source: range,
    says: "A source that is not a regular file fails the call with EINVAL.",
    when: (r) => r.source.kind !== "file" },
  { id: "H5", stage: "request", answers: fails("EOPNOTSUPP"), source: range,
    says: "A source on a file system that cannot remap fails the call with EOPNOTSUPP.",
    when: (r) => !r.source.remaps },
  { id: "H6", stage: "request", answers: fails("EINVAL"), source: verify,
    says: "A source offset or length that is negative as s64, or whose sum overflows, fails the call with EINVAL.",
    when: (r) => overflows(r.offset, r.length) },
  { id: "H6b", stage: "request", answers: fails("EPERM"), source: verify,
    says: "A source that a listener of fanotify denies fails the call with EPERM.",
    when: (r) => r.denied },
  { id: "H7", stage: "request", answers: fails("EINVAL"), source: range,
    says: "A source range that ends beyond the end of the source fails the call with EINVAL.",
    when: (r) => r.offset + r.length > r.source.size },
  { id: "H8", stage: "request", answers: { kind: "continues" }, source: range,
    says: "A length above 1 GiB is cut to 1 GiB without a word.",
    when: (r, p) => r.length > p.lengthCap, leaves: capped },
  { id: "H9", stage: "request", answers: { kind: "continues" }, source: range,
    says: "A call that passes these checks sets status and bytes_deduped of every entry to 0.",
    when: () => true },
];

// oxfmt-ignore
export const entryRules: readonly Rule<EntryFacts>[] = [
  { id: "D1", stage: "entry", answers: status("EBADF"), source: range,
    says: "A target that is not open, or opened with O_PATH, gets -EBADF.",
    when: (e) => e.target.open !== "open" },
  { id: "D2", stage: "entry", answers: status("EINVAL"), source: range,
    says: "An entry whose reserved field is not 0 gets -EINVAL.",
    when: (e) => e.reserved },
  { id: "D3", stage: "entry", answers: status("EINVAL"), source: verify,
    evidence: "source only",
    shadowed: "the length that H8 left is not above the one that H6 let through",
    says: "A source range that is negative or overflows gets -EINVAL, asked again for each entry.",
    when: (e, p) => overflows(e.request.offset, cappedLength(e.request, p)) },
  { id: "D3b", stage: "entry", answers: status("EPERM"), source: verify,
    says: "A source that the listener denies when it is asked once more, for the entry, gives it -EPERM.",
    when: (e) => e.denied },
  { id: "D4", stage: "entry", answers: status("EINVAL"), source: verify,
    says: "A target offset that is negative as s64, or whose sum with the length overflows, gets -EINVAL.",
    when: (e, p) => overflows(e.offset, cappedLength(e.request, p)) },
  { id: "FS-03", stage: "entry", answers: { kind: "sleeps" }, source: one,
    says: "A target on a frozen file system sleeps until that is thawed, whatever signal comes.",
    when: (e) => e.frozen },
  { id: "D5", stage: "entry", answers: status("EROFS"), source: one,
    says: "A target that was opened through a read-only mount gets -EROFS.",
    when: (e) => e.target.readOnly },
  { id: "D6", stage: "entry", answers: status("EPERM"), source: may,
    says: "A target that is not open for writing gets -EPERM from a caller without CAP_SYS_ADMIN who neither owns it nor may write to it.",
    when: (e) => !e.request.admin && !e.target.writable && !e.target.owned && !e.target.mayWrite },
  { id: "D7", stage: "entry", answers: status("EXDEV"), source: one,
    says: "A target on another superblock gets -EXDEV.",
    when: (e) => !e.sameFilesystem },
  { id: "D8", stage: "entry", answers: status("EISDIR"), source: one,
    says: "A target that is a directory gets -EISDIR.",
    when: (e) => e.target.kind === "directory" },
  { id: "D9", stage: "entry", answers: status("EINVAL"), source: one,
    says: "A target whose file operations cannot remap gets -EINVAL.",
    when: (e) => !e.target.remaps },
  { id: "D10", stage: "entry", answers: { kind: "nothing" }, source: one,
    says: "A length of 0 is success with 0 bytes; no later check runs.",
    when: (e) => e.request.length === 0n },
  { id: "X1", stage: "prepare", answers: status("EOPNOTSUPP"), source: xfs, on: "xfs",
    says: "A source on an XFS that was made without reflink gets -EOPNOTSUPP for each target.",
    when: (e) => !e.request.source.reflinks },
  { id: "X2", stage: "prepare", answers: status("EIO"), source: xfs, on: "xfs",
    says: "A target on an XFS that was shut down gets -EIO.",
    when: (e) => e.shutDown },
  { id: "B1", stage: "prepare", answers: status("EINVAL"), source: btrfs, on: "btrfs",
    says: "A source and a target of which one alone is NODATASUM get -EINVAL.",
    when: (e) => e.request.source.nodatasum !== e.target.nodatasum },
  { id: "G1", stage: "prepare", answers: status("EPERM"), source: prep,
    says: "A target that is immutable gets -EPERM.",
    when: (e) => e.target.immutable },
  { id: "G2", stage: "prepare", answers: status("ETXTBSY"), source: prep,
    says: "A source or target that is an active swap file gets -ETXTBSY.",
    when: (e) => e.request.source.swapping || e.target.swapping },
  { id: "G3", stage: "prepare", answers: status("EINVAL"), source: prep,
    evidence: "source only",
    shadowed: "H3, H4, D8 and D9 have refused what is not a regular file",
    says: "A source or target that is not a regular file gets -EINVAL.",
    when: (e) => e.request.source.kind !== "file" || e.target.kind !== "file" },
  { id: "G4", stage: "prepare", answers: status("EINVAL"), source: checks,
    says: "A source or target offset that is not a multiple of the block gets -EINVAL.",
    when: (e) => ((e.request.offset | e.offset) & (e.block - 1n)) !== 0n },
  { id: "G5", stage: "prepare", answers: status("EINVAL"), source: checks,
    says: "A source or target range that starts at or ends beyond its end of file gets -EINVAL.",
    when: (e, p) => beyondEnd(e, p) },
  { id: "G6", stage: "prepare", answers: status("EFBIG"), source: writeLimits, raises: true,
    says: "A target offset at RLIMIT_FSIZE or beyond it gets -EFBIG, and SIGXFSZ is raised, although no file would grow.",
    when: (e) => e.offset >= e.request.sizeLimit },
  { id: "G6b", stage: "prepare", answers: { kind: "continues" }, source: writeLimits,
    says: "A target range that ends beyond RLIMIT_FSIZE is cut there without a word.",
    when: (e, p) => limitedLength(e, p) < cappedLength(e.request, p), leaves: limited },
  { id: "G7", stage: "prepare", answers: { kind: "continues" }, source: checks,
    says: "A length that is not whole blocks is rounded down, unless both ranges end at their end of file.",
    when: (e, p) => tailLengths(e, p).shared < limitedLength(e, p), leaves: inWholeBlocks },
  { id: "G8", stage: "prepare", answers: status("EINVAL"), source: checks,
    says: "Ranges of one inode that overlap get -EINVAL.",
    when: (e, p) => e.sameInode && overlaps(e, p) },
  { id: "G9", stage: "prepare", answers: { kind: "nothing" }, source: prep,
    says: "A length that was rounded to 0 is success; nothing is compared or shared.",
    when: (e, p) => tailLengths(e, p).compared === 0n },
  { id: "G11b", stage: "compare", answers: status("EIO"), source: prep, on: "btrfs",
    says: "A block that cannot be read gives -EIO where the comparison comes to it; nothing is shared.",
    when: (e, p) => unreadable(e, p) },
  { id: "G11", stage: "compare", answers: { kind: "status", status: statusDiffers }, source: prep,
    says: "Ranges that differ in a byte get status 1; nothing is shared.",
    when: (e, p) => e.firstDifference(tailLengths(e, p).compared) !== undefined },
  { id: "B3", stage: "share", answers: status("EAGAIN"), on: "btrfs", source: "fs/btrfs/reflink.c, btrfs_extent_same, Linux 6.18",
    says: "A target in a snapshot that is being sent gets -EAGAIN; nothing is shared.",
    when: (e) => e.sending },
  { id: "B4", stage: "share", answers: status("ENOSPC"), on: "btrfs", source: "fs/btrfs/reflink.c, copy_inline_to_page, Linux 6.18",
    says: "Where no block is free for inline data that needs one in the target, as behind its first block, the entry gets -ENOSPC; nothing is shared.",
    when: (e) => e.request.offset === 0n && e.request.source.size <= e.block && e.room === "none" && e.inlines },
  { id: "X4", stage: "share", answers: status("ENOSPC"), on: "xfs", source: "fs/xfs/xfs_reflink.c, xfs_reflink_remap_blocks, Linux 6.18",
    evidence: "source only", unmet: "the first extent of a call found a block in every try, also where the target's map filled its inode: XFS keeps some back",
    says: "Where no block is free for the first extent that would be shared, the entry gets -ENOSPC.",
    when: (e) => e.room === "none" },
  { id: "S1", stage: "share", answers: { kind: "share" }, source: "fs/remap_range.c, vfs_dedupe_file_range; fs/btrfs/reflink.c, btrfs_extent_same, Linux 6.18",
    says: "Equal ranges share storage: status 0, and bytes_deduped is the length that H8 left.",
    when: () => true },
];

/** Rule G7: also what is said without a kernel in mind is shared by whole blocks. */
export const wholeBlocks: readonly Rule<EntryFacts>[] = entryRules.filter(({ id }) => id === "G7");

/** Whether the comparison, which goes on block by block, comes to a block that cannot be read. */
function unreadable(entry: EntryFacts, profile: Profile): boolean {
  const at = entry.firstUnreadable(tailLengths(entry, profile).compared);
  return at !== undefined && entry.firstDifference(at) === undefined;
}

function beyondEnd(entry: EntryFacts, profile: Profile): boolean {
  const length = cappedLength(entry.request, profile);
  const { offset, source } = entry.request;
  return (
    offset >= source.size ||
    offset + length > source.size ||
    entry.offset >= entry.target.size ||
    entry.offset + length > entry.target.size
  );
}
