/** The shape of a model: what it allows next, as a set that is never empty. */

import type { EntryFacts, RequestFacts } from "./facts.ts";
import type { Hazard } from "./hazard.ts";
import type { Op } from "./op.ts";
import type { Outcome, TargetOutcome } from "./outcome.ts";
import type { Profile } from "./profile.ts";
import type { State } from "./state.ts";
import type { Check } from "./walk.ts";

/** Which rule decided a call, or one entry of it, and on which facts. */
export interface Decision {
  /** The id of the rule; undefined where the call just did what it is for. */
  readonly rule: string | undefined;
  readonly request: RequestFacts | undefined;
  readonly entry: EntryFacts | undefined;
  /** For calls other than dedupe: asks the rules of its table again, and says what each of them read. */
  checks?(): readonly Check[];
}

/** A call under way: a dedupe lets go of its locks between its entries. */
export interface Call {
  readonly op: Op;
  /** Entries that are done; empty at the start. */
  readonly finished: readonly TargetOutcome[];
  /** One for the request once it was accepted and one for each finished entry, in order. */
  readonly decisions: readonly Decision[];
  /** What a dedupe met when it began; undefined before it did. */
  readonly hazard: Hazard | undefined;
}

/** One thing that may happen next: the call returned, or it let go of its locks with work left. */
export type Branch =
  | {
      readonly kind: "returned";
      readonly state: State;
      readonly outcome: Outcome;
      /**
       * For an outcome that is one of many: whether another is one of them too, and
       * the state behind it. Undefined where `outcome` alone is allowed.
       */
      readonly accepts?: (got: Outcome) => State | undefined;
      /** With `accepts`: what was decided in the call that had this other outcome; `decisions` where nothing is said. */
      readonly decides?: (got: Outcome) => readonly Decision[];
      /** With `accepts`: every way that the call may return, this one first, where they can be told one by one. */
      readonly ways?: () => Iterable<Returned>;
      /** With `accepts`: 1 when freedoms leave no more than one answer, else 2 for "more than one". */
      readonly answers?: 1 | 2;
      /** In order: the request's, then one for each entry that was reached. */
      readonly decisions: readonly Decision[];
    }
  | { readonly kind: "yielded"; readonly state: State; readonly call: Call };

export type Returned = Extract<Branch, { kind: "returned" }>;

export interface Model {
  readonly profile: Profile;
  readonly initial: State;
  /** One atomic step of a call. Pure, and never empty: at least one thing happens. */
  step(state: State, call: Call): readonly [Branch, ...Branch[]];
}

/** A call that has not begun. */
export function callOf(op: Op): Call {
  return { op, finished: [], decisions: [], hazard: undefined };
}
