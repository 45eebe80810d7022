/**
 * One call of a program, as plain data.
 *
 * The same value is generated, printed, parsed, shrunk, stepped by the model and
 * sent to a kernel. Paths are those of path.ts; there are no others.
 */

import type { Capability, User } from "./caller.ts";
import type { Bytes, Offset, Slot } from "./units.ts";

/**
 * How a file is opened. Opening for writing creates the file when it is missing
 * (mode 0600); O_NONBLOCK, O_NOFOLLOW and O_CLOEXEC are always added.
 */
export type Access = "r" | "w" | "rw";

/** `append` is O_APPEND, `truncate` O_TRUNC, `path` O_PATH (which ignores the rest). */
export type OpenFlag = "append" | "truncate" | "path";

/**
 * The mode of fallocate(2): `prealloc` is 0, `keep-size` FALLOC_FL_KEEP_SIZE,
 * `punch` PUNCH_HOLE|KEEP_SIZE, `zero` ZERO_RANGE, `zero-keep-size`
 * ZERO_RANGE|KEEP_SIZE.
 */
export type FallocateMode = "prealloc" | "keep-size" | "punch" | "zero" | "zero-keep-size";

/**
 * A descriptor of a dedupe entry: a slot (open or not), a descriptor that was
 * closed, or -1, which never was one.
 */
export type TargetDescriptor = Slot | "closed" | "never-opened";

/** One entry of a dedupe request: struct file_dedupe_range_info, inputs only. */
export interface Target {
  readonly descriptor: TargetDescriptor;
  readonly offset: Offset;
  /** The field that must be 0 (u32). */
  readonly reserved: number;
  /** The high 32 bits of dest_fd (u32), which the kernel ignores. */
  readonly high: number;
}

/**
 * Where the argument of the ioctl lies in memory. `whole`: readable and
 * writable. `crossing`: likewise, over two pages, `after` bytes in the first.
 * `read-only` and `unmapped`: so from byte `after` of the struct on, 0 for all.
 */
export type Argument =
  | { readonly kind: "whole" }
  | { readonly kind: "null" }
  | { readonly kind: "crossing"; readonly after: number }
  | { readonly kind: "read-only"; readonly after: number }
  | { readonly kind: "unmapped"; readonly after: number };

/**
 * What the machine is like while a call is made, and for this call alone. A trace
 * can leave nothing behind that way, and no other call can meet it.
 *
 * `frozen`: the file system under test is frozen, and thawed once the call sleeps
 * or has returned. `denied`: a listener of fanotify watches that file system, and
 * watched it when the source was opened; it denies the access that it is asked
 * for as number `event`, from 0, and allows all others. `unreadable`: the block
 * of the disk that holds this byte of the file in `slot` is damaged, so that its
 * checksum does not match; where there is no such block, nothing is. `sending`:
 * the read-only snapshot that the folder at `path` lies in is being sent; where
 * it is no folder of one, nothing is. `full`: everything was written out, and no
 * block of the file system under test is free. `swapping`: the file in `slot` is an
 * active swap file, where it can be one. `shut-down`: the file system under test was
 * written out and shut down; behind the call it is mounted again, as by a remount.
 */
export type Circumstance =
  | { readonly kind: "usual" }
  | { readonly kind: "frozen" }
  | { readonly kind: "denied"; readonly event: number }
  | { readonly kind: "unreadable"; readonly slot: Slot; readonly offset: Offset }
  | { readonly kind: "sending"; readonly path: string }
  | { readonly kind: "full" }
  | { readonly kind: "swapping"; readonly slot: Slot }
  | { readonly kind: "shut-down" };

/** Every kind of circumstance, the usual one first. */
export const circumstances: readonly Circumstance["kind"][] = [
  "usual",
  "frozen",
  "denied",
  "unreadable",
  "sending",
  "full",
  "swapping",
  "shut-down",
];

/** Opens the file at `path` as a slot; a slot in use is closed first, as dup2 does. */
export interface OpenOp {
  readonly kind: "open";
  readonly slot: Slot;
  readonly path: string;
  readonly access: Access;
  /** Sorted as in the type OpenFlag, each at most once. */
  readonly flags: readonly OpenFlag[];
}

export interface LinkOp {
  readonly kind: "link";
  readonly path: string;
  readonly to: string;
}

/** pwrite(2): `length` bytes of `pattern` by position, the byte `except` of them flipped. */
export interface WriteOp {
  readonly kind: "write";
  readonly slot: Slot;
  readonly offset: Offset;
  readonly length: Bytes;
  /** 0 to 127; see contents.ts. */
  readonly pattern: number;
  /** Counted from the start of the write; undefined when no byte differs. */
  readonly except: Bytes | undefined;
  /** Whether it is made with O_DIRECT, from memory that is aligned to a page. */
  readonly direct: boolean;
}

/**
 * The bytes of a write, stored through a shared mapping: mmap(2), the stores and
 * munmap(2). They end with the page of the end of file; what lies behind the end
 * of file is stored all the same.
 */
export interface StoreOp extends Omit<WriteOp, "kind" | "direct"> {
  readonly kind: "store";
}

/**
 * Many small extents: `blocks` blocks of a pattern, each by a pwrite(2) of its own,
 * at every second block from the offset on; the first that fails ends it.
 */
export interface ScatterOp {
  readonly kind: "scatter";
  readonly slot: Slot;
  readonly offset: Offset;
  /** 1 to `maxScattered`. */
  readonly blocks: number;
  /** As of a write. */
  readonly pattern: number;
}

export interface FallocateOp {
  readonly kind: "fallocate";
  readonly slot: Slot;
  readonly mode: FallocateMode;
  readonly offset: Offset;
  readonly length: Bytes;
}

/** FICLONERANGE: called on the target's descriptor, with the source in the argument. */
export interface CloneOp {
  readonly kind: "clone";
  readonly slot: Slot;
  readonly offset: Offset;
  /** 0 means: to the end of the source. */
  readonly length: Bytes;
  readonly target: Slot;
  readonly targetOffset: Offset;
}

/** FIDEDUPERANGE (0xC0189436). */
export interface DedupeOp {
  readonly kind: "dedupe";
  readonly slot: Slot;
  readonly offset: Offset;
  readonly length: Bytes;
  /** 0 to 128; dest_count is their number. */
  readonly targets: readonly Target[];
  /** u16, must be 0. */
  readonly reserved1: number;
  /** u32, must be 0. */
  readonly reserved2: number;
  readonly argument: Argument;
  readonly during: Circumstance;
}

/**
 * `read` is pread(2), with the slot's own mode. `inspect` is the harness's look
 * at size and bytes of the file in a slot, whatever its mode: the same for every
 * file, so that a target opened for writing only can be compared too.
 */
export interface ReadOp {
  readonly kind: "read" | "inspect";
  readonly slot: Slot;
  readonly offset: Offset;
  readonly length: Bytes;
}

/** A snapshot, made as `to`, of the subvolume at `path`. */
export interface SnapshotOp {
  readonly kind: "snapshot";
  readonly path: string;
  readonly to: string;
  readonly readOnly: boolean;
}

/** Whose calls the next ones are, and what a caller may do to an inode. */
export type RightsOp =
  /** The calls behind it are made as this user, with these capabilities beside it; root has them all. */
  | { readonly kind: "as"; readonly user: User; readonly capabilities: readonly Capability[] }
  /** RLIMIT_FSIZE of the calls behind it, but for `store`, `scatter` and direct writes, in bytes below 2^63; undefined for none. */
  | { readonly kind: "limit"; readonly bytes: Bytes | undefined }
  /** fchmod(2): 0 to 0o7777. */
  | { readonly kind: "chmod"; readonly slot: Slot; readonly mode: number }
  /** fchown(2), to a user and its group. */
  | { readonly kind: "chown"; readonly slot: Slot; readonly user: User }
  /** chattr +i, -i, +a or -a. */
  | { readonly kind: "chattr"; readonly slot: Slot; readonly change: AttributeChange }
  /** The harness's look at the mode of what is open in a slot. */
  | { readonly kind: "mode"; readonly slot: Slot };

/** `i` is the immutable attribute, `a` the append-only one. */
export type AttributeChange = "+i" | "-i" | "+a" | "-a";

/**
 * A look at the whole disk, which closes every slot: `check` as a remount does,
 * with the checker of the file system while it is unmounted; `scrub` after a sync,
 * by the kernel, which reads every block.
 */
export type DiskCheckOp = { readonly kind: "check" } | { readonly kind: "scrub" };

export type DiskCheck = DiskCheckOp["kind"];

export type Op =
  | OpenOp
  | { readonly kind: "close"; readonly slot: Slot }
  | { readonly kind: "mkdir"; readonly path: string }
  | { readonly kind: "mkfifo"; readonly path: string }
  | LinkOp
  | { readonly kind: "unlink"; readonly path: string }
  /** Makes an empty subvolume. */
  | { readonly kind: "subvolume"; readonly path: string }
  | SnapshotOp
  /** Takes a subvolume or snapshot away, with what is in it. */
  | { readonly kind: "delete"; readonly path: string }
  | WriteOp
  | StoreOp
  | ScatterOp
  | { readonly kind: "truncate"; readonly slot: Slot; readonly length: Bytes }
  | FallocateOp
  /** chattr +C: has its effect on an empty file only. */
  | { readonly kind: "nocow"; readonly slot: Slot }
  | RightsOp
  | CloneOp
  | DedupeOp
  | { readonly kind: "fsync"; readonly slot: Slot }
  | { readonly kind: "syncfs" }
  | ReadOp
  /**
   * The harness's look at where all files lie on the disk, written out before; right
   * behind a `syncfs` also at what the extent tree says of their extents.
   */
  | { readonly kind: "observe" }
  /** Syncs, unmounts and mounts the file system again; every slot is closed, and root calls. */
  | { readonly kind: "remount" }
  | DiskCheckOp;

export function isDiskCheck(op: Op): op is DiskCheckOp {
  return op.kind === "check" || op.kind === "scrub";
}

export type OpKind = Op["kind"];

/** The u32 that descriptors, flags and reserved fields of the ABI are held in. */
export const maxU32 = 0xffff_ffff;

/** Slots of a program: s0 to s31. */
export const maxSlots = 32;

/** Blocks of one scatter, at most. */
export const maxScattered = 4096;

/** Patterns of a program: 0 to 127. */
export const maxPatterns = 128;
