/** The layout of each file system. */

import { btrfsLayout } from "./layout.ts";
import type { FsKind } from "./format.ts";
import type { LayoutRules } from "./layout-rules.ts";
import { xfsLayout } from "./xfs-layout.ts";

export const layouts: Readonly<Record<FsKind, LayoutRules>> = {
  btrfs: btrfsLayout,
  xfs: xfsLayout,
};
