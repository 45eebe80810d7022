/** One program under two versions of the specification: where they first contradict each other, if anywhere. */

import {
  everyKind,
  initialOn,
  newModel,
  outcomes,
  type Format,
  type Model,
  type Op,
  type Outcome,
  type Profile,
  type Returned,
  type State,
} from "../model/index.ts";
import { stateBehind } from "../replay/index.ts";

/** A version of the specification in the midst of a program. */
export interface Side {
  readonly model: Model;
  readonly state: State;
}

/** A call that both versions allow no answer of in common. */
export interface Clash {
  /** Its index in the program. */
  readonly at: number;
  readonly op: Op;
  /** What each allows. */
  readonly left: readonly Returned[];
  readonly right: readonly Returned[];
  /** In which state each meets the call. */
  readonly before: readonly [State, State];
}

export function sideOf(profile: Profile, format: Format): Side {
  return { model: newModel(profile), state: initialOn(format) };
}

/** Where the versions first clash over a program; undefined where each call has an answer that both allow. */
export function clashIn(left: Side, right: Side, program: readonly Op[]): Clash | undefined {
  let sides: readonly [Side, Side] = [left, right];
  for (const [at, op] of program.entries()) {
    const met = meet(sides, op);
    if (met.kind === "clash") return { at, op, ...met.clash };
    sides = met.sides;
  }
  return undefined;
}

type Meeting =
  | { readonly kind: "clash"; readonly clash: Omit<Clash, "at" | "op"> }
  | {
      readonly kind: "agree";
      readonly sides: readonly [Side, Side];
      /** Whether the call failed. */
      readonly failed: boolean;
      /** Whether it changed where files lie, in a version that says how. */
      readonly shared: boolean;
    };

/** One call under both: the sides behind an answer that both allow, or what they clash over. */
export function meet([left, right]: readonly [Side, Side], op: Op): Meeting {
  const before = [left.state, right.state] as const;
  const branches = [
    outcomes(left.model, left.state, op),
    outcomes(right.model, right.state, op),
  ] as const;
  const kinds = [...answersOf(right, op, branches[1]), ...answersOf(left, op, branches[0])];
  for (const answer of kinds) {
    const one = accepted(branches[0], answer);
    const other = accepted(branches[1], answer);
    if (one !== undefined && other !== undefined) {
      return {
        kind: "agree",
        failed: answer.errno !== 0,
        shared: one.layouts !== left.state.layouts || other.layouts !== right.state.layouts,
        sides: [
          { ...left, state: one },
          { ...right, state: other },
        ],
      };
    }
  }
  return { kind: "clash", clash: { left: branches[0], right: branches[1], before } };
}

/** Answers that stand for all that a version allows. */
function answersOf(side: Side, op: Op, branches: readonly Returned[]): readonly Outcome[] {
  const { profile } = side.model;
  if (op.kind === "dedupe" && profile.precedence === "any that applies") {
    return everyKind(profile, side.state, op);
  }
  return branches.map(({ outcome }) => outcome);
}

/** The state behind an answer; undefined where no branch allows it. */
function accepted(branches: readonly Returned[], answer: Outcome): State | undefined {
  for (const branch of branches) {
    const after = stateBehind(branch, answer);
    if (after !== undefined) return after;
  }
  return undefined;
}
