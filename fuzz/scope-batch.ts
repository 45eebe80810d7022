/**
 * Cases of a scope put together into programs, so that one look at the disk holds
 * many. Every case meets its own state: calls that leave a state as it is are made
 * one after the other on one copy of it; one that changes it ends its copy. The files
 * of a batch are written out together before the first call, for a call that finds
 * them dirty waits for the disk; those of every eighth batch are left as written.
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

/** Of so many batches one is not written out. */
const dirtyEvery = 8;

/** The batches of a scope in a fixed order, without the first `done` cases of that order. */
export function* batches(
  model: Model,
  scope: Scope,
  format: Format,
  done: number,
): Generator<Batch> {
  let batch = emptyBatch();
  let index = 0;
  for (const at of scope.states.keys()) {
    const first = scope.firstOf(at);
    if (scope.firstOf(at + 1) <= done) continue;
    for (const cases of copiesOf(model, scope, format, at, Math.max(0, done - first))) {
      if (batch.copies === maxCopies || batch.calls.length > maxOps) {
        yield made(batch, index++);
        batch = emptyBatch();
      }
      addCopy(batch, scope, at, cases);
    }
  }
  if (batch.cases.length > 0) yield made(batch, index);
}

interface Draft {
  /** What makes files, and what comes then. */
  readonly files: Op[];
  readonly calls: Op[];
  readonly cases: number[];
  copies: number;
  slots: number;
}

function emptyBatch(): Draft {
  return { files: [], calls: [], cases: [], copies: 0, slots: 0 };
}

function made({ files, calls, cases, slots }: Draft, index: number): Batch {
  const writtenOut: readonly Op[] = index % dirtyEvery === 0 ? [] : [{ kind: "syncfs" }];
  return { ops: [...files, ...writtenOut, ...calls], cases, slots };
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
  const setUp = scope.setUp(at);
  const moved = (ops: readonly Op[]): readonly Op[] =>
    shift === 0 ? ops : ops.map((op) => rewrite(op, movedBy(shift)));
  batch.files.push(...moved(setUp.filter(({ kind }) => kind !== "clone")));
  batch.calls.push(...moved(setUp.filter(({ kind }) => kind === "clone")));
  batch.calls.push(...moved(cases.flatMap((each) => calls[each - first] ?? [])));
  batch.cases.push(...cases);
  batch.slots += setUp.filter(({ kind }) => kind === "open").length;
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
