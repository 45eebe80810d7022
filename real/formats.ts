/** How file systems of each format are made, and which format one that is there has. */

import { formats, formatsOf, type Format, type FormatName, type FsKind } from "../model/index.ts";
import { XFS_SUPER_MAGIC } from "./abi.ts";
import { fsStatus } from "./fs-status.ts";
import type { Libc } from "./libc.ts";
import { xfsReflinks } from "./xfs-geometry.ts";

/** Options of mkfs and of mount. */
export interface Recipe {
  readonly mkfs: readonly string[];
  readonly mount: readonly string[];
}

/** A recipe, and how long a file system that is made by it is used. */
interface Row extends Recipe {
  /** Programs that run on one file system, at most. */
  readonly programs: number;
}

/** Of most file systems. */
const programs = 512;

/** One row a format; a person's own options stand behind these. */
// oxfmt-ignore
export const recipes: Readonly<Record<FormatName, Row>> = {
  default: { mkfs: [], mount: [], programs },
  strict: { mkfs: [], mount: ["max_inline=0"], programs },
  "explicit-holes": { mkfs: ["-O", "^no-holes"], mount: ["max_inline=0"], programs },
  compressed: { mkfs: [], mount: ["max_inline=0", "compress-force=zstd"], programs },
  nodatacow: { mkfs: [], mount: ["max_inline=0", "nodatacow"], programs },
  xfs: { mkfs: [], mount: [], programs },
  "xfs-1k": { mkfs: ["-b", "size=1024"], mount: [], programs },
  // It refuses every entry: few programs say all there is.
  "xfs-no-reflink": { mkfs: ["-m", "reflink=0"], mount: [], programs: 32 },
};

/** The format that options make; undefined where they leave it open. */
export interface Given {
  readonly format: Format | undefined;
  /** Whether it is known where files lie on a file system with these options. */
  readonly followed: boolean;
  /** Whether data lie on the disk twice or in parts: a damaged copy is read from the other one, and nothing is swapped to. */
  readonly copied: boolean;
}

/** Reads a person's own options, of a file system of this kind. */
export function givenFormat(fs: FsKind, own: Recipe): Given {
  return readers[fs](own);
}

const readers: Readonly<Record<FsKind, (own: Recipe) => Given>> = { btrfs: ofBtrfs, xfs: ofXfs };

/** Options of btrfs that decide where files lie. */
const decisive = /^(?:max_inline=|compress|nodatacow|nodatasum)/;

const copying = /(?:^| )(?:-d|--data)[ =]?(?:dup|raid)/i;

function ofBtrfs({ mkfs, mount }: Recipe): Given {
  const copied = copying.test(mkfs.join(" "));
  const decided = mount.filter((option) => decisive.test(option)).toSorted();
  const holed = mkfs.some((word) => word.includes("no-holes"));
  if (decided.length === 0 && !holed) return { format: undefined, followed: true, copied };
  if (decided.includes("nodatacow")) return { format: formats.nodatacow, followed: !holed, copied };
  const row = formatsOf("btrfs").find(({ name }) => {
    const recipe = recipes[name];
    return String(recipe.mount.toSorted()) === String(decided) && recipe.mkfs.length > 0 === holed;
  });
  return { format: row ?? formats.default, followed: row !== undefined, copied };
}

/** Options of XFS by which more is reserved than is written. */
const reserving = /^(?:allocsize=|.*(?:cowextsize|extszinherit)=)/;

/** The disk itself tells what options of mkfs made of it. */
function ofXfs({ mkfs, mount }: Recipe): Given {
  const followed = ![...mkfs, ...mount].some((option) => reserving.test(option));
  return { format: mkfs.length === 0 ? undefined : formats.xfs, followed, copied: false };
}

/**
 * The format with the block of the file system on which a descriptor lies and, on
 * XFS, the one that the disk tells of.
 */
export function measured(libc: Libc, fd: number, { name, ...format }: Format): Format {
  const status = fsStatus(libc, fd);
  const block = BigInt(status.block);
  if (status.type !== XFS_SUPER_MAGIC) return { name, ...format, block };
  const reflink = xfsReflinks(libc, fd) ?? true;
  const row = formatsOf("xfs").find((each) => each.block === block && each.reflink === reflink);
  return row ?? { ...formats.xfs, block, reflink };
}
