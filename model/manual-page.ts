/**
 * The manual page, read to the letter: of the errors that it lists, any that
 * applies may come, as the errno of the call, for it lists them where -1 is
 * returned. Where it does not say what happens, anything may.
 */

import type { EntryFacts, FileFacts, RequestFacts } from "./facts.ts";
import { linux618Btrfs, type Profile } from "./profile.ts";
import { statusDiffers } from "./outcome.ts";
import { fails, type Rule } from "./rule.ts";
import { structBytes, wholeBlocks } from "./dedupe-rules.ts";
import { workedTables } from "./tables.ts";

const source = "ioctl_fideduperange(2), 2019";

const anything = { kind: "anything" } as const;

const isOpen = ({ open }: FileFacts): boolean => open === "open";
const isFile = (file: FileFacts): boolean => isOpen(file) && file.kind === "file";
const isSpecial = (file: FileFacts): boolean =>
  isOpen(file) && (file.kind === "fifo" || file.kind === "special");
const isUnable = (file: FileFacts): boolean => isFile(file) && !(file.remaps && file.reflinks);
const isDirectory = (file: FileFacts): boolean => isOpen(file) && file.kind === "directory";

/** Length up to which every file system goes in one call, as the page has it: "typically 16 MiB". */
const typicalCap = 16n << 20n;

// oxfmt-ignore
const request: readonly Rule<RequestFacts>[] = [
  { id: "M1", stage: "request", source, answers: fails("EBADF"),
    says: "A source that is not open for reading is EBADF.",
    when: (r) => !isOpen(r.source) || !r.source.readable },
  { id: "M2", stage: "request", source, answers: fails("ENOMEM"),
    says: "A dest_count so large that the argument spans more than a page is ENOMEM.",
    when: (r, p) => r.count > p.maxTargets },
  { id: "M3", stage: "request", source, answers: anything,
    says: "Of an argument that cannot be read or written the page says nothing.",
    when: (r) => Math.min(r.readableBytes, r.writableBytes) < structBytes(r.count) },
  { id: "M4", stage: "request", source, answers: { kind: "fails" },
    says: "The fields reserved1 and reserved2 must be zero; what happens else is not said.",
    when: (r) => r.reserved },
  { id: "M5", stage: "request", source, answers: fails("EISDIR"),
    says: "A source that is a directory is EISDIR.",
    when: (r) => isDirectory(r.source) },
  { id: "M6", stage: "request", source, answers: fails("EINVAL"),
    says: "A source that is a device, FIFO or socket can be EINVAL.",
    when: (r) => isSpecial(r.source) },
  { id: "M6b", stage: "request", source, answers: fails("EOPNOTSUPP"),
    says: "A source that is a special inode can be EOPNOTSUPP.",
    when: (r) => isSpecial(r.source) },
  { id: "M7", stage: "request", source, answers: fails("EBADF"),
    says: "A source on a file system that does not support deduplication is EBADF.",
    when: (r) => isUnable(r.source) },
  { id: "M7b", stage: "request", source, answers: fails("EOPNOTSUPP"),
    says: "A file system that does not support deduplicating either descriptor can be EOPNOTSUPP.",
    when: (r) => isUnable(r.source) },
  { id: "M7c", stage: "request", source, answers: fails("EINVAL"),
    says: "A file system that does not support deduplicating the ranges is EINVAL.",
    when: (r) => isUnable(r.source) },
  { id: "M8", stage: "request", source, answers: anything,
    says: "Of a range that ends beyond the end of the source the page says nothing.",
    when: (r) => isFile(r.source) && r.offset + r.length > r.source.size },
  { id: "M9", stage: "request", source, answers: anything,
    says: "Of listeners that deny an access the page says nothing.",
    when: (r) => r.denied },
];

// oxfmt-ignore
const entry: readonly Rule<EntryFacts>[] = [
  { id: "M10", stage: "entry", source, answers: fails("EBADF"),
    says: "A target that is not open for writing is EBADF.",
    when: (e) => !isOpen(e.target) || (!e.target.writable && !e.target.readOnlySubvolume) },
  { id: "M10a", stage: "entry", source, answers: fails("EBADF"),
    says: "A target that is open for append-only writes is EBADF.",
    when: (e) => isOpen(e.target) && e.target.append },
  { id: "M11", stage: "entry", source, answers: { kind: "fails" },
    says: "The field reserved of an entry must be zero; what happens else is not said.",
    when: (e) => e.reserved },
  { id: "M12", stage: "entry", source, answers: fails("EISDIR"),
    says: "A target that is a directory is EISDIR.",
    when: (e) => isDirectory(e.target) },
  { id: "M13", stage: "entry", source, answers: fails("EINVAL"),
    says: "A target that is a device, FIFO or socket can be EINVAL.",
    when: (e) => isSpecial(e.target) },
  { id: "M13b", stage: "entry", source, answers: fails("EOPNOTSUPP"),
    says: "A target that is a special inode can be EOPNOTSUPP.",
    when: (e) => isSpecial(e.target) },
  { id: "M14", stage: "entry", source, answers: fails("EPERM"),
    says: "A target that is immutable is EPERM.",
    when: (e) => isOpen(e.target) && e.target.immutable },
  { id: "M14b", stage: "entry", source, answers: fails("ETXTBSY"),
    says: "A file that is a swap file is ETXTBSY.",
    when: (e) => e.request.source.swapping || e.target.swapping },
  { id: "M15", stage: "entry", source, answers: fails("EXDEV"),
    says: "A target that is not on the same mounted file system is EXDEV.",
    when: (e) => isOpen(e.target) && !(e.sameFilesystem && e.sameMount) },
  { id: "M16", stage: "entry", source, answers: fails("EOPNOTSUPP"),
    says: "A target on a file system without support can be EOPNOTSUPP.",
    when: (e) => isUnable(e.target) },
  { id: "M16b", stage: "entry", source, answers: fails("EINVAL"),
    says: "A target on a file system that does not support deduplicating its range is EINVAL.",
    when: (e) => isUnable(e.target) },
  { id: "M17", stage: "entry", source, answers: fails("EINVAL"),
    says: "Neither btrfs nor XFS support ranges of one file that overlap: EINVAL.",
    when: (e) => e.sameInode && e.request.offset < e.offset + e.request.length && e.offset < e.request.offset + e.request.length },
  { id: "M18", stage: "entry", source, answers: fails("EINVAL"), may: true,
    says: "Disk file systems generally require that the length is aligned to the block: EINVAL.",
    when: (e) => isFile(e.target) && (e.request.length & (e.block - 1n)) !== 0n },
  { id: "M18b", stage: "entry", source, answers: anything,
    says: "Disk file systems generally require that offsets are aligned: EINVAL; of those that do not the page says nothing.",
    when: (e) => isFile(e.target) && ((e.request.offset | e.offset) & (e.block - 1n)) !== 0n },
  { id: "M19", stage: "entry", source, answers: anything,
    says: "Of a range that ends beyond the end of the target the page says nothing.",
    when: (e) => isFile(e.target) && e.offset + e.request.length > e.target.size },
  { id: "M20", stage: "entry", source, answers: anything,
    says: "Whether the target must be open for reading is not said.",
    when: (e) => isOpen(e.target) && e.target.writable && !e.target.readable },
  { id: "M21", stage: "entry", source, answers: anything,
    says: "Of RLIMIT_FSIZE the page says nothing.",
    when: (e) => e.offset + e.request.length > e.request.sizeLimit },
  { id: "M22", stage: "entry", source, answers: anything,
    says: "Of a file system that is frozen the page says nothing.",
    when: (e) => e.frozen },
  { id: "M22b", stage: "entry", source, answers: anything,
    says: "Of a file system that was shut down, or has no free block, the page says nothing.",
    when: (e) => e.shutDown || e.room !== "enough" },
  { id: "M23", stage: "entry", source, answers: anything,
    says: "Of a read-only mount the page says nothing.",
    when: (e) => isOpen(e.target) && e.target.readOnly },
  { id: "M24", stage: "entry", source, answers: anything,
    says: "In a read-only snapshot nothing can be opened for writing; what else is open there the page does not say.",
    when: (e) => isOpen(e.target) && e.target.readOnlySubvolume },
  { id: "M25", stage: "entry", source, answers: anything,
    says: "Of append-only files the page says nothing, although it does of append-only writes.",
    when: (e) => isOpen(e.target) && e.target.appendOnly },
  { id: "M26", stage: "entry", source, answers: anything,
    says: "Of files of which one alone has checksums the page says nothing.",
    when: (e) => isOpen(e.target) && e.request.source.nodatasum !== e.target.nodatasum },
  { id: "M27", stage: "entry", source, answers: anything,
    says: "Of a snapshot that is being sent the page says nothing.",
    when: (e) => e.sending },
  { id: "M28", stage: "entry", source, answers: anything,
    says: "Of listeners that deny an access the page says nothing.",
    when: (e) => e.denied },
  { id: "M29", stage: "entry", source, answers: anything,
    says: "Of a length of 0 the page says nothing.",
    when: (e) => e.request.length === 0n },
  { id: "M30", stage: "entry", source, answers: { kind: "cuts" },
    says: "The longest length depends on the file system, typically 16 MiB, and is enforced silently.",
    when: (e) => e.request.length > typicalCap },
  { id: "M31", stage: "compare", source, answers: { kind: "status", status: statusDiffers },
    says: "Where even a single byte in the range does not match, the status is FILE_DEDUPE_RANGE_DIFFERS.",
    when: (e) => isOpen(e.target) && e.firstDifference(e.request.length) !== undefined },
  { id: "M32", stage: "share", source, answers: { kind: "share" },
    says: "Where all match, bytes_deduped is the number of bytes that were deduplicated.",
    when: () => true },
];

export const manualPage: Profile = {
  ...linux618Btrfs,
  name: "manual-page",
  about: "the manual page of 2019: any error that it lists may come where it applies",
  tables: workedTables("btrfs", { request, entry: [...entry, ...wholeBlocks], copyOut: [] }),
  precedence: "any that applies",
  compares: "what was asked for",
  tail: "source and target",
  reports: "shared",
};
