/** What calls answer, when they fail, that ask for or change what may be done with a regular file. */

import { can } from "./caller.ts";
import { row, type FileRule } from "./file-rule.ts";
import type { DescriptorFacts } from "./file-rules.ts";
import { actsAsOwner, ownerChanged } from "./rights.ts";

const notOpen = (c: DescriptorFacts): boolean => c.file.open !== "open";
const notRegular = (c: DescriptorFacts): boolean => c.file.kind !== "file";
const readOnly = (c: DescriptorFacts): boolean => c.file.readOnly;
const frozen = (c: DescriptorFacts): boolean => c.file.readOnlySubvolume;
const fixed = (c: DescriptorFacts): boolean => c.rights.immutable || c.rights.appendOnly;
const stranger = (c: DescriptorFacts): boolean => !actsAsOwner(c.caller, c.rights);

/** Directories, pipes and the rest keep what they were made with. */
const harness = "the harness: it changes regular files alone";

// oxfmt-ignore
export const chmodRules: readonly FileRule<DescriptorFacts>[] = [
  row("CHMOD-1", "EBADF", notOpen, "fs/open.c, sys_fchmod"),
  row("CHMOD-2", "EBADF", notRegular, harness),
  row("CHMOD-3", "EROFS", readOnly, "fs/open.c, chmod_common"),
  row("CHMOD-4", "EPERM", fixed, "fs/attr.c, may_setattr"),
  row("CHMOD-5", "EROFS", frozen, "fs/btrfs/inode.c, btrfs_setattr"),
  row("CHMOD-6", "EPERM", stranger, "fs/attr.c, setattr_prepare"),
];

// oxfmt-ignore
export const chownRules: readonly FileRule<DescriptorFacts>[] = [
  row("CHOWN-1", "EBADF", notOpen, "fs/open.c, ksys_fchown"),
  row("CHOWN-2", "EBADF", notRegular, harness),
  row("CHOWN-3", "EROFS", readOnly, "fs/open.c, vfs_fchown"),
  row("CHOWN-4", "EPERM", fixed, "fs/attr.c, may_setattr"),
  row("CHOWN-5", "EROFS", frozen, "fs/btrfs/inode.c, btrfs_setattr"),
  row("CHOWN-6", "EPERM", (c) => !can(c.caller, "chown") && !keepsOwner(c), "fs/attr.c, chown_ok and chgrp_ok"),
  row("CHOWN-7", "EPERM", (c) => stranger(c) && losesMode(c), "fs/attr.c, notify_change and setattr_prepare"),
];

/** Whether a bit goes with the owner, for which the caller must be able to change the mode. */
function losesMode({ caller, rights, newOwner }: DescriptorFacts): boolean {
  return ownerChanged(caller, rights, newOwner).mode !== rights.mode;
}

/** Owners may make themselves the owner. */
function keepsOwner({ caller, rights, newOwner }: DescriptorFacts): boolean {
  return caller.user === rights.owner && newOwner === rights.owner;
}

// oxfmt-ignore
export const chattrRules: readonly FileRule<DescriptorFacts>[] = [
  row("CHATTR-1", "EBADF", notOpen, "fs/ioctl.c, sys_ioctl"),
  row("CHATTR-2", "EBADF", notRegular, harness),
  row("CHATTR-3", "EROFS", readOnly, "fs/ioctl.c, ioctl_setflags"),
  row("CHATTR-4", "EPERM", stranger, "fs/file_attr.c, vfs_fileattr_set"),
  row("CHATTR-5", "EPERM", (c) => c.changes && !can(c.caller, "linux-immutable"), "fs/file_attr.c, fileattr_set_prepare"),
  row("CHATTR-6", "EROFS", frozen, "fs/btrfs/ioctl.c, btrfs_fileattr_set"),
];

// oxfmt-ignore
export const modeRules: readonly FileRule<DescriptorFacts>[] = [
  row("MODE-1", "EBADF", (c) => c.file.open === "closed" || notRegular(c), "the harness: it looks at regular files"),
];
