/**
 * Calls as lines of a shell that run xfs_io, and what such a line prints: one row
 * for each kind of call, so that a new kind does not compile without one.
 *
 * A pattern becomes one byte, repeated: what is shared or cloned moves by whole
 * blocks, so that bytes are equal there exactly when patterns are. xfs_io opens
 * files by name for each line, makes a dedupe for one target, and tells no status
 * from an errno. Source: xfsprogs 6.1, io/reflink.c, io/pwrite.c, io/prealloc.c,
 * io/open.c, tried with Linux 6.18.
 */

import {
  errnoName,
  mountOf,
  statusDiffers,
  statusSame,
  untouched,
  type CloneOp,
  type DedupeOp,
  type FallocateMode,
  type FallocateOp,
  type Op,
  type OpenOp,
  type Outcome,
  type ReadOp,
  type Slot,
  type StoreOp,
  type WriteOp,
} from "../model/index.ts";
import { pathsOf } from "./op-paths.ts";

/** What is open in a slot, as far as a line can say it. */
export interface ShFile {
  readonly path: string;
  readonly access: OpenOp["access"];
  readonly append: boolean;
  /** Whether the file can still be reached by its path. */
  readonly named: boolean;
}

export type ShSlots = ReadonlyMap<Slot, ShFile>;

export type ShCall =
  | {
      readonly kind: "line";
      readonly words: readonly string[];
      /** What it prints when the call answers so; undefined where that cannot be told from other answers. */
      readonly prints: (outcome: Outcome) => string | undefined;
    }
  /** There is nothing to do. */
  | { readonly kind: "nothing" }
  | { readonly kind: "cannot"; readonly why: string };

type Prints = Extract<ShCall, { kind: "line" }>["prints"];

export function shCall(op: Op, slots: ShSlots): ShCall {
  if (pathsOf(op).some((path) => mountOf(path) !== "main")) {
    return cannot("a script has no mounts of its own");
  }
  switch (op.kind) {
    case "open":
      return openLine(op);
    case "close":
      return slots.has(op.slot) ? { kind: "nothing" } : notOpen(op.slot);
    case "mkdir":
      return line(["mkdir", op.path], silent);
    case "link":
      return line(["ln", op.path, op.to], silent);
    case "unlink":
      return line(["unlink", op.path], silent);
    case "syncfs":
      return line(["sync", "-f", "."], silent);
    case "write":
      return onFile(slots, op.slot, (file) => writeLine(op, file));
    case "store":
      return onFile(slots, op.slot, (file) => storeLine(op, file));
    case "truncate":
      return onFile(slots, op.slot, (file) =>
        xfsIo(file, `truncate ${op.length}`, fails("ftruncate")),
      );
    case "fallocate":
      return onFile(slots, op.slot, (file) => fallocateLine(op, file));
    case "nocow":
      return onFile(slots, op.slot, ({ path }) => line(["chattr", "+C", path], silent));
    case "fsync":
      return onFile(slots, op.slot, (file) => xfsIo(file, "fsync", fails("fsync")));
    case "clone":
      return onFile(slots, op.target, (to) =>
        onFile(slots, op.slot, (from) => cloneLine(op, from, to)),
      );
    case "dedupe":
      return dedupeLine(op, slots);
    case "inspect":
      return onFile(slots, op.slot, (file) => inspectLine(op, file));
    case "as":
    case "limit":
    case "chmod":
    case "chown":
    case "chattr":
    case "mode":
      return cannot("xfs_io runs as who calls it, and changes no rights");
    case "mkfifo":
      return cannot("xfs_io waits for the other end of a FIFO");
    case "subvolume":
    case "snapshot":
    case "delete":
      return cannot("xfs_io knows no subvolumes");
    case "scatter":
      return cannot("each of its writes would be a line");
    case "read":
      return cannot("xfs_io shows bytes, not what they are");
    case "observe":
    case "remount":
    case "check":
    case "scrub":
      return cannot("xfs_io looks at no file system as a whole");
  }
}

/** The slots behind a call that answered so. */
export function slotsAfter(slots: ShSlots, op: Op, got: Outcome): ShSlots {
  if (op.kind === "open") {
    const rest = [...slots].filter(([slot]) => slot !== op.slot);
    const file = { ...op, append: op.flags.includes("append"), named: true };
    return new Map(got.errno === 0 ? [...rest, [op.slot, file]] : rest);
  }
  if (got.errno !== 0) return slots;
  if (op.kind === "close") return new Map([...slots].filter(([slot]) => slot !== op.slot));
  if (op.kind !== "unlink") return slots;
  const lost = ([slot, file]: readonly [Slot, ShFile]): readonly [Slot, ShFile] => [
    slot,
    file.path === op.path ? { ...file, named: false } : file,
  ];
  return new Map([...slots].map(lost));
}

function openLine({ path, access, flags }: OpenOp): ShCall {
  if (flags.includes("path")) return cannot("xfs_io does not open with O_PATH");
  const words = [
    ...modeFlags({ access, append: flags.includes("append") }),
    ...(flags.includes("truncate") ? ["-t"] : []),
    ...(access === "r" ? [] : ["-f"]),
  ];
  return line(["xfs_io", ...words, "-c", "quit", path], fails(path));
}

/** Bytes written at once by default. */
const usualBuffer = 4096n;

function writeLine(op: WriteOp, file: ShFile): ShCall {
  const { offset, length, pattern, except, direct } = op;
  const buffer = length > usualBuffer ? `-b ${length} ` : "";
  const write = `pwrite -S ${pattern} ${buffer}${offset} ${length}`;
  const whole = `wrote ${length}/${length} bytes at offset ${offset}`;
  const words = ["xfs_io", ...modeFlags(file), ...(direct ? ["-d"] : [])];
  if (except === undefined) {
    const prints: Prints = (outcome) =>
      BigInt(outcome.result) === length ? whole : failure("pwrite", outcome);
    return line([...words, "-c", write, file.path], prints);
  }
  if (direct || file.append) return cannot("a byte that differs is a second write");
  const odd = `pwrite -q -S ${pattern ^ 128} ${offset + except} 1`;
  const both: Prints = ({ result }) => (BigInt(result) === length ? whole : undefined);
  return line([...words, "-c", write, "-c", odd, file.path], both);
}

/** The unit of mappings. */
const page = 4096n;

function storeLine({ offset, length, pattern, except }: StoreOp, file: ShFile): ShCall {
  const start = offset - (offset % page);
  const end = offset + length;
  const stores = [
    `mwrite -S ${pattern} ${offset} ${length}`,
    ...(except === undefined ? [] : [`mwrite -S ${pattern ^ 128} ${offset + except} 1`]),
  ];
  const commands = [`mmap -rw ${start} ${end - start}`, ...stores].flatMap((text) => ["-c", text]);
  const whole: Prints = ({ result }) => (BigInt(result) === length ? "" : undefined);
  return line(["xfs_io", ...modeFlags(file), ...commands, file.path], whole);
}

const fallocates: Readonly<Record<FallocateMode, string>> = {
  prealloc: "falloc",
  "keep-size": "falloc -k",
  punch: "fpunch",
  zero: "fzero",
  "zero-keep-size": "fzero -k",
};

function fallocateLine({ mode, offset, length }: FallocateOp, file: ShFile): ShCall {
  return xfsIo(file, `${fallocates[mode]} ${offset} ${length}`, fails("fallocate"));
}

function cloneLine({ offset, length, targetOffset }: CloneOp, from: ShFile, to: ShFile): ShCall {
  if (from.access === "w") return cannot(forWriting);
  const range = `reflink ${from.path} ${offset} ${targetOffset} ${length}`;
  const done = `linked ${length}/${length} bytes at offset ${targetOffset}`;
  return xfsIo(to, range, (outcome) => {
    if (outcome.touched.length > 0) return undefined;
    return outcome.errno === 0 ? done : failure("XFS_IOC_CLONE_RANGE", outcome);
  });
}

function dedupeLine(op: DedupeOp, slots: ShSlots): ShCall {
  const [target, second] = op.targets;
  if (target === undefined || second !== undefined) return cannot("xfs_io has one target a call");
  if (op.reserved1 + op.reserved2 + target.reserved + target.high !== 0) {
    return cannot("xfs_io leaves reserved fields and high bits at 0");
  }
  if (op.argument.kind !== "whole") return cannot("xfs_io has its argument in good memory");
  if (op.during.kind !== "usual") return cannot("xfs_io runs alone");
  const { descriptor } = target;
  if (typeof descriptor === "string") return cannot("xfs_io has open files alone as targets");
  return onFile(slots, descriptor, (to) =>
    onFile(slots, op.slot, (from) => {
      if (from.access === "w") return cannot(forWriting);
      const range = `dedupe ${from.path} ${op.offset} ${target.offset} ${op.length}`;
      return xfsIo(to, range, (outcome) => dedupePrints(op, target.offset, outcome));
    }),
  );
}

const forWriting = "xfs_io opens no source for writing only";

/** It asks for the rest of what was not deduped, so that more than one call is not this one. */
function dedupePrints({ length }: DedupeOp, at: bigint, outcome: Outcome): string | undefined {
  const [entry] = outcome.targets;
  if (entry === undefined || outcome.touched.length > 0) return undefined;
  const { status, deduped } = entry;
  const name = "XFS_IOC_FILE_EXTENT_SAME";
  if (outcome.errno !== 0) {
    const written = status !== untouched.status || deduped !== untouched.deduped;
    return written ? undefined : failure(name, outcome);
  }
  if (status === statusSame) {
    return deduped === length ? `deduped ${length}/${length} bytes at offset ${at}` : undefined;
  }
  if (deduped !== 0n) return undefined;
  if (status === statusDiffers) return `${name}: Extents did not match.`;
  return status < 0 ? failureText(name, -status) : undefined;
}

function inspectLine({ offset, length }: ReadOp, { path }: ShFile): ShCall {
  return line(["look", path, `${offset}`, `${length}`], ({ errno, seen }) => {
    if (errno !== 0 || seen?.size === undefined || offset > seen.size) return undefined;
    const runs = seen.runs.map(({ length: bytes, tone }) => `, ${bytes} x ${tone}`);
    return seen.runs.some(({ tone }) => tone < 0) ? undefined : `size ${seen.size}${runs.join("")}`;
  });
}

/** The largest number that xfs_io reads. */
const maxNumber = 2n ** 63n - 1n;

function line(words: readonly string[], prints: Prints): ShCall {
  const numbers = words.join(" ").match(/(?<= )[0-9]+(?= |$)/g) ?? [];
  if (numbers.some((text) => BigInt(text) > maxNumber)) {
    return cannot("xfs_io takes numbers below 2^63");
  }
  return { kind: "line", words, prints };
}

function xfsIo(file: ShFile, command: string, prints: Prints): ShCall {
  return line(["xfs_io", ...modeFlags(file), "-c", command, file.path], prints);
}

function modeFlags({ access, append }: Pick<ShFile, "access" | "append">): readonly string[] {
  return [...(access === "r" ? ["-r"] : []), ...(append ? ["-a"] : [])];
}

/** Of a call that says nothing when it succeeds, and whose failure is told by a tool of its own. */
function silent({ result }: Outcome): string | undefined {
  return result === 0 ? "" : undefined;
}

/** Of a call that says nothing when it succeeds, and else `name: Invalid argument`. */
function fails(name: string): Prints {
  return (outcome) => (outcome.result === 0 ? "" : failure(name, outcome));
}

function failure(name: string, { result, errno }: Outcome): string | undefined {
  return result === -1 ? failureText(name, errno) : undefined;
}

function failureText(name: string, number: number): string | undefined {
  const text = errorTexts[errnoName(number)];
  return text === undefined ? undefined : `${name}: ${text}`;
}

function onFile(slots: ShSlots, slot: Slot, use: (file: ShFile) => ShCall): ShCall {
  const file = slots.get(slot);
  if (file === undefined) return notOpen(slot);
  return file.named ? use(file) : cannot(`the file of s${slot} has no name any more`);
}

function notOpen(slot: Slot): ShCall {
  return cannot(`xfs_io has open files alone, and s${slot} is not open`);
}

function cannot(why: string): ShCall {
  return { kind: "cannot", why };
}

/** As strerror(3) of glibc puts them in the C locale. */
const errorTexts: Readonly<Partial<Record<string, string>>> = {
  EPERM: "Operation not permitted",
  ENOENT: "No such file or directory",
  EINTR: "Interrupted system call",
  EIO: "Input/output error",
  ENXIO: "No such device or address",
  EBADF: "Bad file descriptor",
  EAGAIN: "Resource temporarily unavailable",
  ENOMEM: "Cannot allocate memory",
  EACCES: "Permission denied",
  EFAULT: "Bad address",
  EBUSY: "Device or resource busy",
  EEXIST: "File exists",
  EXDEV: "Invalid cross-device link",
  ENODEV: "No such device",
  ENOTDIR: "Not a directory",
  EISDIR: "Is a directory",
  EINVAL: "Invalid argument",
  ENOTTY: "Inappropriate ioctl for device",
  ETXTBSY: "Text file busy",
  EFBIG: "File too large",
  ENOSPC: "No space left on device",
  EROFS: "Read-only file system",
  EMLINK: "Too many links",
  ENAMETOOLONG: "File name too long",
  ENOSYS: "Function not implemented",
  ENOTEMPTY: "Directory not empty",
  ELOOP: "Too many levels of symbolic links",
  EOVERFLOW: "Value too large for defined data type",
  EOPNOTSUPP: "Operation not supported",
  ESTALE: "Stale file handle",
  EUCLEAN: "Structure needs cleaning",
  EDQUOT: "Disk quota exceeded",
};
