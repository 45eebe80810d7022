/** Every profile by its name. */

import type { FsKind } from "./format.ts";
import { linuxHistory } from "./linux-history.ts";
import { manualPage } from "./manual-page.ts";
import { canary, linux618Btrfs, linux618Xfs, type Profile } from "./profile.ts";
import { proposedActual, proposedActualXfs, proposedEinval } from "./proposed.ts";
import { seed2013 } from "./seed-2013.ts";

export const profiles: readonly Profile[] = [
  linux618Btrfs,
  linux618Xfs,
  ...linuxHistory,
  manualPage,
  seed2013,
  proposedEinval,
  proposedActual,
  proposedActualXfs,
  canary,
];

/** What each file system is held to where nobody names a profile. */
const usualProfiles: Readonly<Record<FsKind, Profile>> = { btrfs: linux618Btrfs, xfs: linux618Xfs };

/** The profile of a file system. */
export function profileFor(fs: FsKind): Profile {
  return usualProfiles[fs];
}
