/**
 * The rules that may have decided, most likely first, and what each needs: made
 * of every way that is possible.
 */

import { copyOutRules } from "./copy-out-rules.ts";
import { entryRules, requestRules, type TailLengths } from "./dedupe-rules.ts";
import { InvariantError } from "./fault.ts";
import type { Way } from "./possible.ts";
import type { FactValue, Taken } from "./scene.ts";

/** A rule that may have decided: the ways that it decides with one answer and one tail. */
export interface Candidate<Answer> {
  /** Undefined: no rule refuses the call. */
  readonly rule: string | undefined;
  readonly answer: Answer;
  readonly tail: TailLengths | undefined;
  /** How unusual the facts are that it needs at least. */
  readonly surprise: number;
  /** What must be so although one does not expect it; empty where all is as one expects. */
  readonly needs: readonly Need[];
  /** Whether these are but the likeliest: other facts would do as well. */
  readonly suchAs: boolean;
  /** The likeliest way. */
  readonly way: Way<Answer>;
}

/** An unknown fact, and those of its possible values that lead here. */
export interface Need {
  readonly fact: string;
  readonly values: readonly FactValue[];
  readonly among: readonly FactValue[];
}

/** Most likely first; among equals in kernel order. */
export function candidatesIn<Answer>(ways: readonly Way<Answer>[]): readonly Candidate<Answer>[] {
  const groups = new Map<string, Way<Answer>[]>();
  for (const way of ways) {
    const { rule = "", tail } = way;
    const key = tail === undefined ? rule : `${rule} ${tail.compared} ${tail.shared}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [way]);
    else group.push(way);
  }
  return [...groups.values()]
    .map(candidate)
    .toSorted((a, b) => a.surprise - b.surprise || placeOf(a) - placeOf(b));
}

function candidate<Answer>(group: readonly Way<Answer>[]): Candidate<Answer> {
  const [first, ...others] = group;
  if (first === undefined) throw new InvariantError("a candidate has no way");
  const way = others.reduce((best, each) => (each.surprise < best.surprise ? each : best), first);
  const { rule, answer, tail, surprise } = way;
  const odd = way.taken.filter(isOdd);
  const always = odd
    .filter(({ fact }) => group.every((each) => each.taken.some(isOddly(fact))))
    .map((taken) => needOf(taken, group))
    .filter(({ values, among }) => values.length < among.length);
  const suchAs = always.length === 0 && odd.length > 0;
  const needs = suchAs ? odd.map((taken) => needOf(taken, [way])) : always;
  return { rule, answer, tail, surprise, needs, suchAs, way };
}

const order = [...requestRules, ...entryRules, ...copyOutRules].map(({ id }) => id);

/** Where none refuses the call, that comes before whatever else may be. */
function placeOf({ rule }: Candidate<unknown>): number {
  return rule === undefined ? -1 : order.indexOf(rule);
}

function isOddly(fact: string): (taken: Taken) => boolean {
  return (taken) => taken.fact === fact && isOdd(taken);
}

/** Whether a fact was taken to be what one does not expect. */
function isOdd({ value, among }: Taken): boolean {
  return among.some((guess) => guess.value === value && guess.surprise > 0);
}

function needOf<Answer>({ fact, among }: Taken, group: readonly Way<Answer>[]): Need {
  const odd = group.flatMap(({ taken }) => taken.filter(isOddly(fact)));
  const values = among.map(({ value }) => value);
  return {
    fact,
    among: values,
    values: values.filter((value) => odd.some((each) => each.value === value)),
  };
}
