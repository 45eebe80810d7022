/**
 * Numbers of the kernel's interface, under the kernel's own names, and the
 * layout of the two arguments as tables. Pure; little-endian, as x86 and arm64.
 *
 * Source: include/uapi/linux/fs.h and include/uapi/linux/btrfs.h (Linux 6.18).
 */

/** _IOWR(0x94, 54, struct file_dedupe_range); once BTRFS_IOC_FILE_EXTENT_SAME. */
export const FIDEDUPERANGE = 0xc018_9436;
/** _IOW(0x94, 13, struct file_clone_range). */
export const FICLONERANGE = 0x4020_940d;
export const FS_IOC_GETFLAGS = 0x8008_6601;
export const FS_IOC_SETFLAGS = 0x4008_6602;
export const FS_NOCOW_FL = 0x0080_0000;
export const BTRFS_IOC_SUBVOL_CREATE = 0x5000_940e;
export const BTRFS_IOC_FS_INFO = 0x8400_941f;

/** f_type of statfs(2). Source: include/uapi/linux/magic.h, fs/xfs/libxfs/xfs_format.h. */
export const BTRFS_SUPER_MAGIC = 0x9123_683e;
export const XFS_SUPER_MAGIC = 0x5846_5342;
export const TMPFS_MAGIC = 0x0102_1994;
/** Of ext2 and ext3 too. */
export const EXT4_SUPER_MAGIC = 0xef53;
export const OVERLAYFS_SUPER_MAGIC = 0x794c_7630;
export const NFS_SUPER_MAGIC = 0x6969;

/** A field of an argument: where it starts, how many bytes it has. */
export interface Field {
  readonly name: string;
  readonly at: number;
  readonly size: number;
}

/** struct file_dedupe_range without its entries. */
export const dedupeHeader: readonly Field[] = [
  { name: "src_offset", at: 0, size: 8 },
  { name: "src_length", at: 8, size: 8 },
  { name: "dest_count", at: 16, size: 2 },
  { name: "reserved1", at: 18, size: 2 },
  { name: "reserved2", at: 20, size: 4 },
];

/** struct file_dedupe_range_info: its inputs. */
export const dedupeEntry: readonly Field[] = [
  { name: "dest_fd", at: 0, size: 8 },
  { name: "dest_offset", at: 8, size: 8 },
  { name: "reserved", at: 28, size: 4 },
];

/** The outputs of an entry: u64 and s32. */
export const bytesDedupedAt = 16;
export const statusAt = 24;

export const dedupeHeaderBytes = 24;
export const dedupeEntryBytes = 32;

/** struct file_clone_range. */
export const cloneFields: readonly Field[] = [
  { name: "src_fd", at: 0, size: 8 },
  { name: "src_offset", at: 8, size: 8 },
  { name: "src_length", at: 16, size: 8 },
  { name: "dest_offset", at: 24, size: 8 },
];

export const cloneBytes = 32;

/** Bytes behind an argument that nobody may touch, and what stands in them. */
export const guardBytes = 32;
export const guardByte = 0xa5;
