/** What a version allows a call to answer, in words: each way with the rule that gives it. */

import {
  allowanceOf,
  errnoName,
  statusDiffers,
  type EntryEnd,
  type Op,
  type Profile,
  type Returned,
  type State,
} from "../model/index.ts";
import { numberText } from "./number-text.ts";
import { printOutcome } from "./outcome-text.ts";
import { toldWays } from "./told-ways.ts";

/** One for each way; an entry of several is named by its number. */
export function allowedTexts(
  profile: Profile,
  state: State,
  op: Op,
  branches: readonly Returned[],
): readonly string[] {
  if (op.kind !== "dedupe" || profile.precedence === "kernel order") {
    return toldWays(branches, maxListed).map(({ outcome, decisions }) =>
      withRules(
        printOutcome(op, outcome),
        decisions.flatMap(({ rule }) => rule ?? []),
      ),
    );
  }
  const { failures, entries } = allowanceOf(profile, state, op);
  const failing = grouped(
    failures.map(({ rule, errno }) => [
      errno === "any" ? "any errno" : `errno ${errnoName(errno)}`,
      rule,
    ]),
  );
  const counted = profile.countsFiles ? ", and files_deduped the number of those" : "";
  const ending = grouped(
    (entries ?? []).flatMap(({ ends }, at) =>
      ends.map((end): Way => {
        const which = op.targets.length > 1 ? `entry ${at + 1} ` : "";
        return [`${which}${endText(end)}${end.status === 0 ? counted : ""}`, end.rule.id];
      }),
    ),
  );
  return [...failing, ...ending].slice(0, maxListed);
}

/** Ways that are told, at most. */
const maxListed = 8;

type Way = readonly [text: string, rule: string];

/** Ways that say the same once, with all their rules. */
function grouped(ways: readonly Way[]): readonly string[] {
  const rules = new Map<string, string[]>();
  for (const [text, rule] of ways) rules.set(text, [...(rules.get(text) ?? []), rule]);
  return [...rules].map(([text, ids]) => withRules(text, ids));
}

function withRules(text: string, ids: readonly string[]): string {
  const each = [...new Set(ids)];
  return each.length === 0 ? text : `${text} (${each.join(", ")})`;
}

function endText({ status, least, most }: EntryEnd): string {
  if (status === "any") return "any status below 0";
  if (status === statusDiffers) return "differs";
  if (status < 0) return `status ${errnoName(-status)}`;
  const amount = numberText(most);
  return least === most ? `same ${amount}` : `same ${numberText(least)} to ${amount}`;
}
