/** The state of one program's world: subvolumes, inodes, names and open slots. Readonly, replaced by every change. */

import { root, type Caller } from "./caller.ts";
import { empty, type Contents } from "./contents.ts";
import { Deferred } from "./deferred.ts";
import type { Items } from "./extent-item.ts";
import type { FileFacts, InodeKind } from "./facts.ts";
import { formats, type Format } from "./format.ts";
import type { Laid } from "./layout-rules.ts";
import type { Access } from "./op.ts";
import { folderOf, isReadOnly, type Mount } from "./path.ts";
import { mayWrite, newRights, owns, runsAsOther, type Rights } from "./rights.ts";
import type { Slot } from "./units.ts";

/**
 * What a directory is beside a directory: the root of its subvolume, or a `stub`,
 * the empty one that a snapshot has where its source had a subvolume.
 */
export type DirectoryRole = "none" | "root" | "stub";

export interface Inode {
  readonly kind: InodeKind;
  /** Whether it lies on the second file system. */
  readonly other: boolean;
  /** Index into `subvolumes`; 0 on the second file system. */
  readonly subvolume: number;
  readonly role: DirectoryRole;
  /** i_nlink of a file: names that were not unlinked. */
  readonly links: number;
  /** i_size, bytes; 0 for what is not a regular file. */
  readonly size: bigint;
  /** Nothing but zeros beyond `size`; on the second file system also what was stored there (see `stored`). */
  readonly contents: Contents;
  /** Where its blocks are; empty on the second file system. Few programs ask. */
  readonly items: Deferred<Items>;
  /** Of a directory: whether files that are made in it are so. */
  readonly nodatasum: boolean;
  readonly rights: Rights;
  /** Whether blocks were ever reserved in it by fallocate(2): then it may not be kept inline. */
  readonly preallocated: boolean;
  /** Whether the partial block at its end was shared by a dedupe (EOF-01). */
  readonly tailShared: boolean;
  /** Whether it is marked as one that may have shared blocks; a mark may go when the file is cut. */
  readonly reflinked: "no" | "maybe" | "yes";
  /** Whether bytes stored through a mapping may still wait to be written out (CMP-04). */
  readonly stored: boolean;
}

export interface OpenFile {
  /** Index into `inodes`. */
  readonly inode: number;
  readonly access: Access;
  readonly append: boolean;
  readonly path: boolean;
  /** The mount that it was opened through. */
  readonly mount: Mount;
}

export interface Subvolume {
  /** Of a snapshot that was made so. */
  readonly readOnly: boolean;
}

export interface State {
  /** Of the file system that it lies on. */
  readonly format: Format;
  /** Calls that changed where blocks are; extents are numbered by the call that made them. */
  readonly layouts: bigint;
  /** By number, the place of the program first; one that was deleted stays, for slots may hold its files. */
  readonly subvolumes: readonly Subvolume[];
  /** By number; an inode that was deleted stays, for slots may hold it. */
  readonly inodes: readonly Inode[];
  /** Path, as `fileAt` gives it, to inode number. */
  readonly names: ReadonlyMap<string, number>;
  /** By slot. */
  readonly slots: readonly (OpenFile | undefined)[];
  /** Who makes the next call. */
  readonly caller: Caller;
}

/** An empty place on a file system: no file, no open slot. */
export function initialOn(format: Format): State {
  const subvolumes = [{ readOnly: false }];
  const names = new Map<string, number>();
  return shaped({ format, layouts: 0n, subvolumes, inodes: [], names, slots: [], caller: root });
}

/** The same on a file system as it is made without options. */
export const initial: State = initialOn(formats.default);

/** No blocks at all. */
export const noItems: Deferred<Items> = Deferred.known([]);

/** What a new inode has from the folder that it is made in. */
export type Folder = Pick<Inode, "subvolume" | "nodatasum">;

/** The place itself as a folder. */
export const place: Folder = { subvolume: 0, nodatasum: false };

/** An empty inode with one name. */
export function newInode(
  kind: InodeKind,
  other: boolean,
  { nodatacow }: Format,
  folder: Folder = place,
  caller: Caller = root,
): Inode {
  return shapedInode({
    kind,
    other,
    subvolume: folder.subvolume,
    role: "none",
    links: 1,
    size: 0n,
    contents: empty,
    items: noItems,
    nodatasum: folder.nodatasum || (nodatacow && kind === "file" && !other),
    rights: newRights(caller.user, kind === "directory"),
    preallocated: false,
    tailShared: false,
    reflinked: "no",
    stored: false,
  });
}

/**
 * The same state, with one order of fields for all of them: a spread gives each place
 * that has one an order of its own, and V8 is slow where it meets many.
 */
export function shaped(state: State): State {
  const { format, layouts, subvolumes, inodes, names, slots, caller } = state;
  return { format, layouts, subvolumes, inodes, names, slots, caller };
}

/** The same for an inode. */
function shapedInode(inode: Inode, items: Deferred<Items> = inode.items): Inode {
  return {
    kind: inode.kind,
    other: inode.other,
    subvolume: inode.subvolume,
    role: inode.role,
    links: inode.links,
    size: inode.size,
    contents: inode.contents,
    items,
    nodatasum: inode.nodatasum,
    rights: inode.rights,
    preallocated: inode.preallocated,
    tailShared: inode.tailShared,
    reflinked: inode.reflinked,
    stored: inode.stored,
  };
}

/** The number before those of the extents that the layout with this number makes: it may make 2^32. */
export function extentsBefore(layout: bigint): bigint {
  return layout << 32n;
}

/** The inode open in a slot, O_PATH or not; undefined when the slot is closed. */
export function inodeIn(state: State, slot: Slot): Inode | undefined {
  const file = state.slots[slot];
  return file === undefined ? undefined : state.inodes[file.inode];
}

export function withInode(state: State, number: number, inode: Inode): State {
  const inodes = [...state.inodes];
  inodes[number] = shapedInode(inode);
  return shaped({ ...state, inodes });
}

/**
 * The state with a changed inode whose blocks lie as `lay` says, from how they
 * lay before and from those of a `source`. Blocks of the second file system are
 * not followed.
 */
export function withLayout(
  state: State,
  number: number,
  changed: Inode,
  lay: (laid: Laid) => Items,
  source: Deferred<Items> = noItems,
): State {
  const before = state.inodes[number];
  if (before === undefined || before.other) return withInode(state, number, changed);
  const layouts = state.layouts + 1n;
  const { items, size } = before;
  const { block, maxInline } = state.format;
  const inodes = [...state.inodes];
  const itemsAfter = Deferred.of([items, source], () => {
    const old = extentsBefore(layouts);
    let extent = old;
    return lay({
      items: items.value,
      size,
      sizeAfter: changed.size,
      block,
      newExtent: () => ++extent,
      isNew: (made) => made > old,
      maxInline: changed.nodatasum ? 0n : maxInline,
      preallocated: changed.preallocated,
    });
  });
  inodes[number] = shapedInode(changed, itemsAfter);
  return shaped({ ...state, layouts, inodes });
}

/** The state in which an inode is marked as one that may have shared blocks. */
export function withReflink(state: State, slot: Slot): State {
  const number = state.slots[slot]?.inode ?? -1;
  const inode = state.inodes[number];
  return inode === undefined || inode.reflinked === "yes"
    ? state
    : withInode(state, number, { ...inode, reflinked: "yes" });
}

/** The state once every file, or only one, has been written out. */
export function writtenOut(state: State, only?: Inode): State {
  const waits = (inode: Inode): boolean => inode.stored && (only ?? inode) === inode;
  if (!state.inodes.some(waits)) return state;
  const inodes = state.inodes.map((inode) => (waits(inode) ? { ...inode, stored: false } : inode));
  return shaped({ ...state, inodes });
}

/** The state that a program finds which looks at the files of another: every slot closed, and root calling. */
export function leftBehind(state: State): State {
  return shaped({ ...state, slots: [], caller: root });
}

export function withSlot(state: State, slot: Slot, file: OpenFile | undefined): State {
  const slots = [...state.slots];
  while (slots.length < slot) slots.push(undefined);
  slots[slot] = file;
  return shaped({ ...state, slots });
}

/** The state with one name more. */
export function withName(state: State, path: string, inode: number): State {
  return shaped({ ...state, names: new Map(state.names).set(path, inode) });
}

/** The state without a name, and without those in it where it is a folder. */
export function withoutName(state: State, path: string): State {
  const names = new Map(state.names);
  names.delete(path);
  for (const each of state.names.keys()) if (folderOf(each) === path) names.delete(each);
  return shaped({ ...state, names });
}

const closed: FileFacts = {
  open: "closed",
  readable: false,
  writable: false,
  append: false,
  readOnly: false,
  kind: "special",
  size: 0n,
  remaps: false,
  reflinks: false,
  nodatasum: false,
  readOnlySubvolume: false,
  linked: true,
  owned: false,
  mayWrite: false,
  immutable: false,
  appendOnly: false,
  runsAsOther: false,
  swapping: false,
};

/** The facts about the descriptor in a slot; `undefined` is a descriptor that is not open. */
export function factsOf(state: State, slot: Slot | undefined): FileFacts {
  const file = slot === undefined ? undefined : state.slots[slot];
  const inode = file === undefined ? undefined : state.inodes[file.inode];
  if (file === undefined || inode === undefined) return closed;
  return {
    open: file.path ? "path" : "open",
    readable: !file.path && file.access !== "w",
    writable: !file.path && file.access !== "r",
    append: file.append,
    readOnly: isReadOnly(file.mount),
    kind: inode.kind,
    size: inode.size,
    remaps: inode.kind === "file" && !inode.other,
    reflinks: state.format.reflink,
    nodatasum: inode.nodatasum,
    readOnlySubvolume: isFrozen(state, inode),
    linked: inode.links > 0,
    owned: owns(state.caller, inode.rights),
    mayWrite: mayWrite(state.caller, inode.rights) && !isFrozen(state, inode),
    immutable: inode.rights.immutable,
    appendOnly: inode.rights.appendOnly,
    runsAsOther: runsAsOther(inode.rights),
    swapping: false,
  };
}

/** Whether an inode lies in a read-only subvolume. */
export function isFrozen(state: State, inode: Inode): boolean {
  return state.subvolumes[inode.subvolume]?.readOnly === true;
}
