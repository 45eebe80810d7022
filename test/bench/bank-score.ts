/** The score of a bank, in lines: a row for each mutant, and what they come to. */

import { history, untold } from "../../model/index.ts";
import { mutants, type Attack, type Kill } from "./bank-attack.ts";
import { median } from "./median.ts";
import { factCalls, sameOnFacts } from "./same-on-facts.ts";

/** One mutant, over all seeds. */
interface Row {
  readonly id: string;
  readonly seeds: number;
  readonly kills: readonly Kill[];
  /** Calls to the kill, at the median; Infinity where most seeds found nothing. */
  readonly ops: number;
  readonly milliseconds: number;
}

const head = ["mutant", "killed", "ops", "s", "calls", "most", "trials", "named"];

export function scoreLines(attacks: readonly Attack[]): readonly string[] {
  const ids = [...new Set(attacks.map(({ id }) => id))];
  const rows = ids.map((id) =>
    rowOf(
      id,
      attacks.filter((one) => one.id === id),
    ),
  );
  const told = new Set(history.map(({ id }) => id));
  const cells = rows.map(cellsOf);
  const widths = head.map((_, column) =>
    Math.max(...[head, ...cells].map((row) => (row[column] ?? "").length)),
  );
  const line = (row: readonly string[]): string =>
    row
      .map((cell, at) => (at === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[at] ?? 0)))
      .join("  ");
  return [
    line(head),
    ...cells.map(line),
    "",
    ...totals(
      "history",
      rows.filter(({ id }) => told.has(id)),
    ),
    ...totals(
      "systematic",
      rows.filter(({ id }) => !told.has(id)),
    ),
    "",
    `of history not told, ${untold.length}:`,
    ...untold.map(({ id, why }) => `  ${id}  ${why}`),
  ];
}

function rowOf(id: string, attacks: readonly Attack[]): Row {
  const kills = attacks.flatMap(({ kill }) => kill ?? []);
  const found = attacks.map((one) => (one.kill === undefined ? Infinity : one.ops + 1));
  const times = attacks.map((one) => (one.kill === undefined ? Infinity : one.milliseconds));
  return { id, seeds: attacks.length, kills, ops: median(found), milliseconds: median(times) };
}

function cellsOf({ id, seeds, kills, ops, milliseconds }: Row): readonly string[] {
  const calls = kills.map((kill) => kill.calls);
  return [
    id,
    `${kills.length}/${seeds}`,
    ops === Infinity ? "-" : Math.round(ops).toString(),
    ops === Infinity ? "-" : (milliseconds / 1000).toFixed(2),
    kills.length === 0 ? "-" : median(calls).toString(),
    kills.length === 0 ? "-" : Math.max(...calls).toString(),
    kills.length === 0 ? "-" : Math.round(median(kills.map(({ trials }) => trials))).toString(),
    `${kills.filter(({ named }) => named).length}/${kills.length}`,
  ];
}

function totals(name: string, rows: readonly Row[]): readonly string[] {
  if (rows.length === 0) return [];
  const killed = rows.filter(({ ops }) => ops < Infinity);
  const kills = killed.flatMap((row) => row.kills);
  const share = (part: number, all: number): string => `${((100 * part) / all).toFixed(1)} %`;
  const trials = kills.map((kill) => kill.trials);
  const calls = kills.map((kill) => kill.calls);
  const times = kills.map((kill) => kill.minimiseMilliseconds);
  const at = (values: readonly number[], part: number): number =>
    values.toSorted((a, b) => a - b)[Math.floor(part * (values.length - 1))] ?? 0;
  return [
    `${name}: ${rows.length} mutants, ${killed.length} killed by most seeds`,
    `  within 20,000 ops ${share(killed.filter(({ ops }) => ops <= 20_000).length, rows.length)}, within 2,000 ${share(killed.filter(({ ops }) => ops <= 2_000).length, rows.length)}`,
    `  calls: median ${median(calls)}, most ${Math.max(...calls)}; trials: median ${median(trials)}, 90 % ${at(trials, 0.9)}, most ${Math.max(...trials)}`,
    `  minimising: median ${(median(times) / 1000).toFixed(2)} s, 90 % ${(at(times, 0.9) / 1000).toFixed(2)} s`,
    `  named ${share(kills.filter(({ named }) => named).length, kills.length)}`,
    ...rows.filter(({ kills: none }) => none.length === 0).map(unkilledLine),
  ];
}

function unkilledLine({ id }: Row): string {
  const mutant = mutants.get(id);
  const same = mutant !== undefined && sameOnFacts(mutant);
  const why = same ? `the same on ${factCalls} calls of any facts` : "it may be told, and was not";
  return `  not killed: ${id}  ${why}`;
}
