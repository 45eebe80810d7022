/** The rules of a dedupe, all of them: the tables that a profile has, with what follows from them alone. */

import type { CopyOutRule } from "./copy-out-rules.ts";
import type { EntryFacts, RequestFacts } from "./facts.ts";
import type { FsKind } from "./format.ts";
import { deciding, type Rule } from "./rule.ts";

/** Each in the order in which it is asked. */
export interface Tables {
  /** Asked once a call. */
  readonly request: readonly Rule<RequestFacts>[];
  /** Asked of each entry; the last one always applies. */
  readonly entry: readonly Rule<EntryFacts>[];
  /** Asked behind the last entry. */
  readonly copyOut: readonly CopyOutRule[];
}

/** Tables with what the stepper asks of them. */
export interface WorkedTables extends Tables {
  /** The rules that may end the walk. */
  readonly deciding: Pick<Tables, "request" | "entry">;
  /** The rules that cut a length: the cap of a request, the caller's limit, and whole blocks. */
  readonly caps: Cut<RequestFacts>;
  readonly limits: Cut<EntryFacts>;
  readonly rounds: Cut<EntryFacts>;
  /** Ids of the rules that raise SIGXFSZ. */
  readonly raising: ReadonlySet<string | undefined>;
}

/** Bytes that a rule leaves; undefined where a table has no such rule. */
type Cut<Subject> = Rule<Subject>["leaves"];

/** The rules that a file system has, of tables that may have those of others too. */
export function workedTables(fs: FsKind, tables: Tables): WorkedTables {
  const request = rulesOn(fs, tables.request);
  const entry = rulesOn(fs, tables.entry);
  const { copyOut } = tables;
  return {
    request,
    entry,
    copyOut,
    deciding: { request: deciding(request), entry: deciding(entry) },
    caps: cutOf(request, "H8"),
    limits: cutOf(entry, "G6b"),
    rounds: cutOf(entry, "G7"),
    raising: new Set(entry.flatMap(({ id, raises }) => (raises === true ? [id] : []))),
  };
}

function rulesOn<Subject>(fs: FsKind, rules: readonly Rule<Subject>[]): readonly Rule<Subject>[] {
  return rules.filter(({ on = fs }) => on === fs);
}

function cutOf<Subject>(rules: readonly Rule<Subject>[], cutting: string): Cut<Subject> {
  return rules.find(({ id }) => id === cutting)?.leaves;
}
