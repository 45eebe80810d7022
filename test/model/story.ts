/** Programs in the words of a trace, told to the model. */

import {
  initial,
  InvariantError,
  linux618Btrfs,
  linux618Xfs,
  newModel,
  outcomes,
  type Op,
  type Returned,
  type State,
} from "../../model/index.ts";
import { printOutcome } from "../../replay/outcome-text.ts";
import { parseCall } from "../../replay/parse-call.ts";

const models = { btrfs: newModel(linux618Btrfs), xfs: newModel(linux618Xfs) };

/** The state after calls of which none failed. */
export function after(calls: readonly string[], before: State = initial): State {
  return calls.reduce((state, call) => {
    const { returned, answer } = told(state, call);
    if (returned.outcome.errno !== 0) throw new InvariantError(`${call} -> ${answer}`);
    return returned.state;
  }, before);
}

export interface Told {
  readonly op: Op;
  readonly returned: Returned;
  /** As behind the arrow of a trace. */
  readonly answer: string;
  /** The rule that refused the call; or else that of each entry, those in a row that are alike once. */
  readonly rule: string;
}

/** How one call returns on the state's file system, where the model leaves no choice. */
export function told(state: State, call: string): Told {
  const parsed = parseCall(call);
  if (parsed.kind === "invalid") throw new InvariantError(`${call}: ${parsed.message}`);
  const op = parsed.value;
  const [returned, ...others] = outcomes(models[state.format.fs], state, op);
  if (returned === undefined || others.length > 0) throw new InvariantError(`${call} has a choice`);
  const rules = returned.decisions.flatMap(({ rule }) => rule ?? []);
  return {
    op,
    returned,
    answer: printOutcome(op, returned.outcome),
    rule: rules.filter((rule, index) => rule !== rules[index - 1]).join(" "),
  };
}
