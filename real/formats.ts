/** How file systems of each format are made, and which format a person's own options make. */

import { formats, type Format, type FormatName } from "../model/index.ts";

/** Options of mkfs and of mount. */
export interface Recipe {
  readonly mkfs: readonly string[];
  readonly mount: readonly string[];
}

/** One row a format; a person's own options stand behind these. */
export const recipes: Readonly<Record<FormatName, Recipe>> = {
  default: { mkfs: [], mount: [] },
  strict: { mkfs: [], mount: ["max_inline=0"] },
  "explicit-holes": { mkfs: ["-O", "^no-holes"], mount: ["max_inline=0"] },
  compressed: { mkfs: [], mount: ["max_inline=0", "compress-force=zstd"] },
  nodatacow: { mkfs: [], mount: ["max_inline=0", "nodatacow"] },
};

/** The format that options make; undefined where they leave it open. */
export interface Given {
  readonly format: Format | undefined;
  /** Whether it is known where files lie on a file system with these options. */
  readonly followed: boolean;
}

/** Options that decide where files lie. */
const decisive = /^(?:max_inline=|compress|nodatacow|nodatasum)/;

/** Reads a person's own options. */
export function givenFormat({ mkfs, mount }: Recipe): Given {
  const decided = mount.filter((option) => decisive.test(option)).toSorted();
  const holed = mkfs.some((word) => word.includes("no-holes"));
  if (decided.length === 0 && !holed) return { format: undefined, followed: true };
  if (decided.includes("nodatacow")) return { format: formats.nodatacow, followed: !holed };
  const row = Object.values(formats).find(({ name }) => {
    const recipe = recipes[name];
    return String(recipe.mount.toSorted()) === String(decided) && recipe.mkfs.length > 0 === holed;
  });
  return { format: row ?? formats.default, followed: row !== undefined };
}
