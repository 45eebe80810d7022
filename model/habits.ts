/**
 * What kernels do in different ways once the rules have decided: how long the range
 * is, in which order it is compared and shared, what is shared onto what, and what
 * is reported. A version, or a bug, is other words here.
 */

import type { Items } from "./extent-item.ts";
import type { EntryFacts } from "./facts.ts";
import type { Format } from "./format.ts";
import type { Rule } from "./rule.ts";
import type { Inode } from "./state.ts";
import type { Contents } from "./contents.ts";
import type { Errno } from "./units.ts";

/** A range of the source, and of the target, in bytes. */
export interface SharedRange {
  readonly from: bigint;
  readonly onto: bigint;
  readonly length: bigint;
  readonly sameInode: boolean;
  readonly block: bigint;
}

/** Where the blocks of a target lie around one entry; ranges are in blocks. */
export interface LaidEntry {
  readonly before: Items;
  /** In a kernel that is right. */
  readonly after: Items;
  readonly start: bigint;
  readonly end: bigint;
  /** Which entry of how many, from 0. */
  readonly entry: number;
  readonly entries: number;
}

export interface Habits {
  /** Whose end of file the range must reach for the last, partial block to be shared (rule G7). */
  readonly tail: "source and target" | "source" | "target" | "nobody";
  /** Which bytes are compared: those that are shared, all that were asked for, or all where they reach the end of the source. */
  readonly compares: "what is shared" | "what was asked for" | "the source's tail too";
  /** When a range is shared: once all of it was found equal, each 16 MiB as they are, or without waiting. */
  readonly shares: "once equal" | "by steps" | "at once";
  /** What bytes_deduped says of an entry that is the same. */
  readonly reports: "requested" | "shared";
  /** Bytes that bytes_deduped says more than that. */
  readonly overReports: bigint;
  /** Whether a dedupe leaves the times of its files alone. */
  readonly times: "kept" | "changed";
  /** Whether an extent that is shared counts the new reference. */
  readonly counts: "every reference" | "the first reference";
  /** Whether a status that a rule gave an entry fails the whole call instead, and nothing is written back. */
  readonly failsCall?: (rule: Rule<EntryFacts>, isLast: boolean) => boolean;
  /** Another range than the one that was compared. */
  readonly moves?: (range: SharedRange) => SharedRange;
  /** Where the target's blocks lie instead. */
  readonly lays?: (laid: LaidEntry) => Items;
  /** Why what was found equal cannot be shared; undefined where it can. */
  readonly cannotShare?: (from: Inode, range: SharedRange, onto: Inode) => Errno | undefined;
  /** What is read of a file instead of its contents. */
  readonly reads?: (inode: Inode, format: Format) => Contents;
}

/** Those of a kernel that does as the specification says. */
export const rightHabits: Habits = {
  tail: "source and target",
  compares: "what is shared",
  shares: "once equal",
  reports: "requested",
  overReports: 0n,
  times: "kept",
  counts: "every reference",
};
