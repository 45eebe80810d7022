/** The result of the benchmark as text, for 72 columns. */

import { sharesText, type TimeByPart } from "../../fuzz/part-clock.ts";
import { median } from "./median.ts";

export interface Measured {
  /** Milliseconds of each round. */
  readonly c: readonly number[];
  /** Of the C loop in the process in which ours runs. */
  readonly cHere: readonly number[];
  readonly withoutModel: readonly number[];
  readonly withAll: readonly number[];
  /** Of one round. */
  readonly calls: number;
  readonly looks: number;
  /** Of a round with everything, in milliseconds. */
  readonly time: TimeByPart;
  /** Steps a second of the model alone. */
  readonly modelRate: number;
}

export function speedTable(measured: Measured): string {
  const { c, cHere, withoutModel, withAll, calls, looks } = measured;
  const time = (name: string, times: readonly number[]): readonly string[] => [
    name,
    `${best(times).toFixed(1)} ms`,
    `${median(times).toFixed(1)} ms`,
    `${number((1000 * calls) / median(times))}/s`,
  ];
  const ratio = (
    name: string,
    first: readonly number[],
    second: readonly number[],
    aim: string,
  ): readonly string[] => [
    name,
    (best(first) / best(second)).toFixed(2),
    median(first.map((each, round) => each / (second[round] ?? Number.NaN))).toFixed(2),
    aim,
  ];
  return text([
    [`${calls} calls and ${looks} looks`, "best round", "median", "calls"],
    time("C loop", c),
    time("C loop in our process", cHere),
    time("ours without model", withoutModel),
    time("ours with everything", withAll),
    [],
    [`of ${c.length} rounds`, "best", "median", "aim"],
    ratio("speed with everything : C", c, withAll, "0.85"),
    ratio("C loop in our process : C", c, cHere, ""),
    ratio("speed with model : without", withoutModel, withAll, "0.85"),
    ["model alone, steps a second", "", number(measured.modelRate), "1,000,000"],
    [],
    [`a round with everything: ${sharesText(measured.time)}`],
  ]);
}

function best(times: readonly number[]): number {
  return Math.min(...times);
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
