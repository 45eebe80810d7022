/** One step of each call on a path. */

import { done, end } from "./act.ts";
import { asked } from "./asked.ts";
import { root } from "./caller.ts";
import { truncated } from "./edit.ts";
import type { InodeKind } from "./facts.ts";
import type { FileRule } from "./file-rule.ts";
import { InvariantError } from "./fault.ts";
import type { Returned } from "./model.ts";
import type { LinkOp, Op, OpenOp } from "./op.ts";
import { failed } from "./outcome.ts";
import { fileAt, folderOf, isOther, isReadOnly, mountOf } from "./path.ts";
import {
  deleteRules,
  linkRules,
  makeRules,
  openRules,
  snapshotRules,
  subvolumeRules,
  unlinkRules,
  type NameFacts,
  type PathFacts,
} from "./path-rules.ts";
import type { Profile } from "./profile.ts";
import { noRights, placeRights, writtenRights } from "./rights.ts";
import { decide } from "./rule.ts";
import {
  isFrozen,
  newInode,
  noItems,
  place,
  shaped,
  withInode,
  withName,
  withoutName,
  withSlot,
  type Folder,
  type Inode,
  type State,
} from "./state.ts";
import { withSnapshot, withSubvolume } from "./subvolume.ts";

export type PathOp = Extract<Op, { readonly path: string }>;

export function isPathOp(op: Op): op is PathOp {
  return "path" in op;
}

/** Both answers where fs.protected_hardlinks decides, in which systems differ. */
export function stepLink(
  profile: Profile,
  state: State,
  op: LinkOp,
): readonly [Returned, ...Returned[]] {
  const free = stepPath(profile, state, op, false);
  const guarded = stepPath(profile, state, op, true);
  return guarded.outcome.errno === free.outcome.errno ? [free] : [free, guarded];
}

/** A slot in use is let go by `open`, also when it fails. */
export function stepPath(
  profile: Profile,
  state: State,
  op: PathOp,
  protectsLinks = false,
): Returned {
  const ready = op.kind === "open" ? withSlot(state, op.slot, undefined) : state;
  const { rules, after } = meaning(ready, op);
  const facts = pathFacts(ready, op, protectsLinks);
  const rule = decide(rules, facts, profile);
  const ended = rule === undefined ? done(after(), 0) : end(ready, failed(rule.errno), rule.id);
  return asked(ended, rules, facts, profile);
}

/** The rules that may refuse a call, and the state behind it where none does. */
interface Meaning {
  readonly rules: readonly FileRule<PathFacts>[];
  readonly after: () => State;
}

function meaning(state: State, op: PathOp): Meaning {
  const at = fileAt(op.path);
  switch (op.kind) {
    case "open":
      return { rules: openRules, after: () => opened(state, op) };
    case "mkdir":
      return { rules: makeRules, after: () => made(state, at, "directory") };
    case "mkfifo":
      return { rules: makeRules, after: () => made(state, at, "fifo") };
    case "link":
      return {
        rules: linkRules,
        after: () => withName(relinked(state, at, 1), fileAt(op.to), numberAt(state, at)),
      };
    case "unlink":
      return { rules: unlinkRules, after: () => withoutName(relinked(state, at, -1), at) };
    case "subvolume":
      return { rules: subvolumeRules, after: () => withSubvolume(state, at) };
    case "snapshot":
      return {
        rules: snapshotRules,
        after: () => withSnapshot(state, at, fileAt(op.to), op.readOnly),
      };
    case "delete":
      return { rules: deleteRules, after: () => withoutName(state, at) };
  }
}

function pathFacts(state: State, op: PathOp, protectsLinks: boolean): PathFacts {
  const at = fileAt(op.path);
  const number = state.names.get(at);
  const inode = number === undefined ? undefined : state.inodes[number];
  const path = nameFacts(state, op.path);
  return {
    path,
    to: "to" in op ? nameFacts(state, op.to) : path,
    sameSubvolume:
      !("to" in op) || inode?.subvolume === folderOrPlace(state, fileAt(op.to)).subvolume,
    holdsSubvolume: op.kind === "delete" && holdsSubvolume(state, at),
    access: op.kind === "open" ? op.access : "r",
    flags: op.kind === "open" ? op.flags : [],
    hasReader: state.slots.some(
      (file) => file !== undefined && file.inode === number && !file.path && file.access !== "w",
    ),
    caller: onSubvolume(op) ? root : state.caller,
    protectsLinks,
  };
}

/** Calls on subvolumes are root's, whoever calls. */
function onSubvolume({ kind }: PathOp): boolean {
  return kind === "subvolume" || kind === "snapshot" || kind === "delete";
}

function nameFacts(state: State, path: string): NameFacts {
  const at = fileAt(path);
  const number = state.names.get(at);
  const found = number === undefined ? undefined : state.inodes[number];
  const folder = folderAt(state, at);
  const mount = mountOf(path);
  return {
    folder: folderOf(at) === undefined ? "directory" : folder?.kind,
    mount,
    readOnly: isReadOnly(mount),
    frozen: folder !== undefined && isFrozen(state, folder),
    found: found?.kind,
    role: found?.role ?? "none",
    folderRights: folder?.rights ?? placeRights,
    rights: found?.rights ?? noRights,
  };
}

/** What stands where the folder of a name should be; undefined: nothing, or the place itself. */
function folderAt(state: State, at: string): Inode | undefined {
  const folder = folderOf(at);
  const number = folder === undefined ? undefined : state.names.get(folder);
  return number === undefined ? undefined : state.inodes[number];
}

function folderOrPlace(state: State, at: string): Folder {
  return folderAt(state, at) ?? place;
}

function holdsSubvolume(state: State, at: string): boolean {
  return [...state.names].some(
    ([name, number]) => folderOf(name) === at && state.inodes[number]?.role === "root",
  );
}

function numberAt(state: State, at: string): number {
  const number = state.names.get(at);
  if (number === undefined) throw new InvariantError(`nothing stands at ${at}`);
  return number;
}

/** The state with a new inode at a name. */
function made(state: State, at: string, kind: InodeKind): State {
  const inode = newInode(kind, isOther(at), state.format, folderOrPlace(state, at), state.caller);
  return withName(shaped({ ...state, inodes: [...state.inodes, inode] }), at, state.inodes.length);
}

/** The state in which what stands at a name has one name more, or one less. */
function relinked(state: State, at: string, more: 1 | -1): State {
  const number = numberAt(state, at);
  const inode = state.inodes[number];
  if (inode === undefined) throw new InvariantError(`the name ${at} has no inode`);
  return withInode(state, number, { ...inode, links: inode.links + more });
}

function opened(state: State, op: OpenOp): State {
  const at = fileAt(op.path);
  const ready = state.names.has(at) ? state : made(state, at, "file");
  const number = numberAt(ready, at);
  const inode = ready.inodes[number];
  const path = op.flags.includes("path");
  const cut =
    inode?.kind === "file" && !path && op.flags.includes("truncate")
      ? withInode(ready, number, {
          ...truncated(inode, 0n, state.format.block),
          items: noItems,
          rights: writtenRights(state.caller, inode.rights),
          tailShared: false,
        })
      : ready;
  const append = op.flags.includes("append") && !path;
  const mount = mountOf(op.path);
  return withSlot(cut, op.slot, { inode: number, access: op.access, append, path, mount });
}
