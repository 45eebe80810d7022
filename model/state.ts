/** The state of one program's world: inodes, names and open slots. Readonly, replaced by every change. */

import { empty, type Contents } from "./contents.ts";
import { Deferred } from "./deferred.ts";
import type { Items } from "./extent-item.ts";
import type { FileFacts, InodeKind } from "./facts.ts";
import type { Laid } from "./layout.ts";
import type { Access } from "./op.ts";
import { isReadOnly, type Mount } from "./path.ts";
import type { Slot } from "./units.ts";

export interface Inode {
  readonly kind: InodeKind;
  /** Whether it lies on the second file system. */
  readonly other: boolean;
  /** i_size, bytes; 0 for what is not a regular file. */
  readonly size: bigint;
  /** Nothing but zeros beyond `size`. */
  readonly contents: Contents;
  /** Where its blocks are; empty on the second file system. Few programs ask. */
  readonly items: Deferred<Items>;
  readonly nodatasum: boolean;
  /** Whether the partial block at its end was shared by a dedupe (EOF-01). */
  readonly tailShared: boolean;
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

export interface State {
  /** Calls that changed where blocks are; extents are numbered by the call that made them. */
  readonly layouts: bigint;
  /** By number; an inode that was deleted stays, for slots may hold it. */
  readonly inodes: readonly Inode[];
  /** Path, as `fileAt` gives it, to inode number. */
  readonly names: ReadonlyMap<string, number>;
  /** By slot. */
  readonly slots: readonly (OpenFile | undefined)[];
}

/** An empty place: no file, no open slot. */
export const initial: State = { layouts: 0n, inodes: [], names: new Map(), slots: [] };

/** No blocks at all. */
export const noItems: Deferred<Items> = Deferred.known([]);

export function newInode(kind: InodeKind, other: boolean): Inode {
  const rest = { nodatasum: false, tailShared: false };
  return { kind, other, size: 0n, contents: empty, items: noItems, ...rest };
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
  inodes[number] = inode;
  return { layouts: state.layouts, inodes, names: state.names, slots: state.slots };
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
  block: bigint,
  lay: (laid: Laid) => Items,
  source: Deferred<Items> = noItems,
): State {
  const before = state.inodes[number];
  if (before === undefined || before.other) return withInode(state, number, changed);
  const layouts = state.layouts + 1n;
  const { items, size } = before;
  const inodes = [...state.inodes];
  inodes[number] = {
    kind: changed.kind,
    other: changed.other,
    size: changed.size,
    contents: changed.contents,
    items: Deferred.of([items, source], () => {
      let extent = extentsBefore(layouts);
      return lay({ items: items.value, size, block, newExtent: () => ++extent });
    }),
    nodatasum: changed.nodatasum,
    tailShared: changed.tailShared,
  };
  return { layouts, inodes, names: state.names, slots: state.slots };
}

export function withSlot(state: State, slot: Slot, file: OpenFile | undefined): State {
  const slots = [...state.slots];
  while (slots.length < slot) slots.push(undefined);
  slots[slot] = file;
  return { layouts: state.layouts, inodes: state.inodes, names: state.names, slots };
}

export function withName(state: State, path: string, inode: number | undefined): State {
  const names = new Map(state.names);
  if (inode === undefined) names.delete(path);
  else names.set(path, inode);
  return { layouts: state.layouts, inodes: state.inodes, names, slots: state.slots };
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
  nodatasum: false,
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
    nodatasum: inode.nodatasum,
  };
}
