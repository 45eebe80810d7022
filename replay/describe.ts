/** A divergence in words: what was called, what came back, what was allowed, by which rule. */

import { ruleText, type Model } from "../model/index.ts";
import { ruleOf, type Divergence } from "./check.ts";
import { difference } from "./diff.ts";
import { labelled } from "./columns.ts";
import { excerpt } from "./excerpt.ts";
import { printCall } from "./op-text.ts";
import { printOutcome } from "./outcome-text.ts";
import { toldWays } from "./told-ways.ts";

/** Outcomes that are listed at most. */
const maxListed = 8;

/** Whether the answer that is shown is one that is allowed: what was wrong did not come again. */
function isRepeated({ allowed, got }: Divergence): boolean {
  return allowed.some(({ outcome }) => difference(outcome, got) === undefined);
}

/** Lines of at most 72 columns, long words apart. */
export function describe(model: Model, divergence: Divergence): readonly string[] {
  const { op, got, allowed, at, difference: differs } = divergence;
  const rule = ruleOf(divergence);
  const text = ruleText(rule);
  const ways = toldWays(allowed, maxListed + 1).map(({ outcome }) => printOutcome(op, outcome));
  const answers = [...new Set(ways)];
  const came = printOutcome(op, got);
  const where = differs.entry === undefined ? "" : ` of entry ${differs.entry + 1}`;
  return [
    ...labelled("differs", `${differs.kind}${where}, at call ${at}`),
    ...labelled("call", printCall(op)),
    ...labelled("got", excerpt(came, answers[0] ?? came)),
    ...answers
      .slice(0, maxListed)
      .flatMap((answer) => labelled("allowed", `are only: ${excerpt(answer, came)}`)),
    ...(isRepeated(divergence)
      ? labelled("flaky", "a first look found something else; this is the second one")
      : []),
    ...(answers.length > maxListed ? ["           and more"] : []),
    ...(text === undefined
      ? labelled("rule", "no rule refuses this call: it does what it is for")
      : [...labelled("rule", `${rule}: ${text.says}`), ...labelled("source", text.source)]),
    ...labelled("profile", `${model.profile.name}: ${model.profile.about}`),
  ];
}
