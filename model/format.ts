/**
 * How a file system was made and mounted, as far as it decides where files lie.
 * Each format has a name, which the header of a trace gives.
 */

export interface Format {
  readonly name: FormatName;
  /** One line, for people. */
  readonly about: string;
  /** The largest file, in bytes, that is kept inside its item; 0 where none is. */
  readonly maxInline: bigint;
  /** Whether files are created without checksums and written in place. */
  readonly nodatacow: boolean;
}

export type FormatName = "default" | "strict" | "explicit-holes" | "compressed" | "nodatacow";

/**
 * Every format of btrfs that is followed. 2048 is the default of max_inline where
 * sectors have 4 KiB: btrfs(5), and BTRFS_DEFAULT_MAX_INLINE in fs/btrfs/fs.h,
 * Linux 6.18. With explicit holes or compression blocks are of the same kinds as
 * without; items that only say "hole" are not compared.
 */
// oxfmt-ignore
export const formats: Readonly<Record<FormatName, Format>> = {
  default: { name: "default", maxInline: 2048n, nodatacow: false,
    about: "as mkfs.btrfs and mount make it: small files are inline" },
  strict: { name: "strict", maxInline: 0n, nodatacow: false,
    about: "max_inline=0: a layout has no freedom but those of punched and zeroed ranges" },
  "explicit-holes": { name: "explicit-holes", maxInline: 0n, nodatacow: false,
    about: "mkfs -O ^no-holes, max_inline=0: holes have items of their own" },
  compressed: { name: "compressed", maxInline: 0n, nodatacow: false,
    about: "compress-force=zstd, max_inline=0" },
  nodatacow: { name: "nodatacow", maxInline: 0n, nodatacow: true,
    about: "nodatacow, max_inline=0: every file is without checksums" },
};

/** A format by a name that somebody typed. */
export function formatOf(name: string): Format | undefined {
  return Object.values(formats).find((format) => format.name === name);
}
