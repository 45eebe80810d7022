/**
 * Whether a program can diverge in a way that is looked for, as far as the model
 * knows: one in which no call is decided by the rule need not be run.
 */

import { initialOn, type Format, type Model, type Op, type State } from "../model/index.ts";
import { causeOf, madeOf, type Made } from "./cause.ts";
import { everyBranch, ruleOf, ruleOfNone, type Divergence } from "./check.ts";

/**
 * Whether some call of the program is like the one that diverged: of its kind, and by
 * its rule; or a look, which comes after a call of one kind, or after any.
 */
export function isPlausible(
  model: Model,
  format: Format,
  program: readonly Op[],
  wanted: Divergence,
  sameCause: boolean,
): boolean {
  const rule = ruleOf(wanted);
  const made: Made[] = [];
  let state: State = initialOn(format);
  for (const op of program) {
    const [branch, ...others] = everyBranch(model, [state], op);
    if (branch === undefined || others.length > 0) return true;
    const { decisions } = branch;
    if (op.kind === wanted.op.kind) {
      const after = causeOf(op, made);
      const rules = [...decisions.map((each) => each.rule), ruleOfNone(op, after)];
      const caused =
        after !== undefined &&
        (!sameCause ||
          (after.kind === wanted.after?.kind &&
            after.decision?.rule === wanted.after.decision?.rule));
      const decided = after === undefined && wanted.after === undefined && rules.includes(rule);
      if (caused || decided || isWitnessed(wanted)) return true;
    }
    made.push(madeOf(op, decisions, branch.outcome.errno));
    state = branch.state;
  }
  return false;
}

/** Whether the rule is one that no table has. */
function isWitnessed({ got, difference }: Divergence): boolean {
  return got.contradictions !== undefined || difference.kind === "sleep";
}
