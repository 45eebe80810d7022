/** One step of each call that writes, cuts or allocates in one file. */

import { done, edited, onSlot } from "./act.ts";
import { slice } from "./contents.ts";
import { allocated, scattered, stored, truncated, written } from "./edit.ts";
import { errnoOf, type ErrnoName } from "./errno.ts";
import { maxOffset, roundDown, roundUp } from "./facts.ts";
import { fallocateRules, storeRules, truncateRules, writeRules } from "./file-rules.ts";
import { layouts } from "./layouts.ts";
import type { Returned } from "./model.ts";
import type { FallocateOp, Op, ScatterOp, StoreOp, WriteOp } from "./op.ts";
import type { Profile } from "./profile.ts";
import { writtenRights } from "./rights.ts";
import { inodeIn, withInode, withLayout, type Inode, type OpenFile, type State } from "./state.ts";
import { bytes } from "./units.ts";

export type EditOp = Extract<Op, { kind: "write" | "store" | "scatter" | "truncate" }>;

export function stepEdit(profile: Profile, state: State, op: EditOp): Returned {
  switch (op.kind) {
    case "write": {
      const writing = (from: State): Returned =>
        reservedInVain(
          from,
          op,
          onSlot(profile, from, op.slot, writeRules, op, (file, inode) =>
            write(from, op, file, inode),
          ),
        );
      return op.direct ? unlimited(state, writing) : writing(state);
    }
    case "store":
      return onSlot(profile, state, op.slot, storeRules, op, (file, inode) =>
        store(profile, state, op, file, inode),
      );
    case "scatter":
      return unlimited(state, (free) =>
        onSlot(
          profile,
          free,
          op.slot,
          writeRules,
          { offset: op.offset, length: state.format.block },
          (file, inode) => scatter(free, op, file, inode),
        ),
      );
    case "truncate":
      return onSlot(profile, state, op.slot, truncateRules, op, (file, inode) =>
        truncate(state, op.length, file, inode),
      );
  }
}

function write(
  state: State,
  op: Pick<WriteOp, "offset" | "length" | "pattern" | "except">,
  file: OpenFile,
  inode: Inode,
): Returned {
  const start = file.append ? inode.size : op.offset;
  const room = (state.caller.sizeLimit ?? maxOffset) - start;
  const length = op.length < room ? op.length : room;
  if (length <= 0n) return done(state, 0);
  const { block } = state.format;
  const after = written(asWritten(state, inode), start, length, op.pattern, op.except, block);
  return edited(state, file.inode, after, Number(length), (laid) =>
    layouts[state.format.fs].write(laid, start, length),
  );
}

/**
 * A write with O_DIRECT that a device alone would refuse may go through the page cache
 * all the same, where it is taken: the file is marked as one that shares, or a page of
 * it could not be let go.
 *
 * Source: xfs_file_dio_write, fs/xfs/xfs_file.c, and kiocb_invalidate_pages,
 * mm/filemap.c, Linux 6.18.
 */
export function stepWrite(
  profile: Profile,
  state: State,
  op: WriteOp,
): readonly [Returned, ...Returned[]] {
  const usual = stepEdit(profile, state, op);
  if (!op.direct || profile.directUnit === 1n) return [usual];
  const cached = unlimited(state, (free) => stepEdit(profile, free, { ...op, direct: false }));
  return cached.outcome.errno === usual.outcome.errno ? [usual] : [usual, cached];
}

/** Where the device alone refuses a write (WRITE-9), the file system made ready for it. */
function reservedInVain(state: State, op: WriteOp, branch: Returned): Returned {
  const number = state.slots[op.slot]?.inode;
  const inode = inodeIn(state, op.slot);
  const refused = branch.decisions.some(({ rule }) => rule === "WRITE-9");
  if (!refused || number === undefined || inode === undefined) return branch;
  const after = withLayout(state, number, asWritten(state, inode), (laid) =>
    layouts[state.format.fs].refused(laid, inode.size, op.length),
  );
  return { ...branch, state: after };
}

function store(
  profile: Profile,
  state: State,
  op: StoreOp,
  file: OpenFile,
  inode: Inode,
): Returned {
  const room = roundUp(inode.size, profile.page) - op.offset;
  const length = op.length < room ? op.length : room;
  const after = stored(inode, op.offset, length, op.pattern, op.except, state.format.block);
  return edited(state, file.inode, after, Number(length), (laid) =>
    layouts[state.format.fs].store(laid, op.offset, length, profile.page),
  );
}

/** A step without RLIMIT_FSIZE, which some calls are made without. */
function unlimited(state: State, step: (free: State) => Returned): Returned {
  const branch = step({ ...state, caller: { ...state.caller, sizeLimit: undefined } });
  return { ...branch, state: { ...branch.state, caller: state.caller } };
}

/** Each block is checked when its turn comes; where the descriptor appends, all stand at the end of file. */
function scatter(state: State, op: ScatterOp, file: OpenFile, inode: Inode): Returned {
  const { block } = state.format;
  const fitting = (maxOffset - block - op.offset) / (2n * block) + 1n;
  const count = op.blocks < fitting ? op.blocks : Number(fitting);
  const length = bytes(BigInt(count) * block);
  const branch = file.append
    ? write(state, { ...op, length, except: undefined }, file, inode)
    : edited(
        state,
        file.inode,
        scattered(asWritten(state, inode), op.offset, count, op.pattern, block),
        Number(length),
        (laid) => layouts[state.format.fs].scatter(laid, op.offset, count),
      );
  if (branch.outcome.result < length) return endingWith(branch, "EFBIG");
  return count < op.blocks ? endingWith(branch, "EINVAL") : branch;
}

/** A call of several writes, of which one failed. */
function endingWith(branch: Returned, failure: ErrnoName): Returned {
  return { ...branch, outcome: { ...branch.outcome, errno: errnoOf(failure) } };
}

function truncate(state: State, size: bigint, file: OpenFile, inode: Inode): Returned {
  const after = truncated(asWritten(state, inode), size, state.format.block);
  return edited(state, file.inode, after, 0, (laid) =>
    layouts[state.format.fs].truncate(laid, size),
  );
}

/**
 * Of fallocate(2). A punch that finds nothing but a hole may leave the rights as
 * they were: btrfs_punch_hole, fs/btrfs/file.c, Linux 6.18, ends before it asks.
 */
export function stepAllocate(
  profile: Profile,
  state: State,
  op: FallocateOp,
): readonly [Returned, ...Returned[]] {
  const by = (changed: (inode: Inode) => Inode): Returned =>
    onSlot(profile, state, op.slot, fallocateRules, op, (file, inode) =>
      allocate(state, op, file, changed(inode)),
    );
  const inode = inodeIn(state, op.slot);
  const usual = by((before) => asWritten(state, before));
  if (inode === undefined || inode.other || asWritten(state, inode) === inode) return [usual];
  if (profile.fs === "xfs") return [usual.outcome.signalled ? asked(usual, op) : usual];
  const ends = usual.outcome.errno === 0 && punchesHole(state, inode, op);
  return ends ? [usual, by((before) => before)] : [usual];
}

/** XFS takes the rights before it looks at the limit: xfs_file_fallocate, fs/xfs/xfs_file.c, Linux 6.18. */
function asked(refused: Returned, { slot }: FallocateOp): Returned {
  const { state } = refused;
  const file = state.slots[slot];
  const inode = inodeIn(state, slot);
  if (file === undefined || inode === undefined) return refused;
  return { ...refused, state: withInode(state, file.inode, asWritten(state, inode)) };
}

function punchesHole(
  { format: { block } }: State,
  { contents }: Inode,
  { mode, offset, length }: FallocateOp,
): boolean {
  if (mode !== "punch") return false;
  const pieces = slice(contents, roundDown(offset, block), roundUp(offset + length, block), 0n);
  return pieces.every((piece) => piece.backing === "hole");
}

function allocate(state: State, op: FallocateOp, file: OpenFile, inode: Inode): Returned {
  const after = allocated(inode, op.mode, op.offset, op.length, state.format.block);
  return edited(state, file.inode, after, 0, (laid) =>
    layouts[state.format.fs].allocate(laid, op.mode, op.offset, op.length),
  );
}

/** The file with the rights that a change of its bytes leaves; a store through a mapping is none. */
function asWritten(state: State, inode: Inode): Inode {
  const rights = writtenRights(state.caller, inode.rights);
  return rights === inode.rights ? inode : { ...inode, rights };
}
