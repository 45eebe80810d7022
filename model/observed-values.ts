/**
 * Every value that is compared with what a kernel did, and what decides it: the
 * rule, in a sentence, and where it was found. The witnesses of a contradiction
 * are rows of the same table, so that a finding can name its rule.
 */

import type { Witness } from "./contradiction.ts";
import type { Evidence } from "./rule.ts";

interface ObservedValue {
  /** What is compared: a kind of difference of a finding. */
  readonly value: string;
  readonly when: string;
  /** The rules that decide it, or the one that a contradiction breaks. */
  readonly rule: string;
  readonly says: string;
  readonly source: string;
}

/** A value that is held against what the same kernel said at the same time. */
export interface WitnessRule extends ObservedValue {
  readonly value: Witness;
  /** A test, in which a kernel that lies is found by it, where nothing is said. */
  readonly evidence?: Evidence;
}

const sizes = "found by experiment on images of every kind, Linux 6.18";

// oxfmt-ignore
export const outcomeValues: readonly ObservedValue[] = [
  { value: "errno", when: "every call", rule: "I1 to H7, O1", says: "The first rule of the request that applies fails the call; of other calls, the rules of their tables.", source: "fs/remap_range.c, vfs_dedupe_file_range, Linux 6.18" },
  { value: "result", when: "every call", rule: "I1 to H7, O1", says: "0 for a dedupe that did not fail, the bytes of a read or write, else 0.", source: "fs/ioctl.c, ioctl_file_dedupe_range, Linux 6.18" },
  { value: "status", when: "dedupe", rule: "D1 to S1", says: "The first rule of the entry that applies: 0 for the same, 1 for a difference, -errno.", source: "fs/remap_range.c, vfs_dedupe_file_range, Linux 6.18" },
  { value: "bytes", when: "dedupe", rule: "H8 S1", says: "bytes_deduped is the length that H8 left, also where less was shared; 0 where nothing was the same.", source: "fs/remap_range.c, vfs_dedupe_file_range, Linux 6.18" },
  { value: "argument", when: "dedupe, clone", rule: "O1", says: "Nothing else in the argument changes.", source: "fs/ioctl.c, ioctl_file_dedupe_range, Linux 6.18" },
  { value: "contents", when: "read, inspect", rule: "CONTENTS", says: "A file holds what was written and cloned into it; sharing changes no byte.", source: "ioctl_fideduperange(2), 2019; fs/remap_range.c, Linux 6.18" },
  { value: "size", when: "inspect", rule: "CONTENTS", says: "A dedupe changes no size; a clone moves the end of file to the end of its range where it lies behind.", source: "fs/btrfs/reflink.c, btrfs_clone, Linux 6.18" },
  { value: "kind", when: "observe", rule: "SHARE-03 SHARE-04", says: "A block is a hole, data or unwritten as the last call on it left it; a shared one is what the source's block is.", source: "fs/btrfs/file.c and reflink.c, Linux 6.18; found by experiment" },
  { value: "sharing", when: "observe", rule: "SHARE-01 SHARE-09", says: "Blocks that were shared and not written since are one block of the disk; a written one is no other's.", source: "fs/btrfs/reflink.c, btrfs_clone, Linux 6.18" },
  { value: "items", when: "observe", rule: "SHARE-01 SHARE-02", says: "Items are cut at the borders of ranges and at steps of 16 MiB; the rest keeps the extent. Compared where no freedom is left.", source: "fs/btrfs/reflink.c, btrfs_extent_same, Linux 6.18" },
];

// oxfmt-ignore
export const witnessRules: readonly WitnessRule[] = [
  { value: "fiemap", when: "observe", rule: "DISK-01", says: "FIEMAP tells of each block as its item does: the same kind, on the same block of the disk where it is not compressed.", source: "fs/btrfs/fiemap.c, extent_fiemap, Linux 6.18" },
  { value: "shared", when: "observe", rule: "SHARE-08", says: "FIEMAP says shared of every item whose extent has a second, different reference: root, inode, file offset less offset in the extent.", source: "fs/btrfs/backref.c, btrfs_is_data_extent_shared, Linux 6.18" },
  { value: "shared-late", when: "observe", rule: "SUB-06", says: "FIEMAP says shared right after the call, before anything is written out.", source: "fs/btrfs/backref.c, btrfs_is_data_extent_shared, Linux 6.18" },
  { value: "st-blocks", when: "observe", rule: "SHARE-07", says: "The st_blocks of a file count the blocks of data and unwritten items, before compression and beyond the end of file too; an inline item is one block.", source: `fs/btrfs/inode.c, btrfs_getattr, Linux 6.18; ${sizes}` },
  { value: "seek", when: "observe", rule: "DISK-02", says: "SEEK_DATA and SEEK_HOLE find data and inline items below the end of file; holes and unwritten items are holes. A file with as many bytes in items as its size may be told as one range (SEEK-FULL), and data that goes on to 2^63 ends at -2^63.", source: `fs/btrfs/file.c, find_desired_extent, Linux 6.18; ${sizes}` },
  { value: "holes", when: "observe", rule: "DISK-03", says: "With NO_HOLES no item is a hole; without, every block below the end of file is in an item.", source: `fs/btrfs/file.c, btrfs_cont_expand, Linux 6.18; ${sizes}` },
  { value: "references", when: "observe, after a commit", rule: "DISK-04", says: "LOGICAL_INO_V2 lists, for an extent, the items that refer to it, each once and no other.", source: "fs/btrfs/backref.c, iterate_inodes_from_logical, Linux 6.18" },
  { value: "count", when: "observe, after a commit, where no snapshot was ever taken", rule: "DISK-05", says: "The extent's item in the extent tree counts the items that refer to it.", source: "fs/btrfs/extent-tree.c and struct btrfs_extent_item, Linux 6.18" },
  { value: "freed", when: "observe, after a commit", rule: "DISK-06", says: "An extent to which nothing refers any more is not allocated. Eventual: one that somebody may still hold is waited for, and then left undecided.", source: "fs/btrfs/extent-tree.c, __btrfs_free_extent, Linux 6.18" },
  { value: "times", when: "dedupe", rule: "FS-08", says: "A dedupe changes no atime, mtime or ctime, of its source or of a target.", source: "fs/btrfs/reflink.c, btrfs_extent_same_range, Linux 6.18" },
  { value: "version", when: "observe, after a commit, behind dedupes since another one", rule: "FS-08a", says: "On btrfs a dedupe raises the version of each inode that it shares into, also where all was shared before, and of no other.", source: "fs/btrfs/reflink.c, clone_finish_inode_update, Linux 6.18; found by experiment", evidence: "trace" },
  { value: "checker", when: "check", rule: "DISK-07", says: "The checker finds nothing wrong with a file system that was unmounted.", source: "btrfs-check(8), btrfs-progs 6.2" },
  { value: "scrub", when: "scrub", rule: "DISK-08", says: "Every block of data and metadata can be read, and has the checksum that is kept of it.", source: "fs/btrfs/scrub.c, btrfs_scrub_dev, Linux 6.18" },
];

/** The rule of a witness. */
export function witnessRule(witness: string): string | undefined {
  return witnessRules.find(({ value }) => value === witness)?.rule;
}
