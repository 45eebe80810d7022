/** The result of the benchmark as text, for 72 columns. */

import { median } from "./median.ts";

export interface Measured {
  /** Milliseconds of each round. */
  readonly c: readonly number[];
  readonly withoutModel: readonly number[];
  readonly withAll: readonly number[];
  /** Of one round. */
  readonly calls: number;
  readonly looks: number;
  /** Steps a second of the model alone. */
  readonly modelRate: number;
}

export function speedTable(measured: Measured): string {
  const { c, withoutModel, withAll, calls, looks } = measured;
  const time = (name: string, times: readonly number[]): readonly string[] => [
    name,
    `${Math.min(...times).toFixed(1)} ms`,
    `${median(times).toFixed(1)} ms`,
    `${number((1000 * calls) / median(times))}/s`,
  ];
  return text([
    [`${calls} calls and ${looks} looks`, "best round", "median", "calls"],
    time("C loop", c),
    time("ours without model", withoutModel),
    time("ours with everything", withAll),
    [],
    [`medians of ${c.length} rounds`, "", "is", "aim"],
    ["speed with everything : C", "", ratio(c, withAll), "0.75"],
    ["speed with model : without", "", ratio(withoutModel, withAll), "0.85"],
    ["model alone, steps a second", "", number(measured.modelRate), "1,000,000"],
  ]);
}

/** The median over rounds of what the first took for each millisecond of the second. */
function ratio(first: readonly number[], second: readonly number[]): string {
  return median(first.map((time, round) => time / (second[round] ?? Number.NaN))).toFixed(2);
}

function number(value: number): string {
  return Math.round(value).toLocaleString("en");
}

const labelColumns = 33;
const numberColumns = 13;

function text(rows: readonly (readonly string[])[]): string {
  const lines = rows.map(([label = "", ...numbers]) =>
    [label.padEnd(labelColumns), ...numbers.map((cell) => cell.padStart(numberColumns))].join(""),
  );
  return lines.map((line) => `${line.trimEnd()}\n`).join("");
}
