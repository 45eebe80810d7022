/** Versions of the specification, as data that the rules read. */

/** One version of what a call may answer. */
export interface Profile {
  /** As in the header of a trace. */
  readonly name: string;
  /** One line: what it describes. */
  readonly about: string;
  /** Bytes of a file-system block. */
  readonly block: bigint;
  /** Bytes of a page of memory: where a store through a mapping ends. */
  readonly page: bigint;
  /** What offset and length of a write with O_DIRECT must be a multiple of, in bytes. */
  readonly directUnit: bigint;
  /** Bytes that one request is cut to without a word (a limit of the VFS on dedupe alone). */
  readonly lengthCap: bigint;
  /** Entries that fit the page which the kernel gives the argument. */
  readonly maxTargets: number;
  /** Whose end of file the range must reach for the last, partial block to be shared. */
  readonly tail: "source and target" | "source";
  /** Bytes that bytes_deduped says more than was asked for. */
  readonly overReports: bigint;
}

/**
 * Linux 6.18 on btrfs with 4 KiB sectors and pages.
 *
 * Limits: fs/remap_range.c, vfs_dedupe_file_range (len cut to 1 GiB) and
 * fs/ioctl.c, ioctl_file_dedupe_range (size limited to PAGE_SIZE), Linux 6.18.
 */
export const linux618Btrfs: Profile = {
  name: "linux-6.18/btrfs",
  about: "Linux 6.18, btrfs, 4 KiB sectors",
  block: 4096n,
  page: 4096n,
  directUnit: 1n,
  lengthCap: 1n << 30n,
  maxTargets: 127,
  tail: "source and target",
  overReports: 0n,
};

/** A profile that is wrong on purpose: every test run must catch it. */
export const canary: Profile = {
  ...linux618Btrfs,
  name: "canary",
  about: "wrong on purpose: bytes_deduped says one block too many",
  overReports: 4096n,
};

/**
 * The corruption of 2018: the last, partial block of the source was shared into
 * the middle of the target. "btrfs: fix data corruption when deduplicating
 * between different files", commit de02b9f6bb65.
 */
export const corruption2018: Profile = {
  ...linux618Btrfs,
  name: "btrfs-tail-corruption-2018",
  about:
    "the bug that commit de02b9f6bb65 fixed in 4.19: a source's last partial block is shared into the middle of the target",
  tail: "source",
};

export const profiles: readonly Profile[] = [linux618Btrfs, canary, corruption2018];

export function profileOf(name: string): Profile | undefined {
  return profiles.find((profile) => profile.name === name);
}
