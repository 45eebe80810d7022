/** Calls that change who may do what with a regular file, and looks at that. */

import { fstatSync } from "node:fs";
import {
  errno,
  errnoOf,
  failed,
  maxMode,
  returned,
  type AttributeChange,
  type Op,
  type Outcome,
} from "../model/index.ts";
import {
  FS_APPEND_FL,
  FS_IMMUTABLE_FL,
  FS_IOC_GETFLAGS,
  FS_IOC_SETFLAGS,
  FS_NOCOMP_FL,
  FS_NOCOW_FL,
} from "./abi.ts";
import { userIds } from "./caller-switch.ts";
import type { Libc } from "./libc.ts";
import { noFd } from "./slots.ts";

export type RightsCall = Extract<Op, { readonly kind: "chmod" | "chown" | "chattr" | "mode" }>;

/** Makes it on a descriptor; EBADF for what is no regular file, which keeps what it was made with. */
export function performRights(libc: Libc, op: RightsCall, fd: number): Outcome {
  if (fd === noFd) return failed(errnoOf("EBADF"));
  const stats = fstatSync(fd);
  if (!stats.isFile()) return failed(errnoOf("EBADF"));
  switch (op.kind) {
    case "chmod":
      return answer(libc, libc.fchmod(fd, op.mode));
    case "chown":
      return answer(libc, libc.fchown(fd, userIds[op.user], userIds[op.user]));
    case "chattr":
      return changeFlags(libc, fd, (flags) => attributesChanged(flags, op.change));
    case "mode":
      return returned(stats.mode & maxMode);
  }
}

/** Changes the attributes of chattr(1). */
function changeFlags(libc: Libc, fd: number, change: (flags: number) => number): Outcome {
  const memory = Buffer.alloc(8);
  if (libc.ioctl(fd, FS_IOC_GETFLAGS, memory) === -1) return answer(libc, -1);
  memory.writeUInt32LE(change(memory.readUInt32LE(0)) >>> 0, 0);
  return answer(libc, libc.ioctl(fd, FS_IOC_SETFLAGS, memory));
}

/**
 * As of chattr +C. Where the kernel gave up to compress a file, it marks it, and
 * refuses this on a file that is marked: then the mark, which no call asked for, goes first.
 *
 * Source: check_fsflags, fs/btrfs/ioctl.c; compress_file_range, fs/btrfs/inode.c, Linux 6.18.
 */
export function makeNocow(libc: Libc, fd: number): Outcome {
  const made = changeFlags(libc, fd, (flags) => flags | FS_NOCOW_FL);
  if (made.errno !== errnoOf("EINVAL")) return made;
  const unmarked = changeFlags(libc, fd, (flags) => flags & ~FS_NOCOMP_FL);
  return unmarked.errno === 0 ? changeFlags(libc, fd, (flags) => flags | FS_NOCOW_FL) : made;
}

function attributesChanged(flags: number, change: AttributeChange): number {
  const flag = change.endsWith("i") ? FS_IMMUTABLE_FL : FS_APPEND_FL;
  return change.startsWith("+") ? flags | flag : flags & ~flag;
}

function answer(libc: Libc, result: number): Outcome {
  return result === -1 ? failed(errno(libc.errno())) : returned(result);
}
