/** In what one version of the specification differs from a later one: rows, each with its evidence. */

import type { EntryFacts, RequestFacts } from "./facts.ts";
import type { Profile } from "./profile.ts";
import type { Edit } from "./table-edit.ts";
import { workedTables } from "./tables.ts";

/** On what a row rests: a kernel that was run, a source that was read, or memory. */
export type Basis = "run" | "read" | "remembered";

/** The switches of a profile: what it is beside its name and its tables. */
type Switches = Omit<Profile, "name" | "about" | "fs" | "tables" | "amendments">;

export interface Amendment {
  /** What it is about, in a few words. */
  readonly topic: string;
  /** One sentence in the present tense. */
  readonly says: string;
  readonly basis: Basis;
  /** Kernel path and function, or commit; or the mail. */
  readonly source: string;
  readonly request?: Edit<RequestFacts>;
  readonly entry?: Edit<EntryFacts>;
  readonly switches?: Partial<Switches>;
  /** Why no program shows it; undefined where one does. */
  readonly unseen?: string;
}

/** A profile with amendments, of which `amendments` tells all, newest first. */
export function amended(
  base: Profile,
  names: Pick<Profile, "name" | "about">,
  amendments: readonly Amendment[],
): Profile {
  const made = amendments.reduce(withAmendment, base);
  return { ...made, ...names, amendments: [...base.amendments, ...amendments] };
}

function withAmendment(profile: Profile, { request, entry, switches }: Amendment): Profile {
  const changed = { ...profile, ...switches };
  if (request === undefined && entry === undefined) return changed;
  const { fs, tables } = profile;
  return {
    ...changed,
    tables: workedTables(fs, {
      request: request?.(tables.request) ?? tables.request,
      entry: entry?.(tables.entry) ?? tables.entry,
      copyOut: tables.copyOut,
    }),
  };
}
