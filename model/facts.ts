/**
 * What rules may ask about a call: never the state itself, so that the model's
 * state, live files and a description in words go through the same tables.
 *
 * A fact that is not known is a getter that throws UnknownFact.
 */

/** A fact that a rule asked for and that nobody knows. */
export class UnknownFact extends Error {
  override readonly name = "UnknownFact";
}

export type InodeKind = "file" | "directory" | "fifo" | "special";

/** A descriptor and what it refers to. Where it is not open, only `open` may be asked. */
export interface FileFacts {
  /** `path` is a descriptor opened with O_PATH, which most calls treat as closed. */
  readonly open: "closed" | "path" | "open";
  /** FMODE_READ and FMODE_WRITE. */
  readonly readable: boolean;
  readonly writable: boolean;
  /** O_APPEND. */
  readonly append: boolean;
  /** Whether the mount that it was opened through is read-only, or its superblock. */
  readonly readOnly: boolean;
  readonly kind: InodeKind;
  /** i_size, bytes. */
  readonly size: bigint;
  /** Whether its file operations have remap_file_range: regular files of btrfs, XFS and others. */
  readonly remaps: boolean;
  /** Whether its file system was made so that files can share blocks: an XFS may have been made without reflink. */
  readonly reflinks: boolean;
  /** The inode's NODATASUM flag: chattr +C on an empty file, or a mount option. */
  readonly nodatasum: boolean;
  /** Whether its subvolume is read-only, as a snapshot may be. */
  readonly readOnlySubvolume: boolean;
  /** Whether it has a name that was not unlinked. */
  readonly linked: boolean;
  /** Whether the caller's fsuid owns the inode. */
  readonly owned: boolean;
  /** Whether inode_permission(MAY_WRITE) lets the caller: by mode or CAP_DAC_OVERRIDE, not when immutable or in a read-only subvolume. */
  readonly mayWrite: boolean;
  /** chattr +i, and chattr +a. */
  readonly immutable: boolean;
  readonly appendOnly: boolean;
  /** Whether it is set-user-ID or set-group-ID. */
  readonly runsAsOther: boolean;
  /** Whether it is an active swap file. */
  readonly swapping: boolean;
}

/** A dedupe request, before its entries are looked at. */
export interface RequestFacts {
  /** Bytes of the argument, from its start on, that can be read and written. */
  readonly readableBytes: number;
  readonly writableBytes: number;
  /** dest_count. */
  readonly count: number;
  /** Whether reserved1 or reserved2 is not 0. */
  readonly reserved: boolean;
  /** u64. */
  readonly offset: bigint;
  /** u64. */
  readonly length: bigint;
  readonly source: FileFacts;
  /** Whether a listener of fanotify, or a security module, denies to read the source when it is asked for the call. */
  readonly denied: boolean;
  /** Whether the caller has CAP_SYS_ADMIN in the initial user namespace. */
  readonly admin: boolean;
  /** RLIMIT_FSIZE of the caller, bytes; `noLimit` for none. */
  readonly sizeLimit: bigint;
  /** Whether the argument lies at an address that is no multiple of 8. */
  readonly misaligned: boolean;
}

/** One entry of a dedupe request whose request was accepted. */
export interface EntryFacts {
  readonly request: RequestFacts;
  readonly target: FileFacts;
  /** u64. */
  readonly offset: bigint;
  readonly reserved: boolean;
  /** Whether the source is denied when it is asked for once more, for this entry. */
  readonly denied: boolean;
  /** Whether the subvolume that the target lies in is being sent. */
  readonly sending: boolean;
  /** Whether the target's superblock is frozen. */
  readonly frozen: boolean;
  /** Whether it was shut down. */
  readonly shutDown: boolean;
  /** Blocks that are free for what sharing needs: as many, or none by the time that `some` extents, or `none`, are shared. */
  readonly room: "enough" | "some" | "none";
  /** Whether source and target lie on one superblock. */
  readonly sameFilesystem: boolean;
  /** Whether they were opened through one mount. */
  readonly sameMount: boolean;
  readonly sameSubvolume: boolean;
  readonly sameInode: boolean;
  /** Bytes of a file-system block. */
  readonly block: bigint;
  /** Whether small files of the target's file system may be kept inline, in their items. */
  readonly inlines: boolean;
  /** Where source and target first differ within `length` bytes, from their offsets on; undefined: nowhere. */
  firstDifference(length: bigint): bigint | undefined;
  /** Whether bytes stored through a mapping may still wait to be written out, in either file. */
  readonly stored: boolean;
  /** Where a block of the source or of the target can first not be read, within `length` bytes from their offsets on; undefined: nowhere. */
  firstUnreadable(length: bigint): bigint | undefined;
  /** Whether zeros were compared that are not backed alike: data, prealloc or hole. */
  zerosBackedApart(length: bigint): boolean;
}

/** A FICLONERANGE call. `file` is the source, as in its argument. */
export interface CloneFacts {
  readonly source: FileFacts;
  readonly target: FileFacts;
  /** u64. */
  readonly offset: bigint;
  /** u64; 0 is: to the end of the source. */
  readonly length: bigint;
  /** u64. */
  readonly targetOffset: bigint;
  readonly sameFilesystem: boolean;
  readonly sameInode: boolean;
  readonly block: bigint;
  /** RLIMIT_FSIZE of the caller, bytes; `noLimit` for none. */
  readonly sizeLimit: bigint;
}

/** RLIM_INFINITY. */
export const noLimit = 0xffff_ffff_ffff_ffffn;

/** The largest loff_t, and the largest file of btrfs, XFS and tmpfs on 64 bit: 2^63-1 bytes. */
export const maxOffset = 0x7fff_ffff_ffff_ffffn;

/** Whether a range of the ABI is refused as a loff_t: negative, or its end overflows. */
export function overflows(offset: bigint, length: bigint): boolean {
  return offset > maxOffset || length > maxOffset || offset + length > maxOffset;
}

/** The offset rounded down, and up, to a multiple of the block (a power of two). */
export function roundDown(offset: bigint, block: bigint): bigint {
  return offset & -block;
}

export function roundUp(offset: bigint, block: bigint): bigint {
  return (offset + block - 1n) & -block;
}
