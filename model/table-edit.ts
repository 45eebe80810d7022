/** Changes to a table of rules, from which other versions are made: pure, each naming the rules it is about. */

import { InvariantError } from "./fault.ts";
import type { Answer, Rule } from "./rule.ts";

/** A table made of another. Throws InvariantError where a rule that it names is not there. */
export type Edit<Subject> = (rows: readonly Rule<Subject>[]) => readonly Rule<Subject>[];

/** Without these rules. */
export function without<Subject>(...ids: readonly string[]): Edit<Subject> {
  return (rows) => {
    for (const id of ids) placeOf(rows, id);
    return rows.filter((row) => !ids.includes(row.id));
  };
}

/** With more rules before one. */
export function before<Subject>(id: string, ...more: readonly Rule<Subject>[]): Edit<Subject> {
  return (rows) => rows.toSpliced(placeOf(rows, id), 0, ...more);
}

/** With more rules behind one. */
export function behind<Subject>(id: string, ...more: readonly Rule<Subject>[]): Edit<Subject> {
  return (rows) => rows.toSpliced(placeOf(rows, id) + 1, 0, ...more);
}

/** With other fields in a rule, which keeps its id and its place. */
export function changed<Subject>(
  id: string,
  fields: Partial<Omit<Rule<Subject>, "id">>,
): Edit<Subject> {
  return (rows) => {
    const at = placeOf(rows, id);
    return rows.map((row, place) => (place === at ? { ...row, ...fields } : row));
  };
}

/** With another answer of a rule. */
export function answering<Subject>(id: string, answers: Answer): Edit<Subject> {
  return changed(id, { answers });
}

/** With rules asked right behind another one, in the order in which they are named. */
export function movedBehind<Subject>(id: string, ...ids: readonly string[]): Edit<Subject> {
  return (rows) => {
    const moved = ids.flatMap((each) => rows[placeOf(rows, each)] ?? []);
    return behind(id, ...moved)(without<Subject>(...ids)(rows));
  };
}

function placeOf<Subject>(rows: readonly Rule<Subject>[], id: string): number {
  const at = rows.findIndex((row) => row.id === id);
  if (at === -1) throw new InvariantError(`a table has no rule ${id} to change`);
  return at;
}
