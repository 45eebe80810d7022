/**
 * Bugs that kernels had, each as a kernel that has it and nothing else: those that
 * can be told by status, bytes, contents, size, times or sharing; and, with the
 * reason, those that cannot.
 */

import { errnoOf } from "./errno.ts";
import { tailLengths } from "./dedupe-rules.ts";
import type { EntryFacts } from "./facts.ts";
import { InvariantError } from "./fault.ts";
import { changed, withEntryRule, withTables, type Mutant } from "./mutant.ts";
import { linux618Btrfs, linux618Xfs, type Profile } from "./profile.ts";
import { profiles } from "./profiles.ts";
import type { SharedRange } from "./habits.ts";
import type { Inode } from "./state.ts";
import type { Errno } from "./units.ts";
import type { Rule } from "./rule.ts";
import { garbageBehindInline, oldUnderHoles, secondOfOneExtent } from "./wrong-layouts.ts";

export interface HistoricMutant extends Mutant {
  /** The kernels that had it. */
  readonly kernels: string;
  /** The commit that ended it or, where that is said, brought it. */
  readonly commit: string;
}

interface Row {
  readonly id: string;
  readonly says: string;
  readonly kernels: string;
  readonly commit: string;
  readonly breaks: string;
  readonly change: Partial<Profile>;
  readonly right?: Profile;
}

const einval = { kind: "status", status: -errnoOf("EINVAL") } as const;

/** The same rule, asked otherwise. */
const asked =
  (when: (entry: EntryFacts, right: Rule<EntryFacts>["when"], profile: Profile) => boolean) =>
  (rule: Rule<EntryFacts>): readonly Rule<EntryFacts>[] => [
    { ...rule, when: (e, p) => when(e, rule.when, p) },
  ];

const dropped = (): readonly never[] => [];
const uncompared = (right: Profile): Partial<Profile> =>
  withTables(right, { entry: right.tables.entry.filter(({ stage }) => stage !== "compare") });

/** The entry rules with one behind another. */
function moved(id: string, behind: string): Partial<Profile> {
  const { entry } = linux618Btrfs.tables;
  const rest = entry.filter((rule) => rule.id !== id);
  const at = rest.findIndex((rule) => rule.id === behind) + 1;
  return withTables(linux618Btrfs, {
    entry: [...rest.slice(0, at), ...entry.filter((rule) => rule.id === id), ...rest.slice(at)],
  });
}

/** What is inline can be shared with the start of a file that is no longer, alone. */
function inlineElsewhere(
  from: Inode,
  { onto, length }: SharedRange,
  target: Inode,
): Errno | undefined {
  const [item] = from.items.value;
  const isInline = item?.kind === "inline" || item?.freedom === "small file";
  return isInline && (onto > 0n || target.size > length) ? errnoOf("EOPNOTSUPP") : undefined;
}

// oxfmt-ignore
const rows: readonly Row[] = [
  { id: "MUT-01", kernels: "before 4.19", commit: "de02b9f6bb65", breaks: "G7 EOF-02", change: { tail: "source" },
    says: "a source's last partial block is shared into the middle of the target, and its bytes behind the end replace the target's" },
  { id: "MUT-02", kernels: "before 4.20", commit: "dceeb47b0ed6", breaks: "G7 EOF-02", change: { tail: "source" }, right: linux618Xfs,
    says: "the same on XFS" },
  { id: "MUT-03", kernels: "5.6 to 5.18", commit: "5750676b64a5", breaks: "G7 EOF-02 EOF-03 EOF-05", change: { compares: "what was asked for" },
    says: "bytes that are never shared are compared, and tell a caller who may not read the target what they are" },
  { id: "MUT-05", kernels: "5.19-rc7", commit: "4a57a8400075 brought it, b926f2adb044 ended it", breaks: "S1 G9 G7", change: { reports: "shared" },
    says: "bytes_deduped says what was shared, so that callers loop where that is 0" },
  { id: "MUT-06", kernels: "4.2 to 4.4", commit: "f4dfe6871006", breaks: "G5",
    change: withEntryRule("G5", asked((e, right, p) => right(e.sameInode ? { ...e, offset: e.request.offset } : e, p))),
    says: "within one inode the target may lie beyond the end of file" },
  { id: "MUT-07", kernels: "before 4.2", commit: "207910ddeeda", breaks: "G7 G11 CMP-04",
    change: withEntryRule("G11", asked((e, right, p) => right(e, p) || (e.stored && tailLengths(e, p).compared % e.block !== 0n))),
    says: "a shared tail is compared up to the end of its page, where stores through a mapping leave anything" },
  { id: "MUT-08", kernels: "before 4.1", commit: "e1d227a42ea2", breaks: "G7",
    change: withEntryRule("G7", (rule) => [{ ...rule, answers: einval, when: (e) => e.request.length % e.block !== 0n }]),
    says: "a length that is not whole blocks is refused, also at both ends of file" },
  { id: "MUT-09", kernels: "before 4.2", commit: "0efa9f48c7e6", breaks: "G8",
    change: withEntryRule("G8", asked((e) => e.sameInode)),
    says: "a file is never shared with itself" },
  { id: "MUT-10", kernels: "before 4.2", commit: "1c919a5e1370", breaks: "FS-08", change: { times: "changed" },
    says: "a dedupe sets mtime and ctime of its target" },
  { id: "MUT-11", kernels: "4.2 to 4.4", commit: "313140023026", breaks: "G11b",
    change: withEntryRule("G11b", (rule) => [{ ...rule, answers: { kind: "share" } }]),
    says: "a block that cannot be read ends the comparison, as if all were equal" },
  { id: "MUT-12", kernels: "4.17 and 4.18", commit: "b67287682688 brought it", breaks: "G11 CMP-02", change: { shares: "by steps" },
    says: "16 MiB are compared and shared at a time: a later difference leaves the first of them shared" },
  { id: "MUT-13", kernels: "4.17 and 4.18", commit: "b67287682688 brought it", breaks: "S1",
    change: { moves: (r) => (r.sameInode && r.onto < r.from ? { ...r, from: r.onto, onto: r.from } : r) },
    says: "within one inode the range that lies further back gets the other's blocks, whichever is the source" },
  { id: "MUT-14", kernels: "5.0 to 5.5", commit: "831d2fa25ab8, a5e6ea18e3d1", breaks: "G7 EOF-01", change: { tail: "nobody", compares: "what was asked for" },
    says: "the last partial block is compared and reported, and never shared" },
  { id: "MUT-16", kernels: "4.5 to 4.18", commit: "fixed on the way to 4.19", breaks: "D4 D5",
    change: { failsCall: ({ id }, isLast) => isLast && (id === "D4" || id === "D5") },
    says: "a last entry with a bad offset or a read-only mount fails the call, and nothing is written back of what the others did" },
  { id: "MUT-20", kernels: "before 5.2", commit: "62d54f3a7fa2", breaks: "B3", change: withEntryRule("B3", dropped),
    says: "a snapshot that is being sent is deduped under the sender" },
  { id: "MUT-21", kernels: "NFS, before 5.3", commit: "ce96e888fe48 brought it", breaks: "G11 G11b", change: uncompared(linux618Btrfs),
    says: "nothing is compared: the target is overwritten with the source" },
  { id: "MUT-22", kernels: "CIFS, before 6.7", commit: "b073a08016a1", breaks: "G11", change: uncompared(linux618Xfs), right: linux618Xfs,
    says: "the same, shown on XFS" },
  { id: "MUT-23", kernels: "before 4.3, 5.0", commit: "005efedf2c7d, 808f80b46790, 8e928218780e", breaks: "CONTENTS S1", change: { reads: secondOfOneExtent },
    says: "of two adjacent items on one compressed extent the second reads as zeros" },
  { id: "MUT-24", kernels: "before 4.11", commit: "e1699d2d7bf6", breaks: "CONTENTS", change: { reads: garbageBehindInline },
    says: "behind inline data of a file that has grown, the first block reads as garbage" },
  { id: "MUT-25", kernels: "before 5.6", commit: "fcb970581dd9, 147271e35ba2", breaks: "SHARE-03 S1", change: { lays: oldUnderHoles },
    says: "under a hole of the source the target keeps its old blocks" },
  { id: "MUT-27", kernels: "before 5.7", commit: "05a5a7621ce6", breaks: "SHARE-05 S1",
    change: { cannotShare: inlineElsewhere },
    says: "an inline source is refused with EOPNOTSUPP but for a small target's start" },
  { id: "MUT-30", kernels: "before 5.18", commit: "9f5710bbfd30", breaks: "D7 FS-05",
    change: withEntryRule("D7", asked((e, right, p) => right(e, p) || !e.sameMount)),
    says: "two mounts of one file system do not share" },
  { id: "MUT-31", kernels: "before 6.8", commit: "0b5263d12aed", breaks: "D4 D5 FS-03", change: moved("D4", "D5"),
    says: "the target's range is checked behind its mount: a bad offset there is -EROFS, and sleeps" },
  { id: "MUT-32", kernels: "none: reported in 2024, and never reproduced", commit: "none", breaks: "D6",
    change: withEntryRule("D6", asked((e, right, p) => right({ ...e, target: { ...e.target, mayWrite: !e.target.mayWrite } }, p))),
    says: "a decoy: who may write to a target is refused, and who may not is let through" },
  { id: "MUT-33", kernels: "before 4.20", commit: "5de4480ae7f8", breaks: "D6",
    change: withEntryRule("D6", (rule) => [{ ...rule, answers: einval, when: (e) => !e.request.admin && !e.target.writable }]),
    says: "an own file that is open for reading is refused, with -EINVAL" },
];

export const history: readonly HistoricMutant[] = rows.map(
  ({ change, right = linux618Btrfs, breaks, ...row }) => ({
    ...row,
    breaks: breaks.split(" "),
    right,
    kernel: changed(right, row.id, row.says, change),
  }),
);

/** A profile by its name: a version of the specification, or a kernel of history such as `MUT-01/btrfs`. */
export function profileOf(name: string): Profile | undefined {
  return [...profiles, ...history.map(({ kernel }) => kernel)].find((one) => one.name === name);
}

/** The corruption of 2018, for demonstrations. */
export const corruption: HistoricMutant = mutantOf("MUT-01");

function mutantOf(wanted: string): HistoricMutant {
  const found = history.find(({ id }) => id === wanted);
  if (found === undefined) throw new InvariantError(`there is no ${wanted}`);
  return found;
}

/** Bugs that no call and no look can tell, and why. */
// oxfmt-ignore
export const untold: readonly { readonly id: string; readonly commit: string; readonly why: string }[] = [
  { id: "MUT-04", commit: "5740c99e9d30", why: "over-reporting is what 6.18 does; the other way is MUT-05" },
  { id: "MUT-15", commit: "10eec60ce791", why: "dest_count changes between two reads of the argument: it takes a second thread" },
  { id: "MUT-17", commit: "8c99516a8cdd", why: "a store is lost between comparison and sharing: it takes a second thread" },
  { id: "MUT-18", commit: "edc58dd0123b", why: "a deadlock: a hang is told by --timeout, not by an answer" },
  { id: "MUT-19", commit: "4ea748e1d2c9", why: "a deadlock with a concurrent rename" },
  { id: "MUT-26", commit: "40e046acbd2f, e289f03ea79b", why: "a read error after a crash, and no program crashes its kernel" },
  { id: "MUT-28", commit: "f9baa501b4fd", why: "deadlocks with quotas and flushoncommit" },
  { id: "MUT-29", commit: "d8b552424210", why: "it takes a balance at the same time" },
  { id: "MUT-34", commit: "unknown", why: "a race with chattr" },
  { id: "MUT-35", commit: "497b4050e0ea", why: "a leak of memory" },
  { id: "MUT-36", commit: "f441460202cb", why: "a deadlock with a concurrent read" },
];
