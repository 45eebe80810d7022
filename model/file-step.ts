/** One step of each call that is neither dedupe nor clone, nor edits a file. */

import { runs } from "./contents.ts";
import { done, end, onSlot } from "./act.ts";
import { stepEdit } from "./edit-step.ts";
import { truncated } from "./edit.ts";
import {
  closeRules,
  inspectRules,
  linkRules,
  makeRules,
  nocowRules,
  openRules,
  readRules,
  syncRules,
  unlinkRules,
  type FileRule,
  type PathFacts,
} from "./file-rules.ts";
import type { Returned } from "./model.ts";
import type { CloneOp, DedupeOp, Op, OpenOp } from "./op.ts";
import { fileAt, isOther, isReadOnly, mountOf } from "./path.ts";
import { observed } from "./observe.ts";
import { failed, returned, type Outcome } from "./outcome.ts";
import type { Profile } from "./profile.ts";
import { decide } from "./rule.ts";
import {
  newInode,
  noItems,
  withInode,
  withName,
  withSlot,
  writtenOut,
  type Inode,
  type State,
} from "./state.ts";
import { bytes } from "./units.ts";

export type FileOp = Exclude<Op, CloneOp | DedupeOp>;

export function stepFile(profile: Profile, state: State, op: FileOp): Returned {
  switch (op.kind) {
    case "open":
      return open(profile, withSlot(state, op.slot, undefined), op);
    case "close":
      return onSlot(profile, state, op.slot, closeRules, {}, () =>
        done(withSlot(state, op.slot, undefined), 0),
      );
    case "mkdir":
    case "mkfifo":
      return onPath(profile, state, op.path, undefined, makeRules, () =>
        done(create(state, op.path, op.kind === "mkdir" ? "directory" : "fifo"), 0),
      );
    case "link":
      return onPath(profile, state, op.path, op.to, linkRules, () =>
        done(withName(state, fileAt(op.to), state.names.get(fileAt(op.path))), 0),
      );
    case "unlink":
      return onPath(profile, state, op.path, undefined, unlinkRules, () =>
        done(withName(state, fileAt(op.path), undefined), 0),
      );
    case "write":
    case "store":
    case "truncate":
    case "fallocate":
      return stepEdit(profile, state, op);
    case "nocow":
      return onSlot(profile, state, op.slot, nocowRules, {}, (file, inode) =>
        done(
          inode.kind === "file" && inode.size === 0n
            ? withInode(state, file.inode, { ...inode, nodatasum: true })
            : state,
          0,
        ),
      );
    case "fsync":
      return onSlot(profile, state, op.slot, syncRules, {}, (_file, inode) =>
        done(writtenOut(state, inode), 0),
      );
    case "syncfs":
      return done(writtenOut(state), 0);
    case "read":
      return onSlot(profile, state, op.slot, readRules, op, (_file, inode) =>
        look(state, inode, op.offset, op.length, undefined),
      );
    case "inspect":
      return onSlot(profile, state, op.slot, inspectRules, {}, (_file, inode) =>
        look(state, inode, op.offset, op.length, inode.size),
      );
    case "observe":
      return observed(writtenOut(state));
    case "remount":
      return done({ ...writtenOut(state), slots: [] }, 0);
  }
}

/** What a call on a path does: it fails by a rule of its table, or `act`s. */
function onPath(
  profile: Profile,
  state: State,
  path: string,
  newPath: string | undefined,
  rules: readonly FileRule<PathFacts>[],
  act: () => Returned,
  op?: OpenOp,
): Returned {
  const number = state.names.get(fileAt(path));
  const newNumber = newPath === undefined ? undefined : state.names.get(fileAt(newPath));
  const rule = decide(
    rules,
    {
      found: number === undefined ? undefined : state.inodes[number]?.kind,
      readOnly: isReadOnly(mountOf(path)),
      foundNew: newNumber === undefined ? undefined : state.inodes[newNumber]?.kind,
      newReadOnly: newPath !== undefined && isReadOnly(mountOf(newPath)),
      sameMount: newPath === undefined || mountOf(path) === mountOf(newPath),
      access: op?.access ?? "r",
      flags: op?.flags ?? [],
      hasReader: state.slots.some(
        (file) => file !== undefined && file.inode === number && !file.path && file.access !== "w",
      ),
    },
    profile,
  );
  return rule === undefined ? act() : end(state, failed(rule.errno), rule.id);
}

function create(state: State, path: string, kind: Inode["kind"]): State {
  const number = state.inodes.length;
  return {
    ...state,
    inodes: [...state.inodes, newInode(kind, isOther(path), state.format)],
    names: new Map(state.names).set(fileAt(path), number),
  };
}

/** `state` has the slot closed already: a slot in use is let go even when the open fails. */
function open(profile: Profile, state: State, op: OpenOp): Returned {
  return onPath(
    profile,
    state,
    op.path,
    undefined,
    openRules,
    () => {
      const existing = state.names.get(fileAt(op.path));
      const made = existing === undefined ? create(state, op.path, "file") : state;
      const number = existing ?? state.inodes.length;
      const inode = made.inodes[number];
      const path = op.flags.includes("path");
      const cut =
        inode?.kind === "file" && !path && op.flags.includes("truncate")
          ? withInode(made, number, {
              ...truncated(inode, 0n, profile.block),
              items: noItems,
              tailShared: false,
            })
          : made;
      const append = op.flags.includes("append") && !path;
      const opened = { inode: number, access: op.access, append, path, mount: mountOf(op.path) };
      return done(withSlot(cut, op.slot, opened), 0);
    },
    op,
  );
}

/** What is seen of `length` bytes from `offset` on, up to the end of the file. */
function look(
  state: State,
  inode: Inode,
  offset: bigint,
  length: bigint,
  size: bigint | undefined,
): Returned {
  const left = inode.size > offset ? inode.size - offset : 0n;
  const count = length < left ? length : left;
  const outcome: Outcome = {
    ...returned(Number(count)),
    seen: {
      size: size === undefined ? undefined : bytes(size),
      runs: runs(inode.contents, offset, offset + count),
    },
  };
  return end(state, outcome, undefined);
}
