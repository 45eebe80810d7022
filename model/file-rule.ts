/**
 * A row of what the other calls of a program answer when they fail. They are not
 * what is specified here, but a program cannot be followed without them.
 */

import { errnoOf, type ErrnoName } from "./errno.ts";
import { failed, type Outcome } from "./outcome.ts";
import type { Profile } from "./profile.ts";
import type { Clause } from "./rule.ts";
import type { Errno } from "./units.ts";

export interface FileRule<Subject> extends Clause<Subject> {
  readonly errno: Errno;
  readonly source: string;
  /** Whether SIGXFSZ is raised. */
  readonly raises?: boolean;
}

/** How a call fails by a rule. */
export function refusal({
  errno,
  raises = false,
}: Pick<FileRule<never>, "errno" | "raises">): Outcome {
  return failed(errno, { signalled: raises });
}

/** The rule that raises SIGXFSZ with its errno, EFBIG: a file would grow beyond the caller's limit. */
export function limitRow<Subject>(
  id: string,
  when: (subject: Subject) => boolean,
  source: string,
): FileRule<Subject> {
  return { ...row(id, "EFBIG", when, source), raises: true };
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
