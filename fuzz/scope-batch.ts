/**
 * Cases of a scope put together into programs, so that one look at the disk holds
 * many. Every case meets its own state: calls that leave a state as it is are made
 * one after the other on one copy of it; one that changes it ends its copy.
 */

import {
  initialOn,
  outcomes,
  slot,
  type Format,
  type Model,
  type Op,
  type State,
} from "../model/index.ts";
import { rewrite, type Change } from "../replay/index.ts";
import type { Scope } from "./scope.ts";

/** A program that makes some cases of a scope. */
export interface Batch {
  readonly ops: readonly Op[];
  /** The numbers of its cases. */
  readonly cases: readonly number[];
  /** Its files are open in so many slots, from the first on. */
  readonly slots: number;
}

/** The slot that a run needs for itself stays free. */
const maxCopies = 14;

/** Calls of one batch, about. */
const maxOps = 2_000;

/** The batches of a scope in a fixed order, without the first `done` cases of that order. */
export function* batches(
  model: Model,
  scope: Scope,
  format: Format,
  done: number,
): Generator<Batch> {
  let batch = emptyBatch();
  for (const at of scope.states.keys()) {
    const first = scope.firstOf(at);
    if (scope.firstOf(at + 1) <= done) continue;
    for (const cases of copiesOf(model, scope, format, at, Math.max(0, done - first))) {
      if (batch.copies === maxCopies || batch.ops.length > maxOps) {
        yield batch;
        batch = emptyBatch();
      }
      addCopy(batch, scope, at, cases);
    }
  }
  if (batch.cases.length > 0) yield batch;
}

interface Draft {
  readonly ops: Op[];
  readonly cases: number[];
  copies: number;
  slots: number;
}

function emptyBatch(): Draft {
  return { ops: [], cases: [], copies: 0, slots: 0 };
}

/** The cases of a state, by copy; without the first few in that order. */
function copiesOf(
  model: Model,
  scope: Scope,
  format: Format,
  at: number,
  without: number,
): readonly (readonly number[])[] {
  const state = stateBehind(model, initialOn(format), scope.setUp(at));
  const first = scope.firstOf(at);
  const keeps: number[] = [];
  const changes: number[] = [];
  for (const [index, call] of scope.calls(at).entries()) {
    const kept = outcomes(model, state, call).every((branch) => branch.state === state);
    (kept ? keeps : changes).push(first + index);
  }
  const left = keeps.slice(without);
  const [last, ...others] = changes.slice(Math.max(0, without - keeps.length));
  const whole = last === undefined ? left : [...left, last];
  return whole.length === 0 ? [] : [whole, ...others.map((each) => [each])];
}

/** One of the states behind calls: contents, which decide what a dedupe does, are the same in all. */
function stateBehind(model: Model, from: State, ops: readonly Op[]): State {
  return ops.reduce((state, op) => outcomes(model, state, op)[0]?.state ?? state, from);
}

function addCopy(batch: Draft, scope: Scope, at: number, cases: readonly number[]): void {
  const shift = batch.slots;
  const calls = scope.calls(at);
  const first = scope.firstOf(at);
  const made = [...scope.setUp(at), ...cases.flatMap((each) => calls[each - first] ?? [])];
  batch.ops.push(...(shift === 0 ? made : made.map((op) => rewrite(op, movedBy(shift)))));
  batch.cases.push(...cases);
  batch.slots += made.filter(({ kind }) => kind === "open").length;
  batch.copies++;
}

/** The files of a copy have slots and names of their own. */
function movedBy(shift: number): Change {
  return {
    slot: (at) => slot(at + shift),
    path: (path) => `${path}${shift}`,
    at: (_slot, position) => position,
  };
}
