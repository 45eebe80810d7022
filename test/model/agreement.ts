/** Whether the machine of a profile goes the way that its stepper went. */

import { printCall } from "../../replay/index.ts";
import {
  allowanceOf,
  InvariantError,
  type Decision,
  type EntryFacts,
  type Profile,
  type RequestFacts,
  type Returned,
} from "../../model/index.ts";
import { machine, type CallFacts, type Walk } from "../../model/machine.ts";
import type { GeneratedDedupe } from "./generated.ts";

/** The calls on which they do not agree, each with the rules of both. */
export function disagreements(
  profile: Profile,
  calls: readonly GeneratedDedupe[],
): readonly string[] {
  const life = machine(profile);
  const isOpen = profile.precedence === "any that applies";
  return calls.flatMap(({ op, before, returned }) => {
    const went = isOpen
      ? openWalk((facts) => life.walk(facts), profile, { op, before, returned })
      : life.walk(factsOf(returned));
    const right = isOpen ? "one of those allowed" : textOf(walkOf(returned));
    return went === undefined || textOf(went) === right
      ? []
      : [`${printCall(op)}: ${textOf(went)}, not ${right}`];
  });
}

function textOf({ rules, end }: Walk): string {
  return `${rules.join(" ")} ${end}`;
}

/**
 * The way that the machine goes where any rule that applies may answer: by the
 * first. Undefined where that is one that the stepper allows.
 */
function openWalk(
  walk: (facts: CallFacts) => Walk,
  profile: Profile,
  { op, before }: GeneratedDedupe,
): Walk | undefined {
  const { request, failures, entries, asked } = allowanceOf(profile, before, op);
  const went = walk({ request, entry: (index) => known(asked[index]) });
  const last = went.rules.at(-1);
  const allowed =
    went.end === "failed"
      ? failures.some(({ rule }) => rule === last)
      : went.rules.every((rule, at) => entries?.[at]?.rules.some(({ id }) => id === rule) ?? true);
  return allowed ? undefined : went;
}

/** The facts on which the stepper decided; the walk may ask for no others. */
export function factsOf({ decisions: [first, ...entries] }: Returned): CallFacts {
  return {
    request: known(first?.request),
    entry: (index) => known(entries[index]?.entry),
  };
}

function known<Facts extends RequestFacts | EntryFacts>(facts: Facts | undefined): Facts {
  if (facts === undefined) throw new InvariantError("the stepper did not come so far");
  return facts;
}

/** The way that the stepper went. */
export function walkOf({ decisions, outcome }: Returned): Walk {
  const rules = decisions.flatMap(({ rule }: Decision) => rule ?? []);
  return { rules, end: outcome.errno === 0 ? "returned" : "failed" };
}
