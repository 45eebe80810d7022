/**
 * The bank: kernels that are wrong on purpose. Bugs of history, and every mutant that
 * the operators of wrong-rules.ts, wrong-numbers.ts and the table below make.
 */

import { history } from "./history.ts";
import { changed, type Mutant } from "./mutant.ts";
import { linux618Btrfs, linux618Xfs, type Profile } from "./profile.ts";
import {
  headNotSplit,
  lastLeftOut,
  oldUnderHoles,
  oneBlockLess,
  oneBlockOff,
  tailNotSplit,
} from "./wrong-layouts.ts";
import { wrongNumbers } from "./wrong-numbers.ts";
import { wrongRules, type Wrong } from "./wrong-rules.ts";

/** What may be wrong once the rules have decided. */
// oxfmt-ignore
const wrongHabits: readonly Wrong[] = [
  { id: "share-at-once", breaks: ["G11"], change: { shares: "at once" }, says: "what differs is shared before it is compared" },
  { id: "share-by-steps", breaks: ["G11"], change: { shares: "by steps" }, says: "each 16 MiB are shared before the next are compared" },
  { id: "tail-source", breaks: ["G7"], change: { tail: "source" }, says: "a partial block is shared wherever the source ends" },
  { id: "tail-target", breaks: ["G7"], change: { tail: "target" }, says: "a partial block is shared wherever the target ends" },
  { id: "tail-nobody", breaks: ["G7"], change: { tail: "nobody" }, says: "a partial block is never shared" },
  { id: "compare-asked", breaks: ["G7"], change: { compares: "what was asked for" }, says: "what is rounded off is compared" },
  { id: "source-a-block-back", breaks: ["S1"], change: { moves: (r) => ({ ...r, from: r.from + r.block }) }, says: "the source's blocks are those a block further back" },
  { id: "source-a-block-before", breaks: ["S1"], change: { moves: (r) => ({ ...r, from: r.from < r.block ? 0n : r.from - r.block }) }, says: "the source's blocks are those a block before" },
  { id: "target-a-block-back", breaks: ["S1"], change: { moves: (r) => ({ ...r, onto: r.onto + r.block }) }, says: "they are laid a block further back" },
  { id: "target-a-block-before", breaks: ["S1"], change: { moves: (r) => ({ ...r, onto: r.onto < r.block ? 0n : r.onto - r.block }) }, says: "they are laid a block before" },
  { id: "a-block-more", breaks: ["S1"], change: { moves: (r) => ({ ...r, length: r.length + r.block }) }, says: "a block more is shared" },
  { id: "a-block-less", breaks: ["S1"], change: { lays: oneBlockLess }, says: "a block less is shared" },
  { id: "an-extent-off", breaks: ["S1", "SHARE-01"], change: { lays: oneBlockOff }, says: "items refer to the block behind the one that they should" },
  { id: "last-target", breaks: ["S1"], change: { lays: lastLeftOut }, says: "the last of several targets is not shared" },
  { id: "old-under-holes", breaks: ["SHARE-03", "S1"], change: { lays: oldUnderHoles }, says: "under a hole of the source the target keeps its blocks" },
  { id: "head-not-split", breaks: ["S1", "SHARE-01"], change: { lays: headNotSplit }, says: "a target's item that goes into the range is not split, and lost" },
  { id: "tail-not-split", breaks: ["S1", "SHARE-01"], change: { lays: tailNotSplit }, says: "a target's item that comes out of the range is not split, and lost" },
  { id: "reference-not-raised", breaks: ["DISK-05"], change: { counts: "the first reference" }, says: "an extent that is shared counts one reference" },
  { id: "times", breaks: ["FS-08"], change: { times: "changed" }, says: "a dedupe changes times" },
  { id: "reports-shared", breaks: ["S1", "G9", "G7"], change: { reports: "shared" }, says: "bytes_deduped is what was shared" },
  { id: "reports-a-block-more", breaks: ["S1", "G9", "D10"], change: { overReports: 4096n }, says: "bytes_deduped is a block more" },
  { id: "reports-one-more", breaks: ["S1", "G9", "D10"], change: { overReports: 1n }, says: "bytes_deduped is one more" },
];

/** Limits off by a block, or by one. */
function wrongLimits({ lengthCap, maxTargets }: Profile): readonly Wrong[] {
  const cap = [4096n, -4096n, 1n, -1n].map((by) => ({
    id: `cap-${by}`,
    says: `a length is cut to 1 GiB and ${by}`,
    breaks: ["H8"],
    change: { lengthCap: lengthCap + by },
  }));
  const most = [1, -1].map((by) => ({
    id: `targets-${by}`,
    says: `there may be ${maxTargets + by} entries`,
    breaks: ["I4"],
    change: { maxTargets: maxTargets + by },
  }));
  return [...cap, ...most];
}

/** Every mutant that the operators make of the tables of btrfs; and of those of XFS which none of them is. */
function systematic(): readonly Mutant[] {
  const onBtrfs = [...madeFrom(linux618Btrfs), ...wrongLimits(linux618Btrfs), ...wrongHabits];
  const ids = new Set(onBtrfs.map(({ id }) => id));
  const onXfs = madeFrom(linux618Xfs).filter(({ id }) => !ids.has(id));
  return [
    ...onBtrfs.map((wrong) => mutantOf(linux618Btrfs, wrong)),
    ...onXfs.map((wrong) => mutantOf(linux618Xfs, wrong)),
  ];
}

function madeFrom(right: Profile): readonly Wrong[] {
  return [...wrongRules(right), ...wrongNumbers(right)];
}

function mutantOf(right: Profile, { id, says, breaks, change }: Wrong): Mutant {
  return { id, says, breaks, right, kernel: changed(right, id, says, change) };
}

/** All of them. */
export function bank(): readonly Mutant[] {
  return [...history, ...systematic()];
}
