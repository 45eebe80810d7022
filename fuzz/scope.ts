/**
 * The small scope: every canonical state of two small files with every boundary call
 * on it, in a fixed order, the simplest first. Each is a case, and has a number.
 */

import type { DedupeOp, Op } from "../model/index.ts";
import { newCallsOn } from "./scope-call.ts";
import { cellsOf, makeState, scopeStates, type ScopeState } from "./scope-state.ts";

/** How far a scope goes. Blocks are those that both files reach into together. */
export interface ScopeBound {
  readonly cells: number;
  /** Up to so many, calls have two targets, too. */
  readonly cellsOfPairs: number;
}

export type ScopeName = "small" | "middle" | "whole";

/** `whole` is what is gone through once for a kernel; `small` takes seconds. */
export const scopeBounds: Readonly<Record<ScopeName, ScopeBound>> = {
  small: { cells: 2, cellsOfPairs: 2 },
  middle: { cells: 4, cellsOfPairs: 3 },
  whole: { cells: 8, cellsOfPairs: 5 },
};

export interface Scope {
  readonly states: readonly ScopeState[];
  /** Cases of all states. */
  readonly count: number;
  /** The number of the first case of a state, by its index; those of one state follow each other. */
  firstOf(state: number): number;
  /** The calls that make a state, without the one that a case is about. */
  setUp(state: number): readonly Op[];
  /** The calls of which each makes a case of a state, in the order of their numbers. */
  calls(state: number): readonly DedupeOp[];
  /** The program of a case: what makes its state, and its call. Undefined from `count` on. */
  program(number: number): readonly Op[] | undefined;
}

/** Blocks of the file system have so many bytes. */
export function newScope(bound: ScopeBound, block: bigint): Scope {
  const states = scopeStates(bound.cells);
  const callsOn = newCallsOn(block);
  const callsOf = (state: ScopeState): readonly DedupeOp[] =>
    callsOn(state, cellsOf(state.files) <= bound.cellsOfPairs);
  const starts: number[] = [];
  let count = 0;
  for (const state of states) {
    starts.push(count);
    count += callsOf(state).length;
  }
  const firstOf = (at: number): number => starts[at] ?? count;
  const setUp = (at: number): readonly Op[] => {
    const state = states[at];
    return state === undefined ? [] : makeState(state, block);
  };
  const calls = (at: number): readonly DedupeOp[] => {
    const state = states[at];
    return state === undefined ? [] : callsOf(state);
  };
  const program = (number: number): readonly Op[] | undefined => {
    const at = lastUpTo(starts, number);
    const call = calls(at)[number - firstOf(at)];
    return call === undefined ? undefined : [...setUp(at), call];
  };
  return { states, count, firstOf, setUp, calls, program };
}

/** The index of the last value that is not above one; values rise. */
function lastUpTo(values: readonly number[], most: number): number {
  let low = 0;
  let high = values.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((values[middle] ?? Infinity) <= most) low = middle;
    else high = middle;
  }
  return low;
}
