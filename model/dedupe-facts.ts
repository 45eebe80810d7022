/** The facts of a dedupe call, made of the state that it meets. */

import { can } from "./caller.ts";
import { firstDifference, slice, type Contents } from "./contents.ts";
import { structBytes } from "./dedupe-rules.ts";
import { firstDamaged } from "./damage.ts";
import type { Hazard } from "./hazard.ts";
import { noLimit, roundUp, type EntryFacts, type FileFacts, type RequestFacts } from "./facts.ts";
import { InvariantError } from "./fault.ts";
import type { Decision } from "./model.ts";
import type { DedupeOp, Target } from "./op.ts";
import { fileAt } from "./path.ts";
import type { Profile } from "./profile.ts";
import { passed } from "./rule.ts";
import { factsOf, inodeIn, isFrozen, type Inode, type State } from "./state.ts";
import type { Slot } from "./units.ts";

export function requestFacts(state: State, op: DedupeOp, hazard: Hazard): RequestFacts {
  const { readableBytes, writableBytes } = accessible(op);
  return {
    readableBytes,
    writableBytes,
    count: op.targets.length,
    reserved: op.reserved1 !== 0 || op.reserved2 !== 0,
    offset: op.offset,
    length: op.length,
    source: fileFacts(state, op.slot, hazard),
    admin: can(state.caller, "sys-admin"),
    sizeLimit: state.caller.sizeLimit ?? noLimit,
    denied: denies(op, 0),
    misaligned: isMisaligned(op),
  };
}

function fileFacts(state: State, slot: Slot | undefined, hazard: Hazard): FileFacts {
  const facts = factsOf(state, slot);
  const number = slot === undefined ? undefined : state.slots[slot]?.inode;
  return hazard.kind === "swap" && number === hazard.inode ? { ...facts, swapping: true } : facts;
}

/** Whether the listener of a call denies what it is asked for as number `event`. */
function denies({ during }: DedupeOp, event: number): boolean {
  return during.kind === "denied" && during.event === event;
}

/** Bytes of the argument that can be read and written, from its start on. */
function accessible(op: DedupeOp): {
  readonly readableBytes: number;
  readonly writableBytes: number;
} {
  const length = structBytes(op.targets.length);
  switch (op.argument.kind) {
    case "whole":
    case "crossing":
      return { readableBytes: length, writableBytes: length };
    case "null":
      return { readableBytes: 0, writableBytes: 0 };
    case "read-only":
      return { readableBytes: length, writableBytes: op.argument.after };
    case "unmapped":
      return { readableBytes: op.argument.after, writableBytes: op.argument.after };
  }
}

/** An argument with a border in it lies so many bytes before the end of a page. */
function isMisaligned({ argument }: DedupeOp): boolean {
  return "after" in argument && argument.after % 8 !== 0;
}

/** The slot that an entry names, open or not; undefined when it names none. */
export function slotOf(target: Target): Slot | undefined {
  return typeof target.descriptor === "string" ? undefined : target.descriptor;
}

/** `before` is what was decided so far: for the request, and for each entry. */
export function entryFacts(
  state: State,
  op: DedupeOp,
  request: RequestFacts,
  target: Target,
  before: readonly Decision[],
  hazard: Hazard,
  profile: Profile,
): EntryFacts {
  const slot = slotOf(target);
  const from = inodeIn(state, op.slot);
  const onto = slot === undefined ? undefined : inodeIn(state, slot);
  return {
    request,
    target: fileFacts(state, slot, hazard),
    offset: target.offset,
    reserved: target.reserved !== 0,
    denied: op.during.kind === "denied" && denies(op, askedBefore(before)),
    sending: onto !== undefined && !onto.other && onto.subvolume === sentBy(state, op),
    frozen:
      op.during.kind === "frozen" &&
      onto?.other === false &&
      !before.some((decision) => hasSlept(decision, profile)),
    shutDown: op.during.kind === "shut-down" && onto?.other === false && state.format.fs === "xfs",
    room: hazard.kind === "full" ? hazard.room : "enough",
    sameFilesystem: from?.other === onto?.other,
    sameMount: state.slots[op.slot]?.mount === state.slots[slot ?? -1]?.mount,
    sameSubvolume: from?.subvolume === onto?.subvolume,
    sameInode: from === onto,
    block: state.format.block,
    inlines: state.format.maxInline > 0n,
    firstDifference: (length) =>
      firstDifference(contentsOf(from), op.offset, contentsOf(onto), target.offset, length),
    firstUnreadable: (length) =>
      hazard.kind === "none"
        ? undefined
        : firstUnreadable(hazard, from, op.offset, onto, target.offset, length, state.format.block),
    stored: from?.stored === true || onto?.stored === true,
    zerosBackedApart: (length) =>
      backedApart(
        slice(contentsOf(from), op.offset, op.offset + length, -op.offset),
        slice(contentsOf(onto), target.offset, target.offset + length, -target.offset),
      ),
  };
}

/** The subvolume that is being sent, by its index; undefined: none. */
function sentBy(state: State, { during }: DedupeOp): number | undefined {
  if (during.kind !== "sending" || state.format.fs !== "btrfs") return undefined;
  const folder = state.inodes[state.names.get(fileAt(during.path)) ?? -1];
  const isSent = folder?.kind === "directory" && !folder.other && folder.role !== "stub";
  return isSent && isFrozen(state, folder) ? folder.subvolume : undefined;
}

/** Where damage is that may be anywhere, it is at the start. */
function firstUnreadable(
  hazard: Hazard,
  from: Inode | undefined,
  fromOffset: bigint,
  onto: Inode | undefined,
  ontoOffset: bigint,
  length: bigint,
  block: bigint,
): bigint | undefined {
  if (hazard.kind === "unsure") return 0n;
  if (hazard.kind !== "block") return undefined;
  const count = roundUp(length, block) / block;
  const found = [
    firstDamaged(hazard, from, fromOffset / block, count),
    firstDamaged(hazard, onto, ontoOffset / block, count),
  ].filter((at) => at !== undefined);
  const [first, second = first] = found;
  if (first === undefined || second === undefined) return undefined;
  return (first < second ? first : second) * block;
}

/** How often a listener was asked so far: for the call, and for each entry that came as far. */
function askedBefore(before: readonly Decision[]): number {
  return before.filter(({ rule }) => rule !== "D1" && rule !== "D2").length;
}

/** Whether an entry that is done slept on a frozen file system, which was thawed then. */
export function hasSlept({ entry, rule }: Decision, profile: Profile): boolean {
  return (
    entry?.frozen === true &&
    passed(profile.tables.entry, entry, profile, rule).some(
      ({ answers }) => answers.kind === "sleeps",
    )
  );
}

function contentsOf(inode: { readonly contents: Contents } | undefined): Contents {
  if (inode === undefined) throw new InvariantError("contents of a descriptor that is not open");
  return inode.contents;
}

/** Whether two slices that start at 0 and are equal in bytes are cut or backed differently somewhere. */
function backedApart(a: Contents, b: Contents): boolean {
  return a.length !== b.length || a.some((piece, index) => piece.backing !== b[index]?.backing);
}
