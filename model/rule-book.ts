/** Every rule in a row, whatever its table: for people, who ask what it says and where it stands. */

import { answerText } from "./answer-text.ts";
import { clauses, type SpecClause } from "./clauses.ts";
import { cloneRules } from "./clone-rules.ts";
import { copyOutRules } from "./copy-out-rules.ts";
import { entryRules, requestRules } from "./dedupe-rules.ts";
import { errnoName } from "./errno.ts";
import type { FsKind } from "./format.ts";
import {
  closeRules,
  fallocateRules,
  inspectRules,
  nocowRules,
  readRules,
  storeRules,
  syncRules,
  truncateRules,
  writeRules,
} from "./file-rules.ts";
import type { FileRule } from "./file-rule.ts";
import { sharingClauses } from "./sharing-clauses.ts";
import { later } from "./later.ts";
import { witnessRules, type WitnessRule } from "./observed-values.ts";
import {
  deleteRules,
  linkRules,
  makeRules,
  openRules,
  snapshotRules,
  subvolumeRules,
  unlinkRules,
} from "./path-rules.ts";
import { chattrRules, chmodRules, chownRules, modeRules } from "./rights-rules.ts";
import type { Evidence, Rule } from "./rule.ts";
import type { Errno } from "./units.ts";

export interface RuleText {
  readonly id: string;
  /** The call that asks it: `dedupe`, `clone`, `open` and so on. */
  readonly call: string;
  /**
   * Where in the life of the call; `clause` for what follows from rules, `witness`
   * for what a kernel is held to beside its answers, `not asked` for what is only known.
   */
  readonly stage: string;
  /** Its place in the order of its call, from 1; undefined for what is no check of its own. */
  readonly place: number | undefined;
  readonly says: string;
  /** `EINVAL` fails the call, `-EINVAL` is an entry's status; empty where it decides nothing by itself. */
  readonly answers: string;
  readonly source: string;
  readonly evidence: Evidence;
  /** The one file system that has it; undefined where every one does. */
  readonly on: FsKind | undefined;
  /** Why no trace shows it, and in a word or two what that is the reason for. */
  readonly why: string | undefined;
  readonly because: "Never decides" | "Not asked" | "No trace";
}

/** What every look into a file is held to. */
const contents: RuleText = {
  id: "CONTENTS",
  call: "inspect",
  stage: "clause",
  place: undefined,
  says: "A file holds what was written and cloned into it; sharing changes no byte.",
  answers: "",
  source: "ioctl_fideduperange(2), 2019; fs/remap_range.c, Linux 6.18",
  evidence: "trace",
  on: undefined,
  why: undefined,
  because: "No trace",
};

const fileTables: Readonly<Record<string, readonly FileRule<never>[]>> = {
  open: openRules,
  close: closeRules,
  make: makeRules,
  link: linkRules,
  unlink: unlinkRules,
  subvolume: subvolumeRules,
  snapshot: snapshotRules,
  delete: deleteRules,
  read: readRules,
  write: writeRules,
  store: storeRules,
  truncate: truncateRules,
  fallocate: fallocateRules,
  nocow: nocowRules,
  chmod: chmodRules,
  chown: chownRules,
  chattr: chattrRules,
  mode: modeRules,
  sync: syncRules,
  inspect: inspectRules,
};

/**
 * The rules of a dedupe in kernel order, its clauses, and what is known but not
 * asked; behind them the rules of the other calls.
 */
export const rules: readonly RuleText[] = [
  ...numbered([
    ...requestRules.map(dedupeRow),
    ...entryRules.map(dedupeRow),
    ...copyOutRules.map((rule) => failingRow("dedupe", "copy out", rule)),
  ]),
  ...[...clauses, ...sharingClauses].map(clauseRow),
  ...later.map(laterRow),
  contents,
  ...witnessRules
    .filter(({ rule }) => sharingClauses.every(({ id }) => id !== rule))
    .map(witnessRow),
  ...numbered(cloneRules.map((rule) => failingRow("clone", "request", rule))),
  ...Object.entries(fileTables).flatMap(([call, table]) =>
    numbered(table.map((rule) => failingRow(call, "request", rule))),
  ),
];

const book: ReadonlyMap<string, RuleText> = new Map(rules.map((rule) => [rule.id, rule]));

/** Undefined for an id that no table has. */
export function ruleText(id: string): RuleText | undefined {
  return book.get(id);
}

function numbered(rows: readonly RuleText[]): readonly RuleText[] {
  return rows.map((row, index) => ({ ...row, place: index + 1 }));
}

function dedupeRow<Subject>(rule: Rule<Subject>): RuleText {
  const { id, stage, says, source, evidence = "trace", on, shadowed, unmet } = rule;
  const answers = answerText(rule.answers);
  const why = shadowed ?? unmet;
  const because = shadowed === undefined ? "No trace" : "Never decides";
  const row = { ...contents, id, call: "dedupe", stage, says, answers, source, evidence, on };
  return { ...row, why, because };
}

interface Failing {
  readonly id: string;
  readonly errno: Errno;
  readonly source: string;
  readonly says?: string;
  readonly evidence?: Evidence;
}

function failingRow(call: string, stage: string, rule: Failing): RuleText {
  const { id, source, evidence = "trace" } = rule;
  const answers = errnoName(rule.errno);
  const { says = `The call fails with ${answers}.` } = rule;
  return { ...contents, id, call, stage, says, answers, source, evidence };
}

function clauseRow({
  id,
  says,
  follows,
  on,
}: Pick<SpecClause, "id" | "says" | "follows" | "on">): RuleText {
  const source = `follows from ${follows}`;
  return { ...contents, id, call: "dedupe", says, source, on };
}

function laterRow({ id, says, why, evidence = "source only" }: (typeof later)[number]): RuleText {
  const row = { ...contents, id, call: "dedupe", stage: "not asked", says, source: "", evidence };
  return { ...row, why, because: "Not asked" };
}

/** Of a witness that is not a clause already; a call of its own, for a look is no call of a dedupe. */
function witnessRow(witness: WitnessRule): RuleText {
  const { rule, when, says, source, evidence = "a test" } = witness;
  const why =
    evidence === "trace"
      ? undefined
      : `it is looked at after each ${when}, and shows where a kernel breaks it`;
  const row = { ...contents, id: rule, call: "observe", stage: "witness", says, source, why };
  return { ...row, evidence };
}
