/** One step of each call that is neither dedupe nor clone. */

import { runs } from "./contents.ts";
import { allocated, truncated, written } from "./edit.ts";
import { maxOffset } from "./facts.ts";
import {
  closeRules,
  fallocateRules,
  inspectRules,
  linkRules,
  makeRules,
  nocowRules,
  openRules,
  readRules,
  syncRules,
  truncateRules,
  unlinkRules,
  writeRules,
  type DescriptorFacts,
  type FileRule,
  type PathFacts,
} from "./file-rules.ts";
import { InvariantError } from "./fault.ts";
import type { Returned } from "./model.ts";
import type { CloneOp, DedupeOp, Op, OpenOp, WriteOp } from "./op.ts";
import { fileAt, isOther, isReadOnly, mountOf } from "./path.ts";
import { observed } from "./observe.ts";
import { failed, returned, type Outcome } from "./outcome.ts";
import type { Items } from "./extent-item.ts";
import { laidAllocate, laidTruncate, laidWrite, type Laid } from "./layout.ts";
import type { Profile } from "./profile.ts";
import { decide } from "./rule.ts";
import {
  factsOf,
  inodeIn,
  newInode,
  noItems,
  withInode,
  withLayout,
  withName,
  withSlot,
  type Inode,
  type OpenFile,
  type State,
} from "./state.ts";
import { bytes, type Slot } from "./units.ts";

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
      return onSlot(profile, state, op.slot, writeRules, op, (file, inode) =>
        write(profile, state, op, file, inode),
      );
    case "truncate":
      return onSlot(profile, state, op.slot, truncateRules, op, (file, inode) =>
        edited(profile, state, file.inode, truncated(inode, op.length, profile.block), 0, (laid) =>
          laidTruncate(laid, op.length),
        ),
      );
    case "fallocate":
      return onSlot(profile, state, op.slot, fallocateRules, op, (file, inode) =>
        edited(
          profile,
          state,
          file.inode,
          allocated(inode, op.mode, op.offset, op.length, profile.block),
          0,
          (laid) => laidAllocate(laid, op.mode, op.offset, op.length),
        ),
      );
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
      return onSlot(profile, state, op.slot, syncRules, {}, () => done(state, 0));
    case "syncfs":
      return done(state, 0);
    case "read":
      return onSlot(profile, state, op.slot, readRules, op, (_file, inode) =>
        look(state, inode, op.offset, op.length, undefined),
      );
    case "inspect":
      return onSlot(profile, state, op.slot, inspectRules, {}, (_file, inode) =>
        look(state, inode, op.offset, op.length, inode.size),
      );
    case "observe":
      return observed(state);
    case "remount":
      return done({ ...state, slots: [] }, 0);
  }
}

function done(state: State, result: number): Returned {
  return end(state, returned(result), undefined);
}

/**
 * The end of a call that changed a file, and how `lay` says that its blocks lie
 * now; a file that grows behind a shared tail is a case of EOF-09.
 */
function edited(
  profile: Profile,
  state: State,
  number: number,
  after: Inode,
  result: number,
  lay: (laid: Laid) => Items,
): Returned {
  const before = state.inodes[number];
  if (before === undefined) throw new InvariantError("a file that is not there was changed");
  const moved = before.size !== after.size;
  const grown = before.tailShared && after.size > before.size;
  const changed = moved ? { ...after, tailShared: false } : after;
  return end(
    withLayout(state, number, changed, profile.block, lay),
    returned(result),
    grown ? "EOF-09" : undefined,
  );
}

function end(state: State, outcome: Outcome, rule: string | undefined): Returned {
  return {
    kind: "returned",
    state,
    outcome,
    decisions: [{ rule, request: undefined, entry: undefined }],
  };
}

/** What a call on a descriptor does: it fails by a rule of its table, or `act`s. */
function onSlot(
  profile: Profile,
  state: State,
  slot: Slot,
  rules: readonly FileRule<DescriptorFacts>[],
  op: Partial<Pick<DescriptorFacts, "offset" | "length" | "mode">>,
  act: (file: OpenFile, inode: Inode) => Returned,
): Returned {
  const file = state.slots[slot];
  const inode = inodeIn(state, slot);
  const rule = decide(
    rules,
    {
      file: factsOf(state, slot),
      offset: op.offset ?? 0n,
      length: op.length ?? 0n,
      mode: op.mode ?? "prealloc",
      other: inode?.other ?? false,
    },
    profile,
  );
  if (rule !== undefined) return end(state, failed(rule.errno), rule.id);
  if (file === undefined || inode === undefined) {
    throw new InvariantError("no rule refuses a descriptor that is not open");
  }
  return act(file, inode);
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

function write(
  profile: Profile,
  state: State,
  op: WriteOp,
  file: OpenFile,
  inode: Inode,
): Returned {
  const start = file.append ? inode.size : op.offset;
  const room = maxOffset - start;
  const length = op.length < room ? op.length : room;
  if (length === 0n) return done(state, 0);
  const after = written(inode, start, length, op.pattern, op.except, profile.block);
  return edited(profile, state, file.inode, after, Number(length), (laid) =>
    laidWrite(laid, start, length),
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
