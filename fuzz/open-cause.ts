/** Why a profile that leaves sets of answers does not allow the answer of another one. */

import {
  allowanceOf,
  fits,
  InvariantError,
  type Allowance,
  type Op,
  type Profile,
  type Returned,
  type State,
} from "../model/index.ts";
import type { Cause } from "./causes.ts";

/** What came back, and by which rules of a profile that leaves no choice. */
type Answer = Pick<Returned, "outcome" | "decisions">;

/** The rule of the open profile that the answer breaks, and how; none where no entry was asked for. */
export function openCause(
  profile: Profile,
  state: State,
  op: Op,
  answer: Answer,
): readonly Cause[] {
  if (op.kind !== "dedupe") throw new InvariantError(`${op.kind} is not left open`);
  const allowance = allowanceOf(profile, state, op);
  if (allowance.entries?.length === 0) return [];
  const { rule, how, better } =
    allowance.entries === undefined
      ? surelyFailing(allowance, answer)
      : notAmongEnds(allowance.entries, answer);
  const says = [...profile.tables.request, ...profile.tables.entry].find(({ id }) => id === rule);
  const title = [says?.says ?? untold.get(rule) ?? "", instead.get(how) ?? ""].join(" ").trim();
  const cause = { key: `${rule} ${how}`.trim(), title, row: undefined };
  return [better === undefined ? cause : { ...cause, better }];
}

/** How a rule is broken, in words. */
const instead: ReadonlyMap<string, string> = new Map([
  ["by another errno", "The errno is another one."],
  ["as a status", "It is told by the status of the entry instead."],
  ["not at all", "It is not so."],
]);

/** What no rule of a table says. */
const untold: ReadonlyMap<string, string> = new Map([
  ["a failing entry", "What befalls a dedupe is told by its entry, and does not fail the call."],
  ["files_deduped", "files_deduped, where reserved1 is today, counts the files that were deduped."],
  ["an entry", "What befalls a dedupe is told by its entry, and does not fail the call."],
]);

interface Broken {
  readonly rule: string;
  readonly how: string;
  readonly better?: string;
}

/** A call that had to fail, and did not, or in another way. */
function surelyFailing({ sure: { rules, entry } }: Allowance, { outcome }: Answer): Broken {
  if (outcome.errno !== 0) return { rule: rules[0]?.id ?? "", how: "by another errno" };
  return broken(rules, outcome.targets[entry ?? 0]?.status ?? 0);
}

/** How the status of an entry breaks the rules for which it should not have ended so. */
function broken(sure: Allowance["sure"]["rules"], status: number): Broken {
  const moved = sure.find(({ answers }) => answers.kind === "errno" && status === -answers.errno);
  const rule = (moved ?? sure[0])?.id ?? "";
  return { rule, how: status < 0 ? "as a status" : "not at all" };
}

/** A call that could go on, and failed, or an entry that ended otherwise. */
function notAmongEnds(
  entries: NonNullable<Allowance["entries"]>,
  { outcome, decisions }: Answer,
): Broken {
  if (outcome.errno !== 0) {
    const how = `failed with the call by ${decisions.at(-1)?.rule ?? ""}`;
    const fails = entries.every(({ sure }) => sure.length > 0);
    return fails
      ? { rule: "a failing entry", how, better: `an entry ${how}` }
      : { rule: "an entry", how };
  }
  for (const [at, { ends, sure }] of entries.entries()) {
    const got = outcome.targets[at];
    if (got === undefined || ends.some((end) => fits(end, got))) continue;
    if (sure.length > 0) return broken(sure, got.status);
    const how = got.status < 0 ? `fails by ${decisions[at + 1]?.rule ?? ""}` : "";
    return { rule: ends[0]?.rule.id ?? "", how };
  }
  return { rule: "files_deduped", how: "" };
}
