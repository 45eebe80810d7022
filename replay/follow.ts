/** A trace followed on the model up to one of its calls, so that the call can be explained. */

import {
  initialOn,
  type Decision,
  type Model,
  type Op,
  type Outcome,
  type State,
} from "../model/index.ts";
import { advance, everyBranch } from "./check.ts";
import { formatIn, type Trace } from "./trace.ts";

export type Followed =
  | {
      readonly kind: "followed";
      readonly op: Op;
      /** Undefined when the call did not run yet. */
      readonly outcome: Outcome | undefined;
      /** Of a way to return with this outcome or, where there is none, of the first way. */
      readonly decisions: readonly Decision[];
    }
  /** One line for the user. */
  | { readonly kind: "invalid"; readonly message: string };

/** Follows the outcomes of a trace to call `at`, counted from 1. */
export function follow(model: Model, trace: Trace, at: number): Followed {
  const { events } = trace;
  const event = events[at - 1];
  if (event === undefined) return invalid(`the trace has calls 1 to ${events.length}, not ${at}`);
  let worlds: readonly State[] = [initialOn(formatIn(trace))];
  for (const [index, { op, outcome }] of events.slice(0, at - 1).entries()) {
    if (outcome === undefined) return invalid(`call ${index + 1} has no outcome: replay it first`);
    const step = advance(model, worlds, op, outcome, index + 1);
    if (step.kind !== "allowed") {
      return invalid(`call ${index + 1} goes another way than ${model.profile.name}: explain that`);
    }
    worlds = step.worlds;
  }
  const { op, outcome } = event;
  const step = outcome === undefined ? undefined : advance(model, worlds, op, outcome, at);
  const [first] = everyBranch(model, worlds, op);
  const decisions = step?.kind === "allowed" ? step.decisions : (first?.decisions ?? []);
  return { kind: "followed", op, outcome, decisions };
}

function invalid(message: string): Followed {
  return { kind: "invalid", message };
}
