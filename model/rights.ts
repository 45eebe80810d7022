/**
 * Who may do what with an inode: its owner, its mode and two attributes, and what
 * calls make of them.
 */

import { can, type Caller, type User } from "./caller.ts";

export interface Rights {
  /** The user who owns it; its group is the one of that user. */
  readonly owner: User;
  /** Permission bits with set-user-ID, set-group-ID and sticky: 0 to 0o7777. */
  readonly mode: number;
  /** chattr +i. */
  readonly immutable: boolean;
  /** chattr +a. */
  readonly appendOnly: boolean;
}

const setUserId = 0o4000;
const setGroupId = 0o2000;
const groupExecutes = 0o010;

export const maxMode = 0o7777;

const ofRoot = { owner: "root", immutable: false, appendOnly: false } as const;

/** Of nothing. */
export const noRights: Rights = { ...ofRoot, mode: 0 };

/** Of the place of a program, where everybody may make files. */
export const placeRights: Rights = { ...ofRoot, mode: 0o777 };

/** Of the root of a subvolume, which root makes, and of what stands for one in a snapshot. */
export const subvolumeRights: Rights = { ...ofRoot, mode: 0o755 };

/** Of what root makes: shared, so that most inodes have the same one. */
const fileRights: Rights = { ...ofRoot, mode: 0o600 };
const directoryRights: Rights = { ...ofRoot, mode: 0o700 };

/** The rights of an inode that somebody makes. */
export function newRights(owner: User, directory: boolean): Rights {
  const rights = directory ? directoryRights : fileRights;
  return owner === "root" ? rights : { ...rights, owner };
}

export function owns(caller: Caller, rights: Rights): boolean {
  return caller.user === rights.owner;
}

/** Source: inode_owner_or_capable, fs/inode.c, Linux 6.18. */
export function actsAsOwner(caller: Caller, rights: Rights): boolean {
  return owns(caller, rights) || can(caller, "fowner");
}

/** Source: inode_permission and generic_permission, fs/namei.c, Linux 6.18. */
export function mayRead(caller: Caller, rights: Rights): boolean {
  return allows(caller, rights, 0o4) || can(caller, "dac-read-search") || overrides(caller);
}

/** The same; nobody writes to an immutable inode. */
export function mayWrite(caller: Caller, rights: Rights): boolean {
  return !rights.immutable && (allows(caller, rights, 0o2) || overrides(caller));
}

/** Both at once, where CAP_DAC_READ_SEARCH is of no use. */
export function mayReadAndWrite(caller: Caller, rights: Rights): boolean {
  return !rights.immutable && (allows(caller, rights, 0o6) || overrides(caller));
}

/** Whether the caller may go through a folder. */
export function mayEnter(caller: Caller, rights: Rights): boolean {
  return allows(caller, rights, 0o1) || can(caller, "dac-read-search") || overrides(caller);
}

/** Whether the caller may make and take away names in a folder. */
export function mayChangeNames(caller: Caller, rights: Rights): boolean {
  return allows(caller, rights, 0o3) || overrides(caller);
}

function overrides(caller: Caller): boolean {
  return can(caller, "dac-override");
}

/** Whether the mode lets the caller do all of what the bits say: by the owner's class or by that of others. */
function allows(caller: Caller, rights: Rights, bits: number): boolean {
  const shift = owns(caller, rights) ? 6 : 0;
  return ((rights.mode >> shift) & bits) === bits;
}

/**
 * The rights of a regular file after the caller changed its bytes: what makes a
 * program run as another goes, unless CAP_FSETID keeps it.
 *
 * Source: file_remove_privs and setattr_should_drop_suidgid, fs/attr.c, Linux 6.18.
 */
export function writtenRights(caller: Caller, rights: Rights): Rights {
  if ((rights.mode & (setUserId | setGroupId)) === 0 || can(caller, "fsetid")) return rights;
  const inGroup = owns(caller, rights);
  return withMode(rights, rights.mode & ~setUserId & ~groupBitLost(rights, inGroup));
}

/** Source: setattr_prepare and setattr_copy, fs/attr.c, Linux 6.18. */
export function modeChanged(caller: Caller, rights: Rights, mode: number): Rights {
  const keepsGroup = owns(caller, rights) || can(caller, "fsetid");
  return withMode(rights, keepsGroup ? mode : mode & ~setGroupId);
}

/** Source: chown_common, fs/open.c, and setattr_should_drop_sgid, fs/attr.c, Linux 6.18. */
export function ownerChanged(caller: Caller, rights: Rights, owner: User): Rights {
  const keepsGroup = owns(caller, rights) || can(caller, "fsetid");
  const mode = rights.mode & ~setUserId & ~groupBitLost(rights, keepsGroup);
  return { ...rights, owner, mode };
}

/** The set-group-ID bit, where it goes: it means nothing without the group's execute bit. */
function groupBitLost({ mode }: Rights, keepsGroup: boolean): number {
  return (mode & groupExecutes) !== 0 || !keepsGroup ? setGroupId : 0;
}

function withMode(rights: Rights, mode: number): Rights {
  return mode === rights.mode ? rights : { ...rights, mode };
}

/** Whether a set-user-ID or set-group-ID bit is set. */
export function runsAsOther({ mode }: Rights): boolean {
  return (mode & (setUserId | setGroupId)) !== 0;
}
