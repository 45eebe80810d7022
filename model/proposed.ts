/** What was proposed for bytes_deduped where less was shared than asked for: two futures of Linux 6.18 on btrfs, and one on XFS. */

import { amended, type Amendment } from "./amendment.ts";
import { linux618Btrfs, linux618Xfs, type Profile } from "./profile.ts";
import { status } from "./rule.ts";
import { changed } from "./table-edit.ts";

const actual: Amendment = {
  topic: "bytes_deduped",
  says: "bytes_deduped is what was shared, also where that is nothing.",
  basis: "read",
  source: "commit 4a57a8400075, Linux 5.19-rc7, reverted by b926f2adb044",
  switches: { reports: "shared" },
};

const einval: Amendment = {
  topic: "length that rounds to 0",
  says: "A length that was rounded to 0 gets -EINVAL.",
  basis: "read",
  source: "fs/remap_range.c, vfs_dedupe_file_range, as proposed on linux-fsdevel",
  entry: changed("G9", {
    answers: status("EINVAL"),
    says: "A length that was rounded to 0 gets -EINVAL; nothing is compared or shared.",
  }),
};

export const proposedActual: Profile = amended(
  linux618Btrfs,
  {
    name: "proposed-actual",
    about: "a proposed future of Linux: bytes_deduped is what was shared",
  },
  [actual],
);

export const proposedActualXfs: Profile = amended(
  linux618Xfs,
  {
    name: "proposed-actual/xfs",
    about: "a proposed future of Linux on XFS: bytes_deduped is what was shared",
  },
  [actual],
);

export const proposedEinval: Profile = amended(
  linux618Btrfs,
  {
    name: "proposed-einval",
    about:
      "a proposed future of Linux: bytes_deduped is what was shared, and -EINVAL where that is nothing",
  },
  [actual, einval],
);
