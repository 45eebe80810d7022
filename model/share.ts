/** What one entry of a dedupe does to its files: the target's range becomes the source's blocks. */

import { put, slice } from "./contents.ts";
import { slotOf } from "./dedupe-facts.ts";
import { tailLengths } from "./dedupe-rules.ts";
import type { EntryFacts } from "./facts.ts";
import { InvariantError } from "./fault.ts";
import type { SharedRange } from "./habits.ts";
import { dedupeStepBytes } from "./layout.ts";
import { layouts } from "./layouts.ts";
import type { DedupeOp } from "./op.ts";
import type { Profile } from "./profile.ts";
import type { Rule } from "./rule.ts";
import { inodeIn, withLayout, withReflink, type Inode, type State } from "./state.ts";
import type { Errno } from "./units.ts";

/** An entry that a rule decided. */
export interface Decided {
  readonly op: DedupeOp;
  /** Its index. */
  readonly index: number;
  readonly facts: EntryFacts;
  readonly rule: Rule<EntryFacts>;
}

/** The state behind an entry. */
export function shared(profile: Profile, state: State, entry: Decided): State {
  const { stage, answers } = entry.rule;
  if (stage === "share" && answers.kind === "status") return marked(state, entry);
  const length = sharedBytes(profile, entry);
  if (length === 0n) return state;
  const range = rangeOf(entry, length);
  return laidOver(profile, state, entry, profile.moves?.(range) ?? range);
}

/** The state in which both files are marked as ones that share, although an error came before they did. */
function marked(state: State, { op, index }: Decided): State {
  const target = op.targets[index];
  const slot = target === undefined ? undefined : slotOf(target);
  const from = withReflink(state, op.slot);
  return slot === undefined ? from : withReflink(from, slot);
}

/** Why an entry cannot be shared although its rule says so; undefined where it can. */
export function obstacle(profile: Profile, state: State, entry: Decided): Errno | undefined {
  if (profile.cannotShare === undefined || entry.rule.answers.kind !== "share") return undefined;
  const { from, onto } = filesOf(state, entry);
  const { shared: length } = tailLengths(entry.facts, profile);
  return profile.cannotShare(from, rangeOf(entry, length), onto);
}

/** Bytes from the start of the range that are shared, in whole blocks; 0 where a rule refuses. */
function sharedBytes(profile: Profile, { facts, rule }: Decided): bigint {
  if (rule.answers.kind === "share") return tailLengths(facts, profile).shared;
  if (profile.shares === "once equal" || rule.stage !== "compare") return 0n;
  const { compared, shared: all } = tailLengths(facts, profile);
  if (profile.shares === "at once") return all;
  const differs = facts.firstDifference(compared) ?? compared;
  const unreadable = facts.firstUnreadable(compared) ?? compared;
  const equal = differs < unreadable ? differs : unreadable;
  return equal - (equal % dedupeStepBytes);
}

function rangeOf({ op, index, facts }: Decided, length: bigint): SharedRange {
  const { offset: onto = 0n } = op.targets[index] ?? {};
  return { from: op.offset, onto, length, sameInode: facts.sameInode, block: facts.block };
}

interface Files {
  /** The number of the target. */
  readonly number: number;
  readonly from: Inode;
  readonly onto: Inode;
}

function filesOf(state: State, { op, index }: Decided): Files {
  const target = op.targets[index];
  const slot = target === undefined ? undefined : slotOf(target);
  const number = state.slots[slot ?? -1]?.inode;
  const from = inodeIn(state, op.slot);
  const onto = number === undefined ? undefined : state.inodes[number];
  if (number === undefined || from === undefined || onto === undefined) {
    throw new InvariantError("a descriptor that is not open was shared");
  }
  return { number, from, onto };
}

function laidOver(
  profile: Profile,
  state: State,
  entry: Decided,
  { from: start, onto: at, length, block }: SharedRange,
): State {
  const { number, from, onto } = filesOf(state, entry);
  const { compared } = tailLengths(entry.facts, profile);
  const pieces = slice(from.contents, start, start + length, at - start);
  const after = {
    ...onto,
    contents: put(onto.contents, at, pieces),
    tailShared: onto.tailShared || compared < length,
    reflinked: "yes" as const,
  };
  const { items } = from;
  const [first, count, place] = [start / block, length / block, at / block];
  const { dedupe, partly } = layouts[state.format.fs];
  const runsOut = entry.facts.room === "some" && profile.reports === "requested";
  return withLayout(
    withReflink(state, entry.op.slot),
    number,
    after,
    (laid) => {
      const right = dedupe(laid, items.value, first, count, place);
      if (runsOut && partly !== undefined) return partly(laid, right, place, count);
      if (profile.lays === undefined) return right;
      const { index, op } = entry;
      return profile.lays({
        before: laid.items,
        after: right,
        start: place,
        end: place + count,
        entry: index,
        entries: op.targets.length,
      });
    },
    items,
  );
}
