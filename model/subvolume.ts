/**
 * Subvolumes and snapshots: trees of files of their own, that share blocks with
 * each other and no inode. A snapshot has what its source had by name: the same
 * sizes, bytes, extents and flags. What was unlinked is not in it, also while a
 * slot still holds it in the source.
 *
 * Source: fs/btrfs/ioctl.c, create_snapshot and create_subvol, Linux 6.18; tried.
 */

import { InvariantError } from "./fault.ts";
import { folderOf } from "./path.ts";
import { subvolumeRights } from "./rights.ts";
import { newInode, withName, type Inode, type State } from "./state.ts";

/** The state with an empty subvolume at a path. Flags of the folder do not come into it. */
export function withSubvolume(state: State, path: string): State {
  const folder = { subvolume: state.subvolumes.length, nodatasum: false };
  const root: Inode = {
    ...newInode("directory", false, state.format, folder),
    role: "root",
    rights: subvolumeRights,
  };
  const after = {
    ...state,
    subvolumes: [...state.subvolumes, { readOnly: false }],
    inodes: [...state.inodes, root],
  };
  return withName(after, path, state.inodes.length);
}

/** The state with a snapshot, at `to`, of the subvolume at a path, which is written out before. */
export function withSnapshot(state: State, path: string, to: string, readOnly: boolean): State {
  const { length: subvolume } = state.subvolumes;
  const inodes = [...state.inodes];
  const names = new Map(state.names);
  const copies = new Map<number, number>();
  for (const [name, number] of state.names) {
    if (name !== path && folderOf(name) !== path) continue;
    const inode = inodes[number];
    if (inode === undefined) throw new InvariantError(`the name ${name} has no inode`);
    const written = { ...inode, stored: false };
    const stub = inode.role === "root" && name !== path;
    const role = stub ? "stub" : inode.role;
    const rights = stub ? subvolumeRights : inode.rights;
    const copy = copies.get(number) ?? inodes.length;
    if (copy === inodes.length) inodes.push({ ...written, subvolume, role, rights });
    if (inode.stored) inodes[number] = written;
    copies.set(number, copy);
    names.set(to + name.slice(path.length), copy);
  }
  return { ...state, subvolumes: [...state.subvolumes, { readOnly }], inodes, names };
}
