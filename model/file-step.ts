/** One step of each call on a descriptor that is no dedupe, clone or edit, and of those on no file. */

import { runs, type Contents } from "./contents.ts";
import { done, end, onSlot } from "./act.ts";
import { stepEdit } from "./edit-step.ts";
import { closeRules, inspectRules, nocowRules, readRules, syncRules } from "./file-rules.ts";
import type { Returned } from "./model.ts";
import type { CloneOp, DedupeOp, FallocateOp, Op } from "./op.ts";
import { observed } from "./observe.ts";
import { returned } from "./outcome.ts";
import type { PathOp } from "./path-step.ts";
import type { Profile } from "./profile.ts";
import { stepRights } from "./rights-step.ts";
import { leftBehind, withInode, withSlot, writtenOut, type Inode, type State } from "./state.ts";
import { bytes } from "./units.ts";

export type FileOp = Exclude<Op, CloneOp | DedupeOp | FallocateOp | PathOp>;

export function stepFile(profile: Profile, state: State, op: FileOp): Returned {
  switch (op.kind) {
    case "close":
      return onSlot(profile, state, op.slot, closeRules, {}, () =>
        done(withSlot(state, op.slot, undefined), 0),
      );
    case "write":
    case "store":
    case "scatter":
    case "truncate":
      return stepEdit(profile, state, op);
    case "nocow":
      return onSlot(profile, state, op.slot, nocowRules, {}, (file, inode) =>
        done(
          inode.kind === "directory" || (inode.kind === "file" && inode.size === 0n)
            ? withInode(state, file.inode, { ...inode, nodatasum: true })
            : state,
          0,
        ),
      );
    case "as":
    case "limit":
    case "chmod":
    case "chown":
    case "chattr":
    case "mode":
      return stepRights(profile, state, op);
    case "fsync":
      return onSlot(profile, state, op.slot, syncRules, {}, (_file, inode) =>
        done(writtenOut(state, inode), 0),
      );
    case "syncfs":
      return done(writtenOut(state), 0);
    case "read":
      return onSlot(profile, state, op.slot, readRules, op, (_file, inode) =>
        look(profile, state, inode, op.offset, op.length, undefined),
      );
    case "inspect":
      return onSlot(profile, state, op.slot, inspectRules, {}, (_file, inode) =>
        look(profile, state, inode, op.offset, op.length, inode.size),
      );
    case "observe":
      return observed(profile, writtenOut(state));
    case "check":
    case "scrub":
    case "remount":
      return done(leftBehind(writtenOut(state)), 0);
  }
}

/** What is seen of `length` bytes from `offset` on, up to the end of the file. */
function look(
  profile: Profile,
  state: State,
  inode: Inode,
  offset: bigint,
  length: bigint,
  size: bigint | undefined,
): Returned {
  const left = inode.size > offset ? inode.size - offset : 0n;
  const count = length < left ? length : left;
  const seen = {
    size: size === undefined ? undefined : bytes(size),
    runs: runs(read(profile, state, inode), offset, offset + count),
  };
  return end(state, returned(Number(count), { seen }), undefined);
}

/** What is read of a file. */
export function read(profile: Profile, { format }: State, inode: Inode): Contents {
  return profile.reads === undefined ? inode.contents : profile.reads(inode, format);
}
