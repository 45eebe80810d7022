/**
 * How a file system was made and mounted, as far as it decides what calls answer
 * and where files lie. Each format has a name, which the header of a trace gives.
 */

/** File systems of which a profile says what they answer. */
export type FsKind = "btrfs" | "xfs";

export interface Format {
  readonly name: FormatName;
  readonly fs: FsKind;
  /** One line, for people. */
  readonly about: string;
  /** Bytes of a block: the unit of offsets that can be shared, and the period of patterns. */
  readonly block: bigint;
  /** The largest file, in bytes, that is kept inside its item; 0 where none is. */
  readonly maxInline: bigint;
  /** Whether files are created without checksums and written in place. */
  readonly nodatacow: boolean;
  /** Whether files can share blocks. */
  readonly reflink: boolean;
}

export type FormatName =
  | "default"
  | "strict"
  | "explicit-holes"
  | "compressed"
  | "nodatacow"
  | "xfs"
  | "xfs-1k"
  | "xfs-no-reflink";

const btrfs = {
  fs: "btrfs",
  block: 4096n,
  maxInline: 0n,
  nodatacow: false,
  reflink: true,
} as const;
const xfs = { ...btrfs, fs: "xfs" } as const;

/**
 * Every format that is followed, the usual one of each file system first. 2048 is
 * the default of max_inline where sectors have 4 KiB: btrfs(5), and
 * BTRFS_DEFAULT_MAX_INLINE in fs/btrfs/fs.h, Linux 6.18. With explicit holes or
 * compression blocks are of the same kinds as without; items that only say "hole"
 * are not compared.
 */
// oxfmt-ignore
export const formats: Readonly<Record<FormatName, Format>> = {
  default: { ...btrfs, name: "default", maxInline: 2048n,
    about: "as mkfs.btrfs and mount make it: small files are inline" },
  strict: { ...btrfs, name: "strict",
    about: "max_inline=0: a layout has no freedom but those of punched and zeroed ranges" },
  "explicit-holes": { ...btrfs, name: "explicit-holes",
    about: "mkfs -O ^no-holes, max_inline=0: holes have items of their own" },
  compressed: { ...btrfs, name: "compressed",
    about: "compress-force=zstd, max_inline=0" },
  nodatacow: { ...btrfs, name: "nodatacow", nodatacow: true,
    about: "nodatacow, max_inline=0: every file is without checksums" },
  xfs: { ...xfs, name: "xfs",
    about: "as mkfs.xfs and mount make it: blocks of 4 KiB" },
  "xfs-1k": { ...xfs, name: "xfs-1k", block: 1024n,
    about: "mkfs.xfs -b size=1024: four blocks in a page" },
  "xfs-no-reflink": { ...xfs, name: "xfs-no-reflink", reflink: false,
    about: "mkfs.xfs -m reflink=0: no file can share blocks" },
};

/** A format by a name that somebody typed. */
export function formatOf(name: string): Format | undefined {
  return Object.values(formats).find((format) => format.name === name);
}

/** The formats of a file system, the usual one first. */
export function formatsOf(fs: FsKind): readonly [Format, ...Format[]] {
  const { [usualNames[fs]]: usual } = formats;
  return [usual, ...Object.values(formats).filter((each) => each.fs === fs && each !== usual)];
}

const usualNames = { btrfs: "default", xfs: "xfs" } as const satisfies Record<FsKind, FormatName>;

/** The file system in the name of a target or profile, such as `linux-6.18/xfs`; undefined for others. */
export function fsIn(name: string): FsKind | undefined {
  const [, kind] = name.split("/", 2);
  return kind === "btrfs" || kind === "xfs" ? kind : undefined;
}

/** The format of what a name such as `linux-6.18/xfs` names, where nothing more is said. */
export function usualFormat(name: string): Format {
  return formatsOf(fsIn(name) ?? "btrfs")[0];
}
