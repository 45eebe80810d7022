/** Reads one call from its text: the inverse of `printCall`. */

import {
  bytes,
  capabilities,
  maxOffset,
  maxPatterns,
  maxScattered,
  maxU32,
  slot,
  users,
  type Argument,
  type Bytes,
  type Capability,
  type Circumstance,
  type DedupeOp,
  type FallocateMode,
  type Op,
  type OpenFlag,
  type OpenOp,
  type OpKind,
  type ReadOp,
  type ScatterOp,
  type Target,
  type TargetDescriptor,
  type WriteOp,
} from "../model/index.ts";
import { bounds } from "./bounds.ts";
import { callForms, isOpKind } from "./call-forms.ts";
import { quoted } from "./plain.ts";
import { takeList } from "./run-length.ts";
import { slotOf, Words, type Parsed } from "./words.ts";

/** Reads a call; the message says what is wrong and how such a call is written. */
export function parseCall(text: string): Parsed<Op> {
  const kind = /[^ \t]+/.exec(text)?.[0] ?? "";
  if (!isOpKind(kind)) return { kind: "invalid", message: unknownCall(kind) };
  const words = new Words(text, `${article(kind)} ${kind} goes: ${callForms[kind]}`);
  words.expect(kind);
  return words.finish(parsers[kind](words));
}

function article(noun: string): string {
  return /^[aeiou]/.test(noun) ? "an" : "a";
}

function unknownCall(kind: string): string {
  return `${quoted(kind)} is not a call; calls are ${Object.keys(callForms).join(", ")}`;
}

const parsers: Readonly<Record<OpKind, (words: Words) => Op>> = {
  open: parseOpen,
  close: (words) => ({ kind: "close", slot: words.slot() }),
  mkdir: (words) => ({ kind: "mkdir", path: words.path() }),
  mkfifo: (words) => ({ kind: "mkfifo", path: words.path() }),
  link: (words) => ({ kind: "link", path: words.path(), to: words.path() }),
  unlink: (words) => ({ kind: "unlink", path: words.path() }),
  subvolume: (words) => ({ kind: "subvolume", path: words.path() }),
  snapshot: (words) => ({
    kind: "snapshot",
    path: words.path(),
    to: words.path(),
    readOnly: words.skip("read-only"),
  }),
  delete: (words) => ({ kind: "delete", path: words.path() }),
  write: (words) => ({ kind: "write", ...parseWritten(words), direct: words.skip("direct") }),
  store: (words) => ({ kind: "store", ...parseWritten(words) }),
  scatter: parseScatter,
  truncate: (words) => ({ kind: "truncate", slot: words.slot(), length: words.length() }),
  fallocate: (words) => ({
    kind: "fallocate",
    slot: words.slot(),
    mode: words.choice("a mode of fallocate", fallocateModes),
    offset: words.offset(),
    length: words.length(),
  }),
  nocow: (words) => ({ kind: "nocow", slot: words.slot() }),
  as: parseAs,
  limit: (words) => ({
    kind: "limit",
    bytes: words.skip("none") ? undefined : bytes(words.number(maxOffset)),
  }),
  chmod: (words) => ({ kind: "chmod", slot: words.slot(), mode: words.mode() }),
  chown: (words) => ({ kind: "chown", slot: words.slot(), user: words.choice("a user", users) }),
  chattr: (words) => ({
    kind: "chattr",
    slot: words.slot(),
    change: words.choice("a change of attributes", ["+i", "-i", "+a", "-a"]),
  }),
  mode: (words) => ({ kind: "mode", slot: words.slot() }),
  clone: (words) => ({
    kind: "clone",
    slot: words.slot(),
    offset: words.offset(),
    length: words.length(),
    target: onto(words).slot(),
    targetOffset: words.offset(),
  }),
  dedupe: parseDedupe,
  fsync: (words) => ({ kind: "fsync", slot: words.slot() }),
  syncfs: () => ({ kind: "syncfs" }),
  read: (words) => parseRead(words, "read"),
  inspect: (words) => parseRead(words, "inspect"),
  observe: () => ({ kind: "observe" }),
  remount: () => ({ kind: "remount" }),
  check: () => ({ kind: "check" }),
  scrub: () => ({ kind: "scrub" }),
};

const fallocateModes: readonly [FallocateMode, ...FallocateMode[]] = [
  "prealloc",
  "keep-size",
  "punch",
  "zero",
  "zero-keep-size",
];

const maxU16 = 2 ** 16 - 1;

const openFlags: readonly [OpenFlag, ...OpenFlag[]] = ["append", "truncate", "path"];

function parseOpen(words: Words): OpenOp {
  const opened = words.slot();
  const access = words.choice("a way to open", ["r", "w", "rw"]);
  const given = new Set<OpenFlag>();
  while (words.left > 1) {
    const flag = words.choice("a flag of open", openFlags);
    if (given.has(flag)) words.fail(`${quoted(flag)} stands there twice`);
    given.add(flag);
  }
  const flags = openFlags.filter((flag) => given.has(flag));
  return { kind: "open", slot: opened, access, flags, path: words.path() };
}

function parseAs(words: Words): Op {
  const user = words.choice("a user", users);
  const given = words.skip("with") ? parseCapabilities(words) : new Set();
  if (user === "root" && given.size > 0) words.fail("root has every capability");
  return { kind: "as", user, capabilities: capabilities.filter((each) => given.has(each)) };
}

function parseCapabilities(words: Words): ReadonlySet<Capability> {
  const given = new Set<Capability>();
  do {
    const capability = words.choice("a capability", capabilities);
    if (given.has(capability)) words.fail(`${quoted(capability)} stands there twice`);
    given.add(capability);
  } while (words.skip(","));
  return given;
}

function parseWritten(words: Words): Omit<WriteOp, "kind" | "direct"> {
  const range = { slot: words.slot(), offset: words.offset(), length: words.length() };
  return { ...range, pattern: parsePattern(words), except: parseExcept(words, range.length) };
}

function parsePattern(words: Words): number {
  words.expect("pattern");
  return Number(words.number(BigInt(maxPatterns - 1)));
}

function parseScatter(words: Words): ScatterOp {
  const place = { slot: words.slot(), offset: words.offset() };
  words.expect("blocks");
  const blocks = Number(words.number(BigInt(maxScattered)));
  if (blocks === 0) words.fail("a scatter has at least one block");
  return { kind: "scatter", ...place, blocks, pattern: parsePattern(words) };
}

function parseExcept(words: Words, length: Bytes): Bytes | undefined {
  if (!words.skip("except")) return undefined;
  const except = bytes(words.number());
  if (except >= length) words.fail('the byte after "except" lies behind the end of the write');
  return except;
}

function parseDedupe(words: Words): DedupeOp {
  return {
    kind: "dedupe",
    slot: words.slot(),
    offset: words.offset(),
    length: words.length(),
    reserved1: words.option("reserved1", maxU16),
    reserved2: words.option("reserved2", maxU32),
    argument: parseArgument(words),
    during: parseCircumstance(words),
    targets: onto(words).skip("none") ? [] : takeList(words, "targets", () => parseTarget(words)),
  };
}

function parseArgument(words: Words): Argument {
  if (!words.skip("argument")) return { kind: "whole" };
  const kind = words.choice("a kind of argument", ["null", "crossing", "read-only", "unmapped"]);
  if (kind === "null") return { kind };
  return { kind, after: Number(words.number(BigInt(bounds.argument.most))) };
}

const unusual = [
  "frozen",
  "denied",
  "unreadable",
  "sending",
  "full",
  "swapping",
  "shut-down",
] as const;

function parseCircumstance(words: Words): Circumstance {
  if (!words.skip("while")) return { kind: "usual" };
  const kind = words.choice("a circumstance", unusual);
  switch (kind) {
    case "frozen":
    case "full":
    case "shut-down":
      return { kind };
    case "swapping":
      return { kind, slot: words.slot() };
    case "denied":
      return { kind, event: Number(words.number(BigInt(bounds.targets.most))) };
    case "sending":
      return { kind, path: words.path() };
    case "unreadable":
      return { kind, slot: words.slot(), offset: words.offset() };
  }
}

function parseTarget(words: Words): Target {
  return {
    descriptor: parseDescriptor(words),
    offset: words.offset(),
    reserved: words.option("reserved", maxU32),
    high: words.option("high", maxU32),
  };
}

function parseDescriptor(words: Words): TargetDescriptor {
  const word = words.take("a target");
  if (word === "closed" || word === "never-opened") return word;
  const found = slotOf(word);
  if (found === undefined) words.fail(`${quoted(word)} is not a slot, "closed" or "never-opened"`);
  return found ?? slot(0);
}

function parseRead(words: Words, kind: ReadOp["kind"]): ReadOp {
  return { kind, slot: words.slot(), offset: words.offset(), length: words.length() };
}

function onto(words: Words): Words {
  words.expect("onto");
  return words;
}
