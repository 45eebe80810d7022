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
export const FS_IMMUTABLE_FL = 0x10;
export const FS_APPEND_FL = 0x20;
export const FS_NOCOW_FL = 0x0080_0000;
export const FS_NOCOMP_FL = 0x0000_0400;
/** _IOWR('X', 119, int) and _IOWR('X', 120, int). */
export const FIFREEZE = 0xc004_5877;
export const FITHAW = 0xc004_5878;
/** _IOR('X', 125, __u32): fs/xfs/libxfs/xfs_fs.h, XFS_IOC_GOINGDOWN; its argument 0 writes everything out before. */
export const XFS_IOC_GOINGDOWN = 0x8004_587d;
/** _IO(0x94, 8). */
export const BTRFS_IOC_SYNC = 0x9408;
export const BTRFS_IOC_SUBVOL_CREATE = 0x5000_940e;
/** _IOWR(0x94, 27, struct btrfs_ioctl_scrub_args). */
export const BTRFS_IOC_SCRUB = 0xc400_941b;
export const BTRFS_IOC_FS_INFO = 0x8400_941f;
/** _IOWR(0x94, 17, struct btrfs_ioctl_search_args_v2). */
export const BTRFS_IOC_TREE_SEARCH_V2 = 0xc070_9411;
/** _IOWR(0x94, 18, struct btrfs_ioctl_ino_lookup_args). */
export const BTRFS_IOC_INO_LOOKUP = 0xd000_9412;
/** _IOW(0x94, 23, struct btrfs_ioctl_vol_args_v2). */
export const BTRFS_IOC_SNAP_CREATE_V2 = 0x5000_9417;
/** _IOR(0x94, 57, struct btrfs_ioctl_feature_flags). */
export const BTRFS_IOC_GET_FEATURES = 0x8018_9439;
/** _IOW(0x94, 38, struct btrfs_ioctl_send_args). */
export const BTRFS_IOC_SEND = 0x4048_9426;
export const FIONREAD = 0x541b;
/** _IOWR(0x94, 59, struct btrfs_ioctl_logical_ino_args). */
export const BTRFS_IOC_LOGICAL_INO_V2 = 0xc038_943b;
/** _IOW(0x94, 63, struct btrfs_ioctl_vol_args_v2). */
export const BTRFS_IOC_SNAP_DESTROY_V2 = 0x5000_943f;
/** _IOWR('f', 11, struct fiemap). */
export const FS_IOC_FIEMAP = 0xc020_660b;

/** Commands of fcntl(2). Source: include/uapi/asm-generic/fcntl.h, include/uapi/linux/fcntl.h. */
export const F_GETFL = 3;
export const F_SETFL = 4;
export const F_SETPIPE_SZ = 1031;
export const F_DUPFD_CLOEXEC = 1030;

/** Of lseek(2), mmap(2) and openat(2). Source: include/uapi/linux/fs.h, asm-generic/mman-common.h, fcntl.h. */
export const SEEK_END = 2;
export const SEEK_DATA = 3;
export const SEEK_HOLE = 4;
export const POSIX_FADV_DONTNEED = 4;
export const PROT_NONE = 0;
export const PROT_READ = 1;
export const PROT_WRITE = 2;
export const MAP_SHARED = 1;
export const MAP_PRIVATE_ANONYMOUS = 0x22;

/** Of statx(2). Source: include/uapi/linux/stat.h, include/uapi/linux/fcntl.h. */
export const STATX_BASIC_STATS = 0x7ff;
export const AT_EMPTY_PATH = 0x1000;

/** f_type of statfs(2). Source: include/uapi/linux/magic.h, fs/xfs/libxfs/xfs_format.h. */
export const BTRFS_SUPER_MAGIC = 0x9123_683e;
export const XFS_SUPER_MAGIC = 0x5846_5342;
export const TMPFS_MAGIC = 0x0102_1994;
/** Of ext2 and ext3 too. */
export const EXT4_SUPER_MAGIC = 0xef53;
export const OVERLAYFS_SUPER_MAGIC = 0x794c_7630;
export const NFS_SUPER_MAGIC = 0x6969;

/** Flags of struct fiemap and its extents. Source: include/uapi/linux/fiemap.h (Linux 6.18). */
export const FIEMAP_FLAG_SYNC = 1;
export const FIEMAP_EXTENT_LAST = 0x1;
export const FIEMAP_EXTENT_DELALLOC = 0x4;
export const FIEMAP_EXTENT_ENCODED = 0x8;
export const FIEMAP_EXTENT_DATA_INLINE = 0x200;
export const FIEMAP_EXTENT_UNWRITTEN = 0x800;
export const FIEMAP_EXTENT_SHARED = 0x2000;

/** Keys and types of items. Source: include/uapi/linux/btrfs_tree.h (Linux 6.18). */
export const BTRFS_INODE_ITEM_KEY = 1;
export const BTRFS_EXTENT_DATA_KEY = 108;
export const BTRFS_EXTENT_ITEM_KEY = 168;
export const BTRFS_EXTENT_TREE_OBJECTID = 2n;
export const BTRFS_FIRST_FREE_OBJECTID = 256n;
export const BTRFS_FILE_EXTENT_INLINE = 0;
export const BTRFS_FILE_EXTENT_PREALLOC = 2;
/** Of struct btrfs_extent_item, and of struct btrfs_ioctl_feature_flags. */
export const BTRFS_EXTENT_FLAG_DATA = 1n;
export const BTRFS_FEATURE_INCOMPAT_NO_HOLES = 0x200n;
/** Flags of struct btrfs_ioctl_vol_args_v2 and struct btrfs_ioctl_logical_ino_args. */
export const BTRFS_SCRUB_READONLY = 1n;
export const BTRFS_SUBVOL_RDONLY = 2n;
export const BTRFS_LOGICAL_INO_ARGS_IGNORE_OFFSET = 1n;

/** A field of an argument: where it starts, how many bytes it has. */
export interface Field {
  readonly name: string;
  readonly at: number;
  readonly size: number;
}

/** The argument of the dedupe call, as a version of it names its fields; the bytes are the same in all of them. */
export interface DedupeAbi {
  /** Without the entries. */
  readonly header: readonly Field[];
  /** The inputs of an entry. */
  readonly entry: readonly Field[];
  /** Where files_deduped stands, a u16 that is an output; undefined where there is none. */
  readonly filesDedupedAt: number | undefined;
}

/** struct file_dedupe_range and struct file_dedupe_range_info. */
export const dedupeAbi: DedupeAbi = {
  header: [
    { name: "src_offset", at: 0, size: 8 },
    { name: "src_length", at: 8, size: 8 },
    { name: "dest_count", at: 16, size: 2 },
    { name: "reserved1", at: 18, size: 2 },
    { name: "reserved2", at: 20, size: 4 },
  ],
  entry: [
    { name: "dest_fd", at: 0, size: 8 },
    { name: "dest_offset", at: 8, size: 8 },
    { name: "reserved", at: 28, size: 4 },
  ],
  filesDedupedAt: undefined,
};

/**
 * struct btrfs_ioctl_same_args and struct btrfs_ioctl_same_extent_info of the first
 * proposal: linux-btrfs mail of April 2013, "btrfs: offline dedupe".
 */
export const seedAbi: DedupeAbi = {
  header: [
    { name: "logical_offset", at: 0, size: 8 },
    { name: "length", at: 8, size: 8 },
    { name: "total_files", at: 16, size: 2 },
    { name: "reserved", at: 20, size: 4 },
  ],
  entry: [
    { name: "fd", at: 0, size: 8 },
    { name: "logical_offset", at: 8, size: 8 },
    { name: "reserved", at: 28, size: 4 },
  ],
  filesDedupedAt: 18,
};

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
