/**
 * The first proposal, as its mail has it: what that leaves open may be anything,
 * but what befalls one file is told by the status of its entry.
 */

import { overflows, type EntryFacts, type FileFacts, type RequestFacts } from "./facts.ts";
import { linux618Btrfs, type Profile } from "./profile.ts";
import { statusDiffers } from "./outcome.ts";
import type { Rule } from "./rule.ts";
import { structBytes, wholeBlocks } from "./dedupe-rules.ts";
import { workedTables } from "./tables.ts";

const source = 'linux-btrfs mail, "btrfs: offline dedupe", Linux 3.9, April 2013';

const anything = { kind: "anything" } as const;
const anyStatus = { kind: "any status" } as const;

const isFile = ({ open, kind }: FileFacts): boolean => open === "open" && kind === "file";

// oxfmt-ignore
const request: readonly Rule<RequestFacts>[] = [
  { id: "P1", stage: "request", source, answers: { kind: "fails" },
    says: "A source that is no open file fails, and how is not said.",
    when: (r) => !isFile(r.source) },
  { id: "P1b", stage: "request", source, answers: anything,
    says: "Of a source that is not open for reading, or on another file system, the mail says nothing.",
    when: (r) => !r.source.readable || !r.source.remaps },
  { id: "P2", stage: "request", source, answers: anything,
    says: "Of an argument that cannot be read or written the mail says nothing.",
    when: (r) => Math.min(r.readableBytes, r.writableBytes) < structBytes(r.count) },
  { id: "P3", stage: "request", source, answers: anything,
    says: "Of the field reserved the mail says nothing.",
    when: (r) => r.reserved },
  { id: "P4", stage: "request", source, answers: anything,
    says: "Of listeners that deny an access the mail says nothing.",
    when: (r) => r.denied },
];

// oxfmt-ignore
const entry: readonly Rule<EntryFacts>[] = [
  { id: "P5", stage: "entry", source, answers: anyStatus,
    says: "A target that is no open file fails alone: its entry has a status below 0.",
    when: (e) => !isFile(e.target) },
  { id: "P6", stage: "entry", source, answers: anyStatus,
    says: "A range beyond the end of either file fails alone, by the status of its entry.",
    when: (e) => isFile(e.target) && (overflows(e.request.offset, e.request.length) || overflows(e.offset, e.request.length) ||
      e.request.offset + e.request.length > e.request.source.size || e.offset + e.request.length > e.target.size) },
  { id: "P7", stage: "entry", source, answers: anyStatus, may: true,
    says: "Who may dedupe into which file the mail does not say: an entry may fail.",
    when: (e) => isFile(e.target) && (!e.target.writable || !e.target.readable || e.target.append || e.target.immutable ||
      e.target.appendOnly || e.target.readOnly || e.target.readOnlySubvolume) },
  { id: "P8", stage: "entry", source, answers: anyStatus, may: true,
    says: "Which files can share the mail does not say: an entry may fail.",
    when: (e) => isFile(e.target) && (!e.sameFilesystem || !e.sameMount || !e.sameSubvolume || e.sameInode || !e.target.remaps ||
      e.request.source.nodatasum !== e.target.nodatasum) },
  { id: "P9", stage: "entry", source, answers: anyStatus, may: true,
    says: "Which offsets and lengths are taken the mail does not say: an entry may fail.",
    when: (e) => isFile(e.target) && (e.request.length === 0n || ((e.request.offset | e.offset | e.request.length) & (e.block - 1n)) !== 0n) },
  { id: "P10", stage: "entry", source, answers: anything,
    says: "Of limits, reserved fields, file systems that are frozen, full or shut down, swap files, damage, listeners and sends the mail says nothing.",
    when: (e) => e.reserved || e.frozen || e.shutDown || e.room !== "enough" || e.request.source.swapping || e.target.swapping || e.denied || e.sending || e.offset + e.request.length > e.request.sizeLimit },
  { id: "P11", stage: "entry", source, answers: { kind: "cuts" },
    says: "How long a range may be the mail does not say; what was deduped is reported.",
    when: (e) => e.request.length > 1n << 20n },
  { id: "P12", stage: "compare", source, answers: { kind: "status", status: statusDiffers },
    says: "Data that differs has the status BTRFS_SAME_DATA_DIFFERS.",
    when: (e) => isFile(e.target) && e.firstDifference(e.request.length) !== undefined },
  { id: "P13", stage: "share", source, answers: { kind: "share" },
    says: "An entry that was deduped has status 0, and bytes_deduped is always the number of bytes deduped.",
    when: () => true },
];

export const seed2013: Profile = {
  ...linux618Btrfs,
  name: "seed-2013",
  about: "the first proposal, April 2013: total_files, and files_deduped as an output",
  tables: workedTables("btrfs", { request, entry: [...entry, ...wholeBlocks], copyOut: [] }),
  precedence: "any that applies",
  compares: "what was asked for",
  tail: "source and target",
  reports: "shared",
  maxTargets: 65_535,
  countsFiles: true,
};
