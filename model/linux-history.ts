/**
 * Earlier kernels on btrfs, each as what it does otherwise than the next one. None
 * was run: a row says whether it was read in a source or is remembered.
 */

import { amended, type Amendment } from "./amendment.ts";
import { cappedLength } from "./dedupe-rules.ts";
import { roundDown, roundUp, type EntryFacts } from "./facts.ts";
import { linux618Btrfs, type Profile } from "./profile.ts";
import { fails, status } from "./rule.ts";
import { answering, before, behind, changed, movedBehind, without } from "./table-edit.ts";

const vfs = "fs/remap_range.c, vfs_dedupe_file_range_one, Linux 5.19";
const readWrite = "fs/read_write.c, vfs_dedupe_file_range";
const ioctl = "fs/btrfs/ioctl.c, btrfs_extent_same";
const oldIoctl = "fs/btrfs/ioctl.c, btrfs_ioctl_file_extent_same, Linux 3.12";

/** Bytes by which a range exceeds whole blocks. */
function tailOf(entry: EntryFacts, profile: Profile): bigint {
  return cappedLength(entry.request, profile) % entry.block;
}

function atSourceEnd({ request }: EntryFacts, profile: Profile): boolean {
  return request.offset + cappedLength(request, profile) === request.source.size;
}

/** Whether a range ends beyond the end of its file; where it is empty it may start there. */
function beyondEnd({ request, offset, target }: EntryFacts, profile: Profile): boolean {
  const length = cappedLength(request, profile);
  return request.offset + length > request.source.size || offset + length > target.size;
}

/** Whether ranges of one inode overlap, the source's last block taken whole. */
function overlapsWithTail(entry: EntryFacts, profile: Profile): boolean {
  const { request, offset, sameInode, block } = entry;
  const rounded = atSourceEnd(entry, profile) ? roundUp : roundDown;
  const length = rounded(cappedLength(request, profile), block);
  return sameInode && request.offset < offset + length && offset < request.offset + length;
}

// oxfmt-ignore
const of56: readonly Amendment[] = [
  { topic: "other mount, same superblock", basis: "read", source: `${vfs}; commit 9f5710bbfd30`,
    says: "A target that was opened through another mount gets -EXDEV.",
    entry: changed("D7", { when: (e) => !e.sameFilesystem || !e.sameMount,
      says: "A target on another superblock, or opened through another mount, gets -EXDEV.", source: vfs }) },
  { topic: "order of target area and mount", basis: "read", source: `${vfs}; commit 0b5263d12aed`,
    says: "The target's mount is asked before its area: a bad offset on a read-only mount is -EROFS.",
    entry: movedBehind("D5", "D3", "D3b", "D4") },
  { topic: "source tail into the middle of the target", basis: "read",
    source: "fs/remap_range.c, generic_remap_check_len, Linux 5.6; commit 5750676b64a5",
    says: "A tail of the source is compared to its last byte, and then rounded off.",
    switches: { compares: "the source's tail too" },
    entry: changed("G8", { when: overlapsWithTail,
      says: "Ranges of one inode that overlap, the last block of the source taken whole, get -EINVAL." }) },
];

// oxfmt-ignore
const of420: readonly Amendment[] = [
  { topic: "tail at both ends", basis: "read", source: "commits 831d2fa25ab8 and a5e6ea18e3d1, Linux 5.6",
    says: "A last, partial block is compared and never shared.",
    switches: { tail: "nobody" } },
];

// oxfmt-ignore
const of419: readonly Amendment[] = [
  { topic: "file system without support", basis: "remembered", source: `${readWrite}, Linux 4.19`,
    says: "A file system that cannot remap is told by each entry: -EINVAL.",
    request: without("H5") },
  { topic: "target not writable", basis: "read", source: `${readWrite}_one, Linux 4.19; commit 5de4480ae7f8`,
    says: "A target that is not open for writing gets -EINVAL, unless the caller has CAP_SYS_ADMIN.",
    entry: changed("D6", { answers: status("EINVAL"), source: `${readWrite}_one, Linux 4.19`,
      says: "A target that is not open for writing gets -EINVAL from a caller without CAP_SYS_ADMIN.",
      when: (e) => !e.request.admin && !e.target.writable }) },
  { topic: "unaligned length, not at the end", basis: "read", source: `${ioctl}_range, Linux 4.9`,
    says: "A length that is not whole blocks and does not reach the end of the source gets -EINVAL.",
    entry: behind("G5", { id: "G5u", stage: "prepare", answers: status("EINVAL"), evidence: "source only",
      source: `${ioctl}_range, Linux 4.9`,
      says: "A length that is not whole blocks and does not reach the end of the source gets -EINVAL.",
      when: (e, p) => tailOf(e, p) !== 0n && !atSourceEnd(e, p) }) },
  { topic: "tail at both ends", basis: "read", source: `${ioctl}_range, Linux 4.9`,
    says: "A last, partial block is shared where both ranges end at their end of file.",
    switches: { tail: "source and target" } },
  { topic: "source tail into the middle of the target", basis: "read", source: `${ioctl}_range, Linux 4.19; commit de02b9f6bb65`,
    says: "A tail of the source is rounded off before anything is compared.",
    switches: { compares: "what is shared" } },
  { topic: "limit of the caller", basis: "remembered", source: "fs/remap_range.c, generic_remap_checks, Linux 4.20",
    says: "RLIMIT_FSIZE is not asked.",
    entry: without("G6", "G6b") },
];

// oxfmt-ignore
const of45: readonly Amendment[] = [
  { topic: "range beyond the end of the source", basis: "read", source: `${readWrite}, Linux 4.9`,
    says: "It is told by each entry: -EINVAL.",
    request: without("H7") },
  { topic: "length cap", basis: "read", source: "fs/btrfs/ioctl.c, btrfs_dedupe_file_range, Linux 4.9",
    says: "A length above 16 MiB is cut to 16 MiB; btrfs of 4.18 did not.",
    switches: { lengthCap: 16n << 20n } },
  { topic: "most targets", basis: "remembered", source: "fs/ioctl.c, ioctl_file_dedupe_range, Linux 4.5",
    says: "Up to 65535 targets are taken; from 4.8 on 127.",
    switches: { maxTargets: 65_535 } },
  { topic: "reserved field of an entry", basis: "read", source: `${readWrite}, Linux 4.9`,
    says: "It is asked behind the target's mount and area.",
    entry: movedBehind("D4", "D2") },
  { topic: "source tail into the middle of the target", basis: "read", source: `${ioctl}, Linux 4.9; commit de02b9f6bb65`,
    says: "The last, partial block of the source is shared into the middle of the target: a corruption.",
    switches: { tail: "source" } },
  { topic: "same inode", basis: "read", source: `${ioctl}, Linux 4.9`,
    says: "Within one file a length that is not whole blocks gets -EINVAL.",
    entry: behind("G5", { id: "G5s", stage: "prepare", answers: status("EINVAL"), evidence: "source only",
      source: `${ioctl}, Linux 4.9`,
      says: "Within one file a length that is not whole blocks gets -EINVAL.",
      when: (e, p) => e.sameInode && tailOf(e, p) !== 0n }) },
  { topic: "last entry that fails early", basis: "read", source: `${readWrite}, Linux 4.9`,
    says: "Where the last entry fails by its mount or its area, the call fails with that error and writes nothing back.",
    switches: { failsCall: ({ id }, isLast) => isLast && (id === "D4" || id === "D5") } },
  { topic: "bytes_deduped", basis: "read", source: "fs/btrfs/ioctl.c, btrfs_dedupe_file_range, Linux 4.9",
    says: "What the file system returned is reported.",
    unseen: "btrfs returned the length that was asked for, as the VFS reports it later" },
];

// oxfmt-ignore
const of312: readonly Amendment[] = [
  { topic: "order of request checks", basis: "remembered", source: oldIoctl,
    says: "The source's mode is asked before the argument is read.",
    request: movedBehind("I1", "H1") },
  { topic: "source on a read-only mount", basis: "read", source: oldIoctl,
    says: "A source on a read-only mount fails the call with EROFS.",
    request: before("I3", { id: "I2r", stage: "request", answers: fails("EROFS"), evidence: "source only", source: oldIoctl,
      says: "A source that was opened through a read-only mount fails the call with EROFS.",
      when: (r) => r.source.readOnly }) },
  { topic: "header reserved", basis: "read", source: oldIoctl,
    says: "Reserved fields of the header are ignored.",
    request: without("H2") },
  { topic: "reserved field of an entry", basis: "read", source: oldIoctl,
    says: "It is ignored.",
    entry: without("D2") },
  { topic: "file system without support", basis: "read", source: oldIoctl,
    says: "A source that is no file or directory of btrfs fails the call with ENOTTY: its own operations are asked.",
    request: behind("I1", { id: "I1t", stage: "request", answers: fails("ENOTTY"), evidence: "from memory", source: oldIoctl,
      says: "A source that is no file or directory of btrfs fails the call with ENOTTY: its own operations are asked.",
      when: (r) => r.source.kind !== "directory" && !r.source.remaps }) },
  { topic: "source not regular", basis: "read", source: oldIoctl,
    says: "A source that is neither a file nor a directory fails the call with EACCES.",
    request: answering("H4", fails("EACCES")),
    unseen: "what is neither has operations of its own, and its ioctl never comes to btrfs" },
  { topic: "target not regular", basis: "remembered", source: oldIoctl,
    says: "A target that is neither a file nor a directory gets -EACCES.",
    entry: answering("D9", status("EACCES")) },
  { topic: "area of ranges", basis: "remembered", source: oldIoctl,
    says: "Offsets are held against the sizes of files alone, by each entry.",
    request: without("H6"), entry: without("D3", "D4") },
  { topic: "target on a read-only mount", basis: "remembered", source: oldIoctl,
    says: "The target's mount is not asked: it must be the source's.",
    entry: without("D5") },
  { topic: "length 0", basis: "remembered", source: `${ioctl}, Linux 3.12`,
    says: "A length of 0 is checked like any other.",
    entry: (rows) => changed<EntryFacts>("G5", { when: beyondEnd })(without<EntryFacts>("D10")(rows)) },
  { topic: "same inode", basis: "read", source: `${ioctl}, Linux 3.12`,
    says: "Source and target must be two files, else -EINVAL.",
    entry: changed("G5s", { says: "A source that is the target gets -EINVAL.", when: (e) => e.sameInode }) },
  { topic: "unaligned length, not at the end", basis: "remembered", source: `${ioctl}, Linux 3.12`,
    says: "A length that is not whole blocks gets -EINVAL, also at the end of a file.",
    entry: changed("G5u", { says: "A length that is not whole blocks gets -EINVAL.", when: (e, p) => tailOf(e, p) !== 0n }) },
  { topic: "times", basis: "read", source: "commit 1c919a5e1370, Linux 4.2",
    says: "A dedupe sets the target's times.",
    switches: { times: "changed" } },
  { topic: "write-back", basis: "remembered", source: oldIoctl,
    says: "Status and bytes_deduped are written back entry by entry.",
    unseen: "from memory alone, and not followed: what comes back of an argument that can be written is the same" },
];

const linux56 = amended(
  linux618Btrfs,
  { name: "linux-5.6", about: "Linux 5.6 to 5.18, btrfs; not run" },
  of56,
);
const linux420 = amended(
  linux56,
  { name: "linux-4.20", about: "Linux 4.20 to 5.5, btrfs; not run" },
  of420,
);
const linux419 = amended(
  linux420,
  { name: "linux-4.19", about: "Linux 4.19, btrfs; not run" },
  of419,
);
const linux45 = amended(
  linux419,
  { name: "linux-4.5", about: "Linux 4.5 to 4.18, btrfs; not run" },
  of45,
);
const btrfs312 = amended(
  linux45,
  { name: "btrfs-3.12", about: "btrfs of Linux 3.12, before the VFS had the call; not run" },
  of312,
);

/** Newest first; each is the next one before it, amended. */
export const linuxHistory: readonly Profile[] = [linux56, linux420, linux419, linux45, btrfs312];
