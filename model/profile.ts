/** Versions of the specification, as data that the rules read. */

import type { Amendment } from "./amendment.ts";
import { copyOutRules } from "./copy-out-rules.ts";
import { entryRules, requestRules } from "./dedupe-rules.ts";
import type { FsKind } from "./format.ts";
import { rightHabits, type Habits } from "./habits.ts";
import { workedTables, type WorkedTables } from "./tables.ts";

/** One version of what a call may answer. */
export interface Profile extends Habits {
  /** As in the header of a trace. */
  readonly name: string;
  /** One line: what it describes. */
  readonly about: string;
  /** The file system that it is about. */
  readonly fs: FsKind;
  /** The rules of a dedupe: a version may have others, or ask them in another order. */
  readonly tables: WorkedTables;
  /** Bytes of a page of memory: where a store through a mapping ends. */
  readonly page: bigint;
  /** What offset and length of a write with O_DIRECT must be a multiple of, in bytes. */
  readonly directUnit: bigint;
  /** Bytes that one request is cut to without a word (a limit of the VFS on dedupe alone). */
  readonly lengthCap: bigint;
  /** Entries that fit the page which the kernel gives the argument. */
  readonly maxTargets: number;
  /** Bytes of the longest clone, in whole blocks, that is reported as what it is. */
  readonly longestClone: bigint;
  /** Whether files have the flag of chattr +C, and with it NODATASUM. */
  readonly nocow: boolean;
  /** Which rules of a dedupe answer: the first that applies, as in a kernel, or any of those that do. */
  readonly precedence: "kernel order" | "any that applies";
  /** Whether the argument has files_deduped where later ones have reserved1. */
  readonly countsFiles: boolean;
  /** In what it differs from Linux 6.18 on its file system, newest first, where that is told so. */
  readonly amendments: readonly Amendment[];
}

/** The rules of Linux 6.18, those of one file system among them. */
const linux618 = { request: requestRules, entry: entryRules, copyOut: copyOutRules };

/**
 * Linux 6.18 on btrfs, with pages of 4 KiB.
 *
 * Limits: fs/remap_range.c, vfs_dedupe_file_range (len cut to 1 GiB) and
 * fs/ioctl.c, ioctl_file_dedupe_range (size limited to PAGE_SIZE), Linux 6.18.
 */
export const linux618Btrfs: Profile = {
  ...rightHabits,
  name: "linux-6.18/btrfs",
  about: "Linux 6.18, btrfs",
  fs: "btrfs",
  tables: workedTables("btrfs", linux618),
  page: 4096n,
  directUnit: 1n,
  lengthCap: 1n << 30n,
  maxTargets: 127,
  longestClone: 1n << 64n,
  nocow: true,
  precedence: "kernel order",
  countsFiles: false,
  amendments: [],
};

/** Linux 6.18 on XFS without realtime devices and DAX, with pages of 4 KiB. */
export const linux618Xfs: Profile = {
  ...linux618Btrfs,
  name: "linux-6.18/xfs",
  about: "Linux 6.18, XFS",
  fs: "xfs",
  tables: workedTables("xfs", linux618),
  directUnit: 512n,
  longestClone: (1n << 63n) - 1n,
  nocow: false,
};

/** A profile that is wrong on purpose: every test run must catch it. */
export const canary: Profile = {
  ...linux618Btrfs,
  name: "canary",
  about: "wrong on purpose: bytes_deduped says one block too many",
  overReports: 4096n,
};
