/** What is checked behind the last entry, when the argument is written back. */

import { structBytes } from "./dedupe-rules.ts";
import { errnoOf } from "./errno.ts";
import type { RequestFacts } from "./facts.ts";
import type { Clause } from "./rule.ts";
import type { Errno } from "./units.ts";

/** A rule that fails a call whose entries are done, and stay done. */
export interface CopyOutRule extends Clause<RequestFacts> {
  readonly errno: Errno;
  /** One sentence in the present tense: when it applies and what follows. */
  readonly says: string;
  readonly source: string;
}

// oxfmt-ignore
export const copyOutRules: readonly CopyOutRule[] = [
  { id: "O1", errno: errnoOf("EFAULT"), source: "fs/ioctl.c, ioctl_file_dedupe_range, Linux 6.18",
    says: "An argument that cannot be written back whole fails the call with EFAULT; what its entries did is kept.",
    when: (r) => r.writableBytes < structBytes(r.count) },
];
