/** Calls as C: one row for each kind of call, so that a new kind does not compile without one. */

import {
  type AttributeChange,
  type Capability,
  type DedupeOp,
  type FallocateMode,
  type FallocateOp,
  type Op,
  type OpenFlag,
  type OpenOp,
  type ReadOp,
  type RightsOp,
  type Slot,
  type StoreOp,
  type Target,
  type TargetDescriptor,
  type User,
  type WriteOp,
} from "../model/index.ts";
import { fewTargets } from "./c-outcome.ts";
import { ended, literals, numeral } from "./c-text.ts";

/** A call in C: words that stay whole in a line, and the pieces that they need. */
export interface MadeCall {
  readonly kind: "call";
  /** What is said before it, as arguments of ODD; mostly empty. */
  readonly odd: Words;
  readonly words: Words;
  readonly needs: readonly string[];
}

export type CCall =
  | MadeCall
  /** Why no program can make it. */
  | { readonly kind: "cannot"; readonly why: string };

/** What stays whole in a line. */
type Words = readonly string[];

/** FALLOC_FL_*: include/uapi/linux/falloc.h. */
const modes: Readonly<Record<FallocateMode, Words>> = {
  prealloc: ["0"],
  "keep-size": ["FALLOC_FL_KEEP_SIZE"],
  punch: ["FALLOC_FL_PUNCH_HOLE |", "FALLOC_FL_KEEP_SIZE"],
  zero: ["FALLOC_FL_ZERO_RANGE"],
  "zero-keep-size": ["FALLOC_FL_ZERO_RANGE |", "FALLOC_FL_KEEP_SIZE"],
};

const accesses = { r: "O_RDONLY", w: "O_WRONLY", rw: "O_RDWR" } as const;
const openFlags: Readonly<Record<OpenFlag, string>> = {
  append: "O_APPEND",
  truncate: "O_TRUNC",
  path: "O_PATH",
};

export function cCall(op: Op): CCall {
  if ("path" in op) return pathCall(op);
  switch (op.kind) {
    case "close":
      return call(["close"], "close_file", [`&s${op.slot}`]);
    case "write":
    case "store":
      return bytesCall(op);
    case "scatter": {
      const values = [numeral(op.offset), String(op.blocks), String(op.pattern)];
      return call(["scatter"], "scatter", [slotText(op.slot)], ...values.map(one));
    }
    case "truncate":
      return answered("unistd", "ftruncate", [slotText(op.slot)], [numeral(op.length)]);
    case "fallocate":
      return fallocateCall(op);
    case "nocow":
      return call(
        ["flags"],
        "answer",
        bracketed("change_flags", flagChange(op.slot, "FS_NOCOW_FL")),
      );
    case "as":
    case "chmod":
    case "chown":
    case "chattr":
    case "mode":
      return rightsCall(op);
    case "clone": {
      const to = [[slotText(op.target)], [numeral(op.targetOffset)]];
      return call(["clone"], "clone_range", ...range(op), ...to);
    }
    case "dedupe":
      return dedupeCall(op);
    case "fsync":
      return answered("unistd", "fsync", [slotText(op.slot)]);
    case "syncfs":
      return call(["syncfs"], "sync_here");
    case "limit":
      return call(["limit"], "set_limit", [
        op.bytes === undefined ? "RLIM_INFINITY" : numeral(op.bytes),
      ]);
    case "read":
      return call(["read"], "read_file", ...range(op));
    case "inspect":
      return call(["inspect"], "inspect", ...range(op));
    case "observe":
      return cannot("where files lie is asked of FIEMAP");
    case "remount":
    case "check":
      return cannot("a program cannot unmount the file system that it runs on");
    case "scrub":
      return cannot("a scrub takes the whole file system, of which a program has a folder");
  }
}

function pathCall(op: Extract<Op, { readonly path: string }>): CCall {
  switch (op.kind) {
    case "open":
      return call(["open"], "open_file", [`&s${op.slot}`], pathWords(op.path), flagWords(op));
    case "mkdir":
      return answered("stat", "mkdir", pathWords(op.path), ["0700"]);
    case "mkfifo":
      return answered("stat", "mkfifo", pathWords(op.path), ["0600"]);
    case "link":
      return answered("unistd", "link", pathWords(op.path), pathWords(op.to));
    case "unlink":
      return answered("unistd", "unlink", pathWords(op.path));
    case "subvolume":
      return onSubvolume("BTRFS_IOC_SUBVOL_CREATE_V2", op.path);
    case "delete":
      return onSubvolume("BTRFS_IOC_SNAP_DESTROY_V2", op.path);
    case "snapshot": {
      const flags = op.readOnly ? "BTRFS_SUBVOL_RDONLY" : "0";
      return call(["snapshot"], "snapshot", pathWords(op.path), pathWords(op.to), [flags]);
    }
  }
}

function fallocateCall({ slot, mode, offset, length }: FallocateOp): CCall {
  const where = [[numeral(offset)], [numeral(length)]];
  return answered("falloc", "fallocate", [slotText(slot)], modes[mode], ...where);
}

/** Users by their ids; each one's group has the same. */
const userIds: Readonly<Record<User, string>> = { root: "0", user: "1000", nobody: "65534" };

const attributes: Readonly<Record<AttributeChange, readonly [set: string, clear: string]>> = {
  "+i": ["FS_IMMUTABLE_FL", "0"],
  "-i": ["0", "FS_IMMUTABLE_FL"],
  "+a": ["FS_APPEND_FL", "0"],
  "-a": ["0", "FS_APPEND_FL"],
};

function rightsCall(op: Exclude<RightsOp, { readonly kind: "limit" }>): CCall {
  switch (op.kind) {
    case "as":
      return call(["as"], "as", [userIds[op.user]], capabilityWords(op.capabilities));
    case "chmod":
      return onRegular(op.slot, "stat", "fchmod", [[slotText(op.slot)], [octal(op.mode)]]);
    case "chown": {
      const id = userIds[op.user];
      return onRegular(op.slot, "unistd", "fchown", [[slotText(op.slot)], [id], [id]]);
    }
    case "chattr":
      return onRegular(
        op.slot,
        "flags",
        "change_flags",
        flagChange(op.slot, ...attributes[op.change]),
      );
    case "mode":
      return call(["mode"], "say_mode", [slotText(op.slot)]);
  }
}

function flagChange(slot: Slot, set: string, clear = "0"): readonly Words[] {
  return [[slotText(slot)], [set], [clear]];
}

/** A call that only regular files are changed by; EBADF for any other. */
function onRegular(slot: Slot, piece: string, name: string, values: readonly Words[]): CCall {
  const choice = [`is_file(${slotText(slot)}) ?`, ...ended(bracketed(name, values), " :"), "-1"];
  return call(["is file", piece], "answer", choice);
}

function capabilityWords(capabilities: readonly Capability[]): Words {
  if (capabilities.length === 0) return ["0"];
  const names = capabilities.map((name) => `1 << CAP_${name.replaceAll("-", "_").toUpperCase()}`);
  return names.map((name, index) => (index === names.length - 1 ? name : `${name} |`));
}

function octal(mode: number): string {
  return mode === 0 ? "0" : `0${mode.toString(8)}`;
}

function onSubvolume(request: string, path: string): CCall {
  return call(["subvolume"], "subvolume", [request], pathWords(path), ["0"], ["0"]);
}

function bytesCall(op: WriteOp | StoreOp): CCall {
  const { pattern, except } = op;
  const way = op.kind === "write" && op.direct ? "direct" : op.kind;
  const values = [...range(op), [String(pattern)]];
  if (except === undefined) return call([way], `${way}_pattern`, ...values);
  return call([`${way} but one`], `${way}_but_one`, ...values, [numeral(except)]);
}

/** Why a program cannot be made to be called under a circumstance. */
const circumstances = {
  frozen: "a frozen file system needs a second process that thaws it",
  denied: "a source that is denied needs a second process that listens to fanotify",
  sending: "a snapshot that is being sent needs a second process that sends it",
  unreadable: "a block that cannot be read needs the device that it is on",
  swapping: "an active swap file needs somebody who ends it",
  "shut-down": "a file system that was shut down needs somebody who mounts it again",
} as const;

function dedupeCall(op: DedupeOp): CCall {
  const { kind } = op.during;
  if (kind !== "usual" && kind !== "full") return cannot(circumstances[kind]);
  const odd = [
    ...(op.reserved1 === 0 ? [] : [`.reserved1 = ${op.reserved1}`]),
    ...(op.reserved2 === 0 ? [] : [`.reserved2 = ${op.reserved2}`]),
    ...argumentFields(op),
  ];
  const closed = op.targets.some(({ descriptor }) => descriptor === "closed");
  const needs = [
    "dedupe",
    ...(odd.length === 0 ? [] : ["odd"]),
    ...(op.targets.length > fewTargets ? ["many"] : []),
    ...(closed ? ["closed"] : []),
    ...(kind === "full" ? ["while full"] : []),
  ];
  const made = bracketed("DEDUPE", [...range(op), ...targetList(op.targets).map(one)]);
  const words = kind === "full" ? bracketed("WHILE_FULL", [made]) : made;
  return { kind: "call", odd, words, needs };
}

const places = {
  null: "NOWHERE",
  crossing: "CROSSING",
  "read-only": "READ_ONLY",
  unmapped: "UNMAPPED",
} as const;

function argumentFields({ argument }: DedupeOp): readonly string[] {
  if (argument.kind === "whole") return [];
  const place = `.argument = ${places[argument.kind]}`;
  return argument.kind === "null" ? [place] : [place, `.after = ${argument.after}`];
}

/** Targets, equal ones in a row once, with the places that they have. */
function targetList(targets: readonly Target[]): readonly string[] {
  const texts = targets.map(targetText);
  const list: string[] = [];
  for (let at = 0, end = 0; at < texts.length; at = end) {
    const differs = texts.findIndex((text, index) => index > at && text !== texts[at]);
    end = differs === -1 ? texts.length : differs;
    const place = end - at === 1 ? "" : `[${at} ... ${end - 1}] = `;
    list.push(`${place}${texts[at] ?? ""}`);
  }
  return list;
}

function targetText({ descriptor, offset, reserved, high }: Target): string {
  const fd = descriptorText(descriptor);
  const parts = [
    high === 0 ? fd : `${fd} ^ (${high}ULL << 32)`,
    numeral(offset),
    ...(reserved === 0 ? [] : [`.reserved = ${reserved}`]),
  ];
  return `TO(${parts.join(", ")})`;
}

function descriptorText(descriptor: TargetDescriptor): string {
  switch (descriptor) {
    case "closed":
      return "closed()";
    case "never-opened":
      return "-1";
    default:
      return slotText(descriptor);
  }
}

function flagWords({ access, flags }: OpenOp): Words {
  const byPath = flags.includes("path");
  const creates = access !== "r" && !byPath ? ["O_CREAT"] : [];
  const names = [accesses[access], ...creates, ...flags.map((flag) => openFlags[flag])];
  return names.map((name, index) => (index === names.length - 1 ? name : `${name} |`));
}

/** A path from the folder of the run on; other mounts are there by their names. */
export function pathWords(path: string): Words {
  return literals(path);
}

function slotText(slot: Slot): string {
  return `s${slot}`;
}

/** Slot, offset and length. */
function range(op: Pick<ReadOp, "slot" | "offset" | "length">): readonly Words[] {
  return [[slotText(op.slot)], [numeral(op.offset)], [numeral(op.length)]];
}

function call(needs: readonly string[], name: string, ...values: readonly Words[]): CCall {
  return { kind: "call", odd: [], words: bracketed(name, values), needs };
}

/** A system call that has no more to say than what it returned. */
function answered(piece: string, name: string, ...values: readonly Words[]): CCall {
  return call([piece], "answer", bracketed(name, values));
}

function cannot(why: string): CCall {
  return { kind: "cannot", why };
}

/** Arguments in brackets, with commas. */
export function bracketed(name: string, values: readonly Words[]): Words {
  if (values.length === 0) return [`${name}()`];
  const words = values.flatMap((value, index) => {
    return ended(value, index === values.length - 1 ? ")" : ",");
  });
  return words.with(0, `${name}(${words[0] ?? ""}`);
}

function one(word: string): Words {
  return [word];
}
