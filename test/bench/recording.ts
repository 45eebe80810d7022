/** What a run in lockstep asks of a target, in order: calls with their outcomes, and looks. */

import {
  InvariantError,
  type Contents,
  type FileSystemUnderTest,
  type Model,
  type Op,
  type Outcome,
  type Slot,
} from "../../model/index.ts";
import { lockstep, simulate } from "../../replay/index.ts";

export type Step =
  | { readonly kind: "call"; readonly op: Op; readonly outcome: Outcome }
  /** A look at [start, end) of the file in a slot, and what is there. */
  | {
      readonly kind: "look";
      readonly slot: Slot;
      readonly size: bigint;
      readonly contents: Contents;
      readonly start: bigint;
      readonly end: bigint;
    };

/** The steps of a program that is allowed, taken on the simulated target. */
export function record(model: Model, program: readonly Op[]): readonly Step[] {
  const steps: Step[] = [];
  const simulated = simulate(model.profile, () => 0);
  const target: FileSystemUnderTest = {
    ...simulated,
    perform: (op) => {
      const outcome = simulated.perform(op);
      steps.push({ kind: "call", op, outcome });
      return outcome;
    },
    holds: (slot, size, contents, start, end) => {
      steps.push({ kind: "look", slot, size, contents, start, end });
      return simulated.holds(slot, size, contents, start, end);
    },
  };
  target.begin();
  const ran = lockstep(model, target, (_state, index) => program[index], "all");
  if (ran.divergence !== undefined) throw new InvariantError("the model disagrees with itself");
  return steps;
}
