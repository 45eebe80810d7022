/** Every rule by its id, for people: what it says, and where it stands in the source. */

import { clauses } from "./clauses.ts";
import { cloneRules } from "./clone-rules.ts";
import { copyOutRules } from "./copy-out-rules.ts";
import { entryRules, requestRules } from "./dedupe-rules.ts";
import { errnoName } from "./errno.ts";
import {
  closeRules,
  fallocateRules,
  inspectRules,
  linkRules,
  makeRules,
  nocowRules,
  openRules,
  readRules,
  syncRules,
  truncateRules,
  unlinkRules,
  writeRules,
} from "./file-rules.ts";

export interface RuleText {
  readonly says: string;
  readonly source: string;
}

/** What every look into a file is held to. */
const contents = {
  id: "CONTENTS",
  says: "A file holds what was written and cloned into it; sharing changes no byte.",
  source: "ioctl_fideduperange(2), 2019; fs/remap_range.c, Linux 6.18",
};

const failing = [
  openRules,
  closeRules,
  makeRules,
  linkRules,
  unlinkRules,
  readRules,
  writeRules,
  truncateRules,
  fallocateRules,
  nocowRules,
  syncRules,
  inspectRules,
].flatMap((table) =>
  table.map(({ id, errno, source }) => ({
    id,
    says: `The call fails with ${errnoName(errno)}.`,
    source,
  })),
);

const book: ReadonlyMap<string, RuleText> = new Map(
  [
    contents,
    ...requestRules,
    ...entryRules,
    ...copyOutRules,
    ...cloneRules,
    ...clauses.map(({ id, says, follows }) => ({ id, says, source: `follows from ${follows}` })),
    ...failing,
  ].map(({ id, says, source }) => [id, { says, source }]),
);

/** Undefined for an id that no table has. */
export function ruleText(id: string): RuleText | undefined {
  return book.get(id);
}
