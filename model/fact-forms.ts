/**
 * What a fact may be where nobody knows it: one row for each fact, so that a fact
 * which a new rule asks for explains itself. Pure data for possible.ts, which goes
 * through all of them, and for the words in which people state facts.
 */

import {
  maxOffset,
  noLimit,
  type EntryFacts,
  type FileFacts,
  type InodeKind,
  type RequestFacts,
} from "./facts.ts";
import { formatsOf, type Format, type FsKind } from "./format.ts";
import type { Profile } from "./profile.ts";

/** A value that a fact may have. */
export interface Guess<Value> {
  readonly value: Value;
  /** How unusual it is in calls that people make: 0 is what one expects, 10 what hardly anybody meets. */
  readonly surprise: number;
}

export interface FactForm<Value, Scene> {
  /** A value for each way in which rules can see it; never empty, and numbers ascend. */
  readonly guesses: (scene: Scene) => readonly Guess<Value>[];
  /** How a person finds it out: behind "to tell, ". */
  readonly ask: string;
  /** Whether it belongs to the inode, so that two descriptors of one inode agree on it. */
  readonly inode?: true;
}

/** Facts of a request but those of its source, and of an entry but those of files. */
export type RequestOwn = Omit<RequestFacts, "source">;
export type EntryOwn = Omit<EntryFacts, "request" | "target">;

/** What is known, or guessed so far, around a fact of a file. */
export interface FileScene {
  readonly profile: Profile;
  readonly file: FileFacts;
  /** For a target: the source. */
  readonly source: FileFacts | undefined;
  /** Whether both lie on one superblock; false for the source itself. */
  readonly besideSource: () => boolean;
  /** Where its range may end, ascending: as cut by H8, and as asked for. */
  readonly ends: readonly bigint[];
}

export interface EntryScene {
  readonly profile: Profile;
  readonly sameInode: () => boolean;
  /** Whether what is known of both files allows that they are one. */
  readonly maybeOne: boolean;
}

type Forms<Facts, Scene> = {
  readonly [Fact in keyof Facts]: FactForm<Facts[Fact], Scene>;
};

/** A fact of which there is no doubt. */
function certainly<Value>(value: Value): () => readonly Guess<Value>[] {
  return either([value, 0]);
}

/** A fact that is nearly always so. */
function usually(usual: boolean, surprise: number): () => readonly Guess<boolean>[] {
  return either([usual, 0], [!usual, surprise]);
}

/** Values with how unusual each is. */
function either<Value>(
  ...values: readonly (readonly [Value, number])[]
): () => readonly Guess<Value>[] {
  const guesses = values.map(([value, surprise]) => ({ value, surprise }));
  return () => guesses;
}

/** What file systems of a kind may be made with, the usual first. */
function madeWith<Value>(
  value: (format: Format) => Value,
): (profile: Profile) => readonly Guess<Value>[] {
  const guessesOn = (fs: FsKind): readonly Guess<Value>[] =>
    [...new Set(formatsOf(fs).map(value))].map((each, index) => ({
      value: each,
      surprise: index === 0 ? 0 : 4,
    }));
  const found = { btrfs: guessesOn("btrfs"), xfs: guessesOn("xfs") };
  return ({ fs }) => found[fs];
}

/** The end of a file around ends of ranges, which ascend: most ranges end at it or before it. */
function sizes(ends: readonly bigint[]): readonly Guess<bigint>[] {
  const last = ends.at(-1) ?? 0n;
  const found: Guess<bigint>[] = [];
  for (const end of ends) {
    for (const value of [end - 1n, end, end + 1n]) {
      const before = found.at(-1)?.value ?? -1n;
      const surprise = value === last ? 0 : value > last ? 1 : 3;
      if (value > before && value <= maxOffset) found.push({ value, surprise });
    }
  }
  return found.length === 0 ? [{ value: maxOffset, surprise: 0 }] : found;
}

const owner = "stat -c '%A %U %G' FILE, and who calls";
const modes = "the flags it was opened with, as in /proc/PID/fdinfo/FD";

const yes = certainly(true);
const no = certainly(false);
const mostlyYes = usually(true, 4);
const mostlyNo = usually(false, 4);
const madeToShare = madeWith(({ reflink }) => reflink);
const madeBlocks = madeWith(({ block }) => block);
const madeInline = madeWith(({ maxInline }) => maxInline > 0n);

export const fileForms: Forms<FileFacts, FileScene> = {
  open: {
    guesses: either<FileFacts["open"]>(["open", 0], ["closed", 5], ["path", 9]),
    ask: "ls -l /proc/PID/fd",
  },
  readable: { guesses: usually(true, 5), ask: modes },
  writable: { guesses: usually(true, 1), ask: modes },
  append: { guesses: mostlyNo, ask: modes },
  readOnly: { guesses: mostlyNo, ask: "findmnt -T FILE" },
  kind: {
    guesses: either<InodeKind>(["file", 0], ["directory", 6], ["fifo", 8], ["special", 8]),
    ask: "stat -c %F FILE",
    inode: true,
  },
  size: { guesses: ({ ends }) => sizes(ends), ask: "stat -c %s FILE", inode: true },
  remaps: {
    guesses: ({ file, source, besideSource }) => {
      if (file.kind !== "file") return no();
      if (source === undefined || !besideSource()) return mostlyYes();
      return source.remaps ? yes() : no();
    },
    ask: "stat -f -c %T FILE: btrfs, and XFS with reflink=1, can",
    inode: true,
  },
  reflinks: {
    guesses: ({ profile, source, besideSource }) => {
      if (source !== undefined && besideSource()) return source.reflinks ? yes() : no();
      return madeToShare(profile);
    },
    ask: "xfs_info MOUNTPOINT, reflink=1 or 0",
    inode: true,
  },
  nodatasum: {
    guesses: ({ profile, source }) => {
      if (!profile.nocow) return no();
      return source?.nodatasum === true ? mostlyYes() : mostlyNo();
    },
    ask: "lsattr FILE, C stands for it; and mount options nodatasum and nodatacow",
    inode: true,
  },
  readOnlySubvolume: {
    guesses: mostlyNo,
    ask: "btrfs property get SUBVOLUME ro",
    inode: true,
  },
  owned: { guesses: usually(true, 1), ask: owner, inode: true },
  mayWrite: { guesses: usually(true, 1), ask: owner, inode: true },
  immutable: { guesses: usually(false, 6), ask: "lsattr FILE, i stands for it", inode: true },
  appendOnly: { guesses: usually(false, 6), ask: "lsattr FILE, a stands for it", inode: true },
  runsAsOther: { guesses: usually(false, 6), ask: owner, inode: true },
  linked: { guesses: mostlyYes, ask: "stat -c %h FILE", inode: true },
  swapping: { guesses: usually(false, 7), ask: "swapon --show", inode: true },
};

const argument = "where the argument lies in the caller's memory";
const listener = "whether a listener of fanotify or a security module watches the source";
const hardly = usually(false, 7);
const limits: readonly Guess<bigint>[] = [
  { value: 0n, surprise: 8 },
  { value: noLimit, surprise: 0 },
];

/** A limit that leaves a byte of the range, of which nothing is compared. */
function lessThanABlock(target: bigint): Guess<bigint> {
  return { value: target + 1n, surprise: 9 };
}

const anyOffset = either([0n, 0], [1n, 4], [maxOffset + 1n, 8]);

/** Guessed beside the offset of a target whose range overlaps the source's own; undefined for any other. */
export const requestForms: Forms<RequestOwn, bigint | undefined> = {
  readableBytes: { guesses: either([0, 8], [18, 9], [Infinity, 0]), ask: argument },
  writableBytes: { guesses: either([0, 9], [Infinity, 0]), ask: argument },
  misaligned: { guesses: hardly, ask: argument },
  count: { guesses: either([1, 0], [128, 6]), ask: "dest_count of the argument" },
  reserved: { guesses: usually(false, 8), ask: "reserved1 and reserved2 of the argument" },
  offset: { guesses: anyOffset, ask: "src_offset of the argument" },
  length: {
    guesses: either([0n, 3], [100n, 2], [131_072n, 0], [maxOffset + 1n, 8]),
    ask: "src_length of the argument",
  },
  denied: { guesses: hardly, ask: listener },
  admin: { guesses: usually(true, 1), ask: "CapEff in /proc/PID/status, bit 21" },
  sizeLimit: {
    guesses: (target) => (target === undefined ? limits : [...limits, lessThanABlock(target)]),
    ask: "Max file size in /proc/PID/limits",
  },
};

type Within = EntryFacts["firstDifference"];
const nowhere: Within = () => undefined;
const atOnce: Within = (length) => (length > 0n ? 0n : undefined);
const sameOrNot = usually(false, 3);

export const entryForms: Forms<EntryOwn, EntryScene> = {
  offset: { guesses: anyOffset, ask: "dest_offset of the entry" },
  reserved: { guesses: usually(false, 8), ask: "reserved of the entry" },
  denied: { guesses: hardly, ask: listener },
  sending: { guesses: hardly, ask: "whether btrfs send runs on the target's snapshot" },
  frozen: { guesses: hardly, ask: "whether fsfreeze was called on the target's file system" },
  shutDown: { guesses: hardly, ask: "the kernel's log: Filesystem has been shut down" },
  room: {
    guesses: either<EntryOwn["room"]>(["enough", 0], ["some", 7], ["none", 7]),
    ask: "df FILE",
  },
  sameFilesystem: {
    guesses: ({ sameInode }) => (sameInode() ? yes() : mostlyYes()),
    ask: "findmnt -n -o UUID -T FILE for both",
  },
  sameMount: { guesses: usually(true, 3), ask: "findmnt -n -o TARGET -T FILE for both" },
  sameSubvolume: { guesses: usually(true, 1), ask: "stat -c %d FILE for both" },
  sameInode: {
    guesses: ({ maybeOne }) => (maybeOne ? sameOrNot() : no()),
    ask: "stat -c %i FILE for both",
  },
  block: {
    guesses: ({ profile }) => madeBlocks(profile),
    ask: "stat -f -c %S FILE",
  },
  inlines: {
    guesses: ({ profile }) => madeInline(profile),
    ask: "findmnt -n -o OPTIONS -T FILE: max_inline",
  },
  firstDifference: {
    guesses: either([nowhere, 0], [atOnce, 1]),
    ask: "cmp -n LENGTH -i OFFSET:OFFSET SOURCE TARGET",
  },
  firstUnreadable: {
    guesses: either([nowhere, 0], [atOnce, 6]),
    ask: "the kernel's log, and btrfs scrub",
  },
  stored: { guesses: mostlyNo, ask: "who has mapped the files: fuser -v FILE" },
  zerosBackedApart: { guesses: certainly(() => false), ask: "filefrag -v FILE for both" },
};

/**
 * The name of a fact of an entry, by its path in EntryFacts: what it has from the
 * request is named as there, and of two facts of one name one is the target's.
 */
export function entryFactName(path: string): string {
  if (path.startsWith("request.")) return path.slice("request.".length);
  return Object.hasOwn(requestForms, path) ? `target.${path}` : path;
}

const named: readonly (readonly [string, { readonly ask: string }])[] = [
  ...Object.entries(requestForms),
  ...Object.entries(entryForms).map(([name, form]) => [entryFactName(name), form] as const),
  ...["source", "target"].flatMap((file) =>
    Object.entries(fileForms).map(([name, form]) => [`${file}.${name}`, form] as const),
  ),
];

/** Every fact of a call and of one entry. */
export const factNames: readonly string[] = named.map(([name]) => name);

const asking: ReadonlyMap<string, string> = new Map(named.map(([name, { ask }]) => [name, ask]));

/** How a person finds out a fact, by its name as in `Taken`. */
export function askFor(fact: string): string {
  return asking.get(fact) ?? fact;
}
