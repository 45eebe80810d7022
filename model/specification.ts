/** The specification as Markdown tables, made of the tables that the model reads. */

import { answerText } from "./answer-text.ts";
import { clauses } from "./clauses.ts";
import { copyOutRules } from "./copy-out-rules.ts";
import { entryRules, requestRules } from "./dedupe-rules.ts";
import { errnoName } from "./errno.ts";
import { later } from "./later.ts";
import { outcomeValues, witnessRules } from "./observed-values.ts";
import type { Rule } from "./rule.ts";

/** The rules of a dedupe call in kernel order: a line of Markdown each, below its head. */
export function ruleTable(): readonly string[] {
  return table(
    ["id", "stage", "says", "answers", "source"],
    [
      ...requestRules.map(ruleRow),
      ...entryRules.map(ruleRow),
      ...copyOutRules.map(({ id, errno, says, source }) => [
        id,
        "copy out",
        says,
        errnoName(errno),
        source,
      ]),
    ],
  );
}

/** The clauses that follow from rules. */
export function clauseTable(): readonly string[] {
  return table(
    ["id", "says", "follows from"],
    clauses.map(({ id, says, follows }) => [id, says, follows]),
  );
}

/** What decides each value that is compared. */
export function valueTable(): readonly string[] {
  return table(
    ["value", "compared at", "decided by", "says", "source"],
    [...outcomeValues, ...witnessRules].map(({ value, when, rule, says, source }) => [
      value,
      when,
      rule,
      says,
      source,
    ]),
  );
}

/** The rules that the model does not ask yet. */
export function laterTable(): readonly string[] {
  return table(
    ["id", "says", "why later"],
    later.map(({ id, says, why }) => [id, says, why]),
  );
}

function ruleRow<Subject>(rule: Rule<Subject>): readonly string[] {
  const { id, stage, says, answers, source, shadowed, unmet } = rule;
  const never = shadowed === undefined ? [] : [`Never decides: ${shadowed}.`];
  const notMet = unmet === undefined ? [] : [`No trace: ${unmet}.`];
  const note = [says, ...never, ...notMet].join(" ");
  return [id, stage, note, answerText(answers), source];
}

/** A table in columns of one width each, as the formatter leaves it. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const widths = head.map((_, column) =>
    Math.max(...[head, ...rows].map((cells) => (cells[column] ?? "").length)),
  );
  const rule = widths.map((width) => "-".repeat(width));
  return [head, rule, ...rows].map(
    (cells) => `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`,
  );
}
