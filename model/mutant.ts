/** A kernel that is wrong in one thing, on purpose: what a campaign is worth is which of them it finds. */

import type { EntryFacts } from "./facts.ts";
import { linux618Btrfs, type Profile } from "./profile.ts";
import type { Rule } from "./rule.ts";
import { workedTables, type Tables } from "./tables.ts";

export interface Mutant {
  /** One word. */
  readonly id: string;
  /** One line: what is wrong. */
  readonly says: string;
  /** The rules, or clauses, that it breaks: a finding that names one of them names the bug. */
  readonly breaks: readonly string[];
  /** What a kernel with the bug does. */
  readonly kernel: Profile;
  /** What it is held to. */
  readonly right: Profile;
}

/** The profile with something else in it. */
export function changed(
  right: Profile,
  id: string,
  says: string,
  change: Partial<Profile>,
): Profile {
  return { ...right, ...change, name: `${id}/${right.fs}`, about: says };
}

/** The tables of a profile with another one in place of one or more. */
export function withTables(
  { fs, tables }: Profile,
  change: Partial<Tables>,
): Pick<Profile, "tables"> {
  const { request, entry, copyOut } = tables;
  return { tables: workedTables(fs, { request, entry, copyOut, ...change }) };
}

/** The rules with others in place of the one with an id. */
export function replacing<Subject>(
  rules: readonly Rule<Subject>[],
  id: string,
  by: (rule: Rule<Subject>) => readonly Rule<Subject>[],
): readonly Rule<Subject>[] {
  return rules.flatMap((rule) => (rule.id === id ? by(rule) : rule));
}

/** A profile with another rule, or none, in place of one about an entry. */
export function withEntryRule(
  id: string,
  by: (rule: Rule<EntryFacts>) => readonly Rule<EntryFacts>[],
  right: Profile = linux618Btrfs,
): Pick<Profile, "tables"> {
  return withTables(right, { entry: replacing(right.tables.entry, id, by) });
}
