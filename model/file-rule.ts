/**
 * A row of what the other calls of a program answer when they fail. They are not
 * what is specified here, but a program cannot be followed without them.
 */

import { errnoOf, type ErrnoName } from "./errno.ts";
import type { Profile } from "./profile.ts";
import type { Clause } from "./rule.ts";
import type { Errno } from "./units.ts";

export interface FileRule<Subject> extends Clause<Subject> {
  readonly errno: Errno;
  readonly source: string;
}

/** A rule that applies to subjects, in the words of a table. */
export function row<Subject>(
  id: string,
  errno: ErrnoName,
  when: (subject: Subject, profile: Profile) => boolean,
  source: string,
): FileRule<Subject> {
  return { id, errno: errnoOf(errno), when, source: `${source}, Linux 6.18` };
}
