/**
 * The clauses of the specification that are not one check but what follows from
 * several: offsets and lengths (LEN), the tail at the end of a file (EOF), where
 * files lie (FS, SRC, SUB), and the comparison (CMP). Each says when a decided call, or entry, is a case of it.
 */

import {
  cappedLength,
  entryRules,
  limitedLength,
  structBytes,
  tailLengths,
} from "./dedupe-rules.ts";
import type { FsKind } from "./format.ts";
import type { EntryFacts, FileFacts, RequestFacts } from "./facts.ts";
import type { Decision } from "./model.ts";
import type { Profile } from "./profile.ts";

export interface SpecClause {
  readonly id: string;
  readonly says: string;
  /** Whether a decision, with its facts, is a case of the clause. */
  readonly when: (decision: Decision, profile: Profile) => boolean;
  /** The rules that it follows from. */
  readonly follows: string;
  /** The one file system that has it; every one where nothing is said. */
  readonly on?: FsKind;
}

const by =
  (...ids: readonly string[]) =>
  (decision: Decision): boolean =>
    decision.rule !== undefined && ids.includes(decision.rule);

/** Whether an entry came as far as the tail rule: the checks before it let it through. */
const reachesTail = by("G8", "G9", "G11", "S1");

/** A question about an entry's tail, asked of entries that reach the tail rule. */
function tail(question: (tail: Tail, decision: Decision) => boolean): SpecClause["when"] {
  return (decision, profile) =>
    decision.entry !== undefined &&
    reachesTail(decision) &&
    question(tailOf(decision.entry, profile), decision);
}

interface Tail {
  /** Whether the range ends at the end of the source, and of the target. */
  readonly atSourceEnd: boolean;
  readonly atTargetEnd: boolean;
  /** Bytes behind the last whole block. */
  readonly odd: boolean;
  /** Whether at least one whole block is in the range. */
  readonly hasBlock: boolean;
}

function tailOf(entry: EntryFacts, profile: Profile): Tail {
  const length = limitedLength(entry, profile);
  return {
    atSourceEnd: entry.request.offset + length === entry.request.source.size,
    atTargetEnd: entry.offset + length === entry.target.size,
    odd: length % entry.block !== 0n,
    hasBlock: length >= entry.block,
  };
}

/** Where an entry that was compared first differs, and how much was compared. */
function difference(
  decision: Decision,
  profile: Profile,
  question: (at: bigint, compared: bigint, block: bigint) => boolean,
): boolean {
  if (decision.rule !== "G11" || decision.entry === undefined) return false;
  const { compared } = tailLengths(decision.entry, profile);
  const at = decision.entry.firstDifference(compared);
  return at !== undefined && question(at, compared, decision.entry.block);
}

/** A question about who calls, asked of entries that D6 let through. */
function admitted(question: (target: FileFacts, admin: boolean) => boolean): SpecClause["when"] {
  return ({ entry, rule }) =>
    entry !== undefined && behindD6.has(rule) && question(entry.target, entry.request.admin);
}

const behindD6: ReadonlySet<string | undefined> = new Set(
  entryRules.slice(entryRules.findIndex(({ id }) => id === "D6") + 1).map(({ id }) => id),
);

/** Bytes of an argument that are written back, where that is not all of it. */
function cutAt({ writableBytes, count }: RequestFacts): number | undefined {
  return writableBytes < structBytes(count) ? writableBytes : undefined;
}

/** Whether the border lies within a bytes_deduped, which starts 16 bytes into its entry. */
function isHalfWritten(request: RequestFacts): boolean {
  const into = ((cutAt(request) ?? 0) - structBytes(0)) % (structBytes(1) - structBytes(0));
  return into > 16 && into < 24;
}

// oxfmt-ignore
export const clauses: readonly SpecClause[] = [
  { id: "ABI-08b", follows: "O1 S1", when: (d) => d.rule === "S1" && d.entry !== undefined && cutAt(d.entry.request) !== undefined,
    says: "An argument that cannot be written back fails a call whose entries were shared, and stay so." },
  { id: "ABI-08c", follows: "O1", when: (d) => d.rule === undefined && d.request !== undefined && isHalfWritten(d.request),
    says: "What lies before the first byte that cannot be written is written back, down to half a bytes_deduped." },
  { id: "ABI-08d", follows: "I5", when: (d) => d.rule === "I5" && (d.request?.readableBytes ?? 0) >= 24,
    says: "An argument of which the last entry cannot be read fails a call that has done nothing." },
  { id: "ABI-08e", follows: "I5 O1", when: (d) => d.rule === undefined && d.request?.misaligned === true && cutAt(d.request) === undefined,
    says: "The argument may lie anywhere, across pages and at an odd address." },
  { id: "LEN-01", follows: "H6 D4", when: by("H6", "D4"),
    says: "Offsets and lengths are checked as signed 64 bit, and so is their sum." },
  { id: "LEN-02", follows: "H7", when: by("H7"),
    says: "A range beyond the end of the source fails the whole call." },
  { id: "LEN-03", follows: "H8", 
    when: (d, p) => d.entry !== undefined && d.entry.request.length > p.lengthCap && reachesTail(d),
    says: "A length above 1 GiB is cut after LEN-02, but before everything about the target." },
  { id: "LEN-04", follows: "G4", when: by("G4"),
    says: "An offset that is not a multiple of the block fails its entry alone." },
  { id: "LEN-05", follows: "G7", when: tail((t) => t.odd && !(t.atSourceEnd && t.atTargetEnd)),
    says: "A length that is not whole blocks is rounded down away from the ends, and reported in full." },
  { id: "LEN-06", follows: "G7 G8", when: by("G8"),
    says: "Overlap within one inode is decided on the length that the tail rule left." },
  { id: "LEN-07", follows: "G5",
    when: (d, p) => d.rule === "G5" && d.entry !== undefined && d.entry.offset + cappedLength(d.entry.request, p) > d.entry.target.size,
    says: "A range beyond the end of the target, on the length as asked for, is refused: dedupe extends no file." },
  { id: "EOF-01", follows: "G7 S1", when: tail((t, d) => t.odd && t.atSourceEnd && t.atTargetEnd && d.rule === "S1"),
    says: "Where both ranges end at their end of file, the partial block is shared with the rest." },
  { id: "EOF-02", follows: "G7", when: tail((t) => t.odd && t.hasBlock && t.atSourceEnd && !t.atTargetEnd),
    says: "A source tail in the middle of the target is neither compared nor shared." },
  { id: "EOF-03", follows: "G7", when: tail((t) => t.odd && t.hasBlock && !t.atSourceEnd && t.atTargetEnd),
    says: "A target tail against the middle of the source is neither compared nor shared." },
  { id: "EOF-04", follows: "G7", when: tail((t) => t.odd && t.hasBlock && !t.atSourceEnd && !t.atTargetEnd),
    says: "A partial block away from both ends is neither compared nor shared." },
  { id: "EOF-05", follows: "G7 G9", when: tail((t, d) => t.odd && !t.hasBlock && d.rule === "G9"),
    says: "Less than a block away from the ends is success, and nothing is compared." },
  { id: "EOF-06", follows: "G7", when: tail((t) => !t.odd && t.atSourceEnd && !t.atTargetEnd),
    says: "Whole blocks up to the end of the source are compared and shared in the middle of the target." },
  { id: "EOF-07", follows: "G7 G11", when: (d, p) => 
      tail((t) => t.odd && t.atSourceEnd && t.atTargetEnd)(d, p) && difference(d, p, (at, compared, block) => at >= compared - (compared % block)),
    says: "A byte of the shared tail that differs makes the entry differ, and nothing is shared." },
  { id: "EOF-08", follows: "H7", when: (d) => d.rule === "H7" && d.request !== undefined && d.request.offset + d.request.length === d.request.source.size + 1n,
    says: "One byte beyond the end of the source fails the call." },
  { id: "EOF-09", follows: "S1", when: by("EOF-09"),
    says: "A target that grows after its tail was shared reads zeros behind its old end." },
  { id: "FS-05", follows: "D7 S1", when: (d) => d.rule === "S1" && d.entry?.sameMount === false,
    says: "Two mounts of one superblock are one file system: what was opened through either shares with the other." },
  { id: "FS-01", follows: "G1", when: by("G1"),
    says: "Nobody dedupes into an immutable file, whatever its bytes, its offsets or its end." },
  { id: "FS-04", follows: "G6b G7 G9", when: (d, p) => d.entry !== undefined && reachesTail(d) && limitedLength(d.entry, p) < cappedLength(d.entry.request, p),
    says: "RLIMIT_FSIZE in the middle of a range cuts it, and all of it is reported: below the first block nothing is compared." },
  { id: "SIG-02", follows: "G6", when: by("G6"),
    says: "RLIMIT_FSIZE before a range raises SIGXFSZ, in a call that makes no file longer." },
  { id: "PERM-01", follows: "D6", when: by("D6"),
    says: "Who may not write to a target, by its mode, by owning it, by the descriptor or as CAP_SYS_ADMIN, may not dedupe into it." },
  { id: "PERM-01a", follows: "D6", when: admitted((t, admin) => t.owned && !t.writable && !t.mayWrite && !admin),
    says: "The owner may dedupe into a file that its own mode does not let it write." },
  { id: "PERM-01b", follows: "D6", when: admitted((t, admin) => t.mayWrite && !t.writable && !t.owned && !admin),
    says: "Who may write to a file may dedupe into it by a descriptor that is open for reading." },
  { id: "PERM-01c", follows: "D6", when: admitted((t, admin) => t.writable && !t.owned && !t.mayWrite && !admin),
    says: "A descriptor that is open for writing is enough, whoever opened it." },
  { id: "PERM-01d", follows: "D6", when: admitted((t, admin) => admin && !t.writable && !t.owned && !t.mayWrite),
    says: "CAP_SYS_ADMIN is enough, also without CAP_DAC_OVERRIDE." },
  { id: "PERM-02", follows: "S1", when: (d) => d.rule === "S1" && (d.entry?.target.append === true || d.entry?.target.appendOnly === true),
    says: "A target that may only be appended to, by its descriptor or its attribute, is shared like any other." },
  { id: "PERM-04", follows: "S1", when: (d) => d.rule === "S1" && d.entry?.target.runsAsOther === true && !d.entry.request.admin,
    says: "Set-user-ID and set-group-ID bits outlive a dedupe, whoever makes it, as no byte changes." },
  { id: "SRC-06a", follows: "S1", when: (d) => d.rule === "S1" && (d.entry?.request.source.immutable === true || d.entry?.request.source.appendOnly === true),
    says: "An immutable or append-only source is read like any other." },
  { id: "SRC-06", follows: "S1", when: (d) => d.rule === "S1" && (d.entry?.request.source.readOnly === true || d.entry?.request.source.readOnlySubvolume === true),
    says: "A source may be opened through a read-only mount, and may lie in a read-only subvolume." },
  { id: "SUB-01", on: "btrfs", follows: "D7 S1", when: (d) => d.rule === "S1" && d.entry?.sameSubvolume === false,
    says: "Files of different subvolumes share." },
  { id: "SUB-02", on: "btrfs", follows: "S1", when: (d) => d.rule === "S1" && d.entry?.target.readOnlySubvolume === true,
    says: "A target in a read-only snapshot is shared into, through a descriptor for reading: where it lies changes, and no byte." },
  { id: "SUB-05", follows: "S1", when: (d) => d.rule === "S1" && (d.entry?.target.linked === false || d.entry?.request.source.linked === false),
    says: "A file that was unlinked, and is still open, shares like any other." },
  { id: "CMP-01", follows: "G11", when: (d, p) => difference(d, p, (at, compared) => at === compared - 1n),
    says: "All bytes are compared, in order, before anything is shared." },
  { id: "CMP-02", follows: "G11", when: (d, p) => difference(d, p, (at, _compared, block) => at >= block),
    says: "A difference has status 1 and 0 bytes; the equal blocks before it are not shared." },
  { id: "CMP-03", follows: "G11 S1",
    when: (d, p) => d.rule === "S1" && d.entry !== undefined && d.entry.zerosBackedApart(tailLengths(d.entry, p).compared),
    says: "Holes, unwritten extents and written zeros are equal." },
  { id: "CMP-04", follows: "G11 S1", when: (d) => by("G11", "S1")(d) && d.entry?.stored === true,
    says: "Bytes that were stored through a mapping, and are not written out yet, are compared and shared as they are." },
  { id: "SUB-03", follows: "B3 G11", on: "btrfs", when: (d) => d.rule === "G11" && d.entry?.sending === true,
    says: "Bytes that differ are told also while the target's snapshot is being sent: that counts behind the comparison." },
  { id: "XFS-07", follows: "X4 S1", on: "xfs", when: (d) => d.rule === "S1" && d.entry?.room === "some",
    says: "Where blocks run out behind the first extent that was shared, the entry is a success, reported in full." },
  { id: "FS-02", follows: "G2", when: by("G2"),
    says: "Nobody dedupes an active swap file, or into one, whatever its bytes, its offsets or its end." },
  { id: "XFS-06", follows: "X2 D10", on: "xfs", when: (d) => d.rule === "D10" && d.entry?.shutDown === true,
    says: "A length of 0 is success also on a file system that was shut down." },
  { id: "CMP-05", follows: "G11b G11", on: "btrfs",
    when: (d, p) => d.rule === "G11" && d.entry?.firstUnreadable(tailLengths(d.entry, p).compared) !== undefined,
    says: "A read error counts only when it is reached: an earlier difference makes the entry differ." },
  { id: "CMP-07", follows: "B1", on: "btrfs", when: by("B1"),
    says: "NODATASUM on one side alone is refused before any byte is compared." },
];
