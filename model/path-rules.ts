/** What calls on paths answer when they fail, in kernel order. */

import type { Caller } from "./caller.ts";
import type { InodeKind } from "./facts.ts";
import { row, type FileRule } from "./file-rule.ts";
import type { Access, OpenFlag } from "./op.ts";
import type { Mount } from "./path.ts";
import {
  actsAsOwner,
  mayChangeNames,
  mayEnter,
  mayRead,
  mayReadAndWrite,
  mayWrite,
  type Rights,
} from "./rights.ts";
import type { DirectoryRole } from "./state.ts";

/** What a path leads to. */
export interface NameFacts {
  /** What stands where its folder should be; the place itself is a directory. */
  readonly folder: InodeKind | undefined;
  readonly mount: Mount;
  /** Whether the mount is read-only. */
  readonly readOnly: boolean;
  /** Whether its folder lies in a read-only subvolume. */
  readonly frozen: boolean;
  /** What stands at the path; undefined: nothing. */
  readonly found: InodeKind | undefined;
  readonly role: DirectoryRole;
  /** Of its folder and of what stands there; where nothing does, they mean nothing. */
  readonly folderRights: Rights;
  readonly rights: Rights;
}

/** A call on a path, or on two. */
export interface PathFacts {
  readonly path: NameFacts;
  /** The new path of `link` and `snapshot`; elsewhere the same. */
  readonly to: NameFacts;
  /** For link: whether the file and the folder of the new path are in one subvolume. */
  readonly sameSubvolume: boolean;
  /** For delete: whether a subvolume stands in the folder at the path. */
  readonly holdsSubvolume: boolean;
  /** For open. */
  readonly access: Access;
  readonly flags: readonly OpenFlag[];
  /** For open of a FIFO for writing: whether some descriptor is open for reading it. */
  readonly hasReader: boolean;
  /** root for calls on subvolumes, whoever calls. */
  readonly caller: Caller;
  /** Whether fs.protected_hardlinks is set, in which systems differ. */
  readonly protectsLinks: boolean;
}

type Of = (facts: PathFacts) => NameFacts;
type When = (facts: PathFacts) => boolean;

const at: Of = (p) => p.path;
const to: Of = (p) => p.to;
const missing =
  (of: Of): When =>
  (p) =>
    of(p).found === undefined;
const taken =
  (of: Of): When =>
  (p) =>
    of(p).found !== undefined;
const readOnly =
  (of: Of): When =>
  (p) =>
    of(p).readOnly;
const frozen =
  (of: Of): When =>
  (p) =>
    of(p).frozen;
const onOther =
  (of: Of): When =>
  (p) =>
    of(p).mount === "other";
const isDirectory: When = (p) => p.path.found === "directory";
const isRoot: When = (p) => p.path.role === "root";
const writes: When = (p) => p.access !== "r";
const opaque: When = (p) => p.flags.includes("path");
const truncates: When = (p) => p.flags.includes("truncate");
const makes: When = (p) => p.path.found === undefined && writes(p);
const cuts: When = (p) => p.path.found === "file" && truncates(p);
const writesFile: When = (p) => p.path.found === "file" && writes(p);
const changes: When = (p) => makes(p) || cuts(p) || writesFile(p);
const there: When = (p) => p.path.found !== undefined && !opaque(p);
const asksToWrite: When = (p) => writes(p) || truncates(p);
const isFixed: When = (p) => p.path.rights.immutable || p.path.rights.appendOnly;
const closed =
  (of: Of): When =>
  (p) =>
    !mayChangeNames(p.caller, of(p).folderRights);

const mayOpen: When = (p) => {
  const { rights } = p.path;
  if (!asksToWrite(p)) return mayRead(p.caller, rights);
  return p.access === "w" ? mayWrite(p.caller, rights) : mayReadAndWrite(p.caller, rights);
};

/** Whether more than the end of the file could be written. */
const overwrites: When = (p) => truncates(p) || (writes(p) && !p.flags.includes("append"));

/** Links to it give nobody more than there is already. */
const safeToLink: When = ({ caller, path: { found, rights } }) => {
  const runsAsGroup = (rights.mode & 0o2010) === 0o2010;
  const runsAsUser = (rights.mode & 0o4000) !== 0;
  return found === "file" && !runsAsUser && !runsAsGroup && mayReadAndWrite(caller, rights);
};

/** The way to a path's folder: the first rules of every call on it. */
function walk(ids: readonly [string, string, string], of: Of): readonly FileRule<PathFacts>[] {
  const source = "fs/namei.c, link_path_walk";
  return [
    row(ids[0], "ENOENT", (p) => of(p).folder === undefined, source),
    row(ids[1], "ENOTDIR", (p) => of(p).folder !== "directory", source),
    row(ids[2], "EACCES", (p) => !mayEnter(p.caller, of(p).folderRights), source),
  ];
}

// oxfmt-ignore
export const openRules: readonly FileRule<PathFacts>[] = [
  ...walk(["OPEN-1", "OPEN-2", "OPEN-21"], at),
  row("OPEN-3", "ENOENT", (p) => missing(at)(p) && (!writes(p) || opaque(p)), "fs/namei.c, open_last_lookups"),
  row("OPEN-4", "EISDIR", (p) => isDirectory(p) && !opaque(p) && asksToWrite(p), "fs/namei.c, do_open and may_open"),
  row("OPEN-6", "EROFS", (p) => p.path.readOnly && !opaque(p) && (makes(p) || cuts(p)), "fs/namei.c, open_last_lookups and do_open"),
  row("OPEN-8", "EPERM", (p) => there(p) && asksToWrite(p) && p.path.rights.immutable, "fs/namei.c, inode_permission"),
  row("OPEN-5", "EROFS", (p) => p.path.frozen && !opaque(p) && changes(p), "fs/btrfs/inode.c, btrfs_permission"),
  row("OPEN-9", "EACCES", (p) => makes(p) && closed(at)(p), "fs/namei.c, may_o_create"),
  row("OPEN-10", "EACCES", (p) => there(p) && !mayOpen(p), "fs/namei.c, may_open"),
  row("OPEN-11", "EPERM", (p) => there(p) && p.path.rights.appendOnly && overwrites(p), "fs/namei.c, may_open"),
  row("OPEN-12", "EROFS", (p) => p.path.readOnly && !opaque(p) && writesFile(p), "fs/open.c, do_dentry_open"),
  row("OPEN-7", "ENXIO", (p) => p.path.found === "fifo" && !opaque(p) && p.access === "w" && !p.hasReader, "fs/pipe.c, fifo_open"),
];

// oxfmt-ignore
export const makeRules: readonly FileRule<PathFacts>[] = [
  ...walk(["MAKE-1", "MAKE-2", "MAKE-21"], at),
  row("MAKE-3", "EEXIST", taken(at), "fs/namei.c, filename_create"),
  row("MAKE-4", "EROFS", readOnly(at), "fs/namei.c, filename_create"),
  row("MAKE-5", "EROFS", frozen(at), "fs/btrfs/inode.c, btrfs_permission"),
  row("MAKE-6", "EACCES", closed(at), "fs/namei.c, may_create"),
];

// oxfmt-ignore
export const linkRules: readonly FileRule<PathFacts>[] = [
  ...walk(["LINK-1", "LINK-2", "LINK-21"], at),
  row("LINK-3", "ENOENT", missing(at), "fs/namei.c, do_linkat"),
  ...walk(["LINK-4", "LINK-5", "LINK-22"], to),
  row("LINK-6", "EEXIST", taken(to), "fs/namei.c, filename_create"),
  row("LINK-7", "EROFS", readOnly(to), "fs/namei.c, filename_create"),
  row("LINK-8", "EXDEV", (p) => p.path.mount !== p.to.mount, "fs/namei.c, do_linkat"),
  row("LINK-12", "EPERM", (p) => p.protectsLinks && !actsAsOwner(p.caller, p.path.rights) && !safeToLink(p), "fs/namei.c, may_linkat and safe_hardlink_source"),
  row("LINK-9", "EROFS", frozen(to), "fs/btrfs/inode.c, btrfs_permission"),
  row("LINK-13", "EACCES", closed(to), "fs/namei.c, may_create"),
  row("LINK-14", "EPERM", isFixed, "fs/namei.c, vfs_link"),
  row("LINK-10", "EPERM", isDirectory, "fs/namei.c, vfs_link"),
  row("LINK-11", "EXDEV", (p) => !p.sameSubvolume, "fs/btrfs/inode.c, btrfs_link"),
];

// oxfmt-ignore
export const unlinkRules: readonly FileRule<PathFacts>[] = [
  ...walk(["UNLINK-1", "UNLINK-2", "UNLINK-21"], at),
  row("UNLINK-3", "EROFS", readOnly(at), "fs/namei.c, do_unlinkat"),
  row("UNLINK-4", "ENOENT", missing(at), "fs/namei.c, do_unlinkat"),
  row("UNLINK-5", "EROFS", frozen(at), "fs/btrfs/inode.c, btrfs_permission"),
  row("UNLINK-7", "EACCES", closed(at), "fs/namei.c, may_delete"),
  row("UNLINK-8", "EPERM", isFixed, "fs/namei.c, may_delete"),
  row("UNLINK-6", "EISDIR", isDirectory, "fs/namei.c, may_delete"),
];

/** The ioctl is made on the folder of the path, which is opened for it. */
// oxfmt-ignore
export const subvolumeRules: readonly FileRule<PathFacts>[] = [
  ...walk(["SUBVOLUME-1", "SUBVOLUME-2", "SUBVOLUME-21"], at),
  row("SUBVOLUME-3", "ENOTTY", onOther(at), "fs/ioctl.c, vfs_ioctl"),
  row("SUBVOLUME-4", "EROFS", readOnly(at), "fs/btrfs/ioctl.c, __btrfs_ioctl_snap_create"),
  row("SUBVOLUME-5", "EEXIST", taken(at), "fs/btrfs/ioctl.c, btrfs_mksubvol"),
  row("SUBVOLUME-6", "EROFS", frozen(at), "fs/btrfs/ioctl.c, btrfs_may_create"),
];

/** The source is opened, then the folder of the new path, and the ioctl is made on that. */
// oxfmt-ignore
export const snapshotRules: readonly FileRule<PathFacts>[] = [
  ...walk(["SNAPSHOT-1", "SNAPSHOT-2", "SNAPSHOT-21"], at),
  row("SNAPSHOT-3", "ENOENT", missing(at), "fs/namei.c, open_last_lookups"),
  ...walk(["SNAPSHOT-4", "SNAPSHOT-5", "SNAPSHOT-22"], to),
  row("SNAPSHOT-6", "ENOTTY", onOther(to), "fs/ioctl.c, vfs_ioctl"),
  row("SNAPSHOT-7", "EROFS", readOnly(to), "fs/btrfs/ioctl.c, __btrfs_ioctl_snap_create"),
  row("SNAPSHOT-8", "EXDEV", onOther(at), "fs/btrfs/ioctl.c, __btrfs_ioctl_snap_create"),
  row("SNAPSHOT-9", "EINVAL", (p) => !isRoot(p), "fs/btrfs/ioctl.c, __btrfs_ioctl_snap_create"),
  row("SNAPSHOT-10", "EEXIST", taken(to), "fs/btrfs/ioctl.c, btrfs_mksubvol"),
  row("SNAPSHOT-11", "EROFS", frozen(to), "fs/btrfs/ioctl.c, btrfs_may_create"),
];

/** The ioctl is made on the folder of the path, which is opened for it. */
// oxfmt-ignore
export const deleteRules: readonly FileRule<PathFacts>[] = [
  ...walk(["DELETE-1", "DELETE-2", "DELETE-21"], at),
  row("DELETE-3", "ENOTTY", onOther(at), "fs/ioctl.c, vfs_ioctl"),
  row("DELETE-4", "EROFS", readOnly(at), "fs/btrfs/ioctl.c, btrfs_ioctl_snap_destroy"),
  row("DELETE-5", "ENOENT", missing(at), "fs/btrfs/ioctl.c, btrfs_ioctl_snap_destroy"),
  row("DELETE-6", "EROFS", frozen(at), "fs/btrfs/ioctl.c, btrfs_may_delete"),
  row("DELETE-10", "EPERM", isFixed, "fs/btrfs/ioctl.c, btrfs_may_delete"),
  row("DELETE-7", "ENOTDIR", (p) => !isDirectory(p), "fs/btrfs/ioctl.c, btrfs_may_delete"),
  row("DELETE-8", "EINVAL", (p) => !isRoot(p), "fs/btrfs/ioctl.c, btrfs_ioctl_snap_destroy"),
  row("DELETE-9", "ENOTEMPTY", (p) => p.holdsSubvolume, "fs/btrfs/inode.c, btrfs_delete_subvolume"),
];
