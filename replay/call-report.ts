/** What one raw call on live files did, beside what the model expects of it. */

import {
  errnoName,
  ruleText,
  untouched,
  type Outcome,
  type Prediction,
  type TargetOutcome,
} from "../model/index.ts";
import { labelled } from "./columns.ts";
import { numberText } from "./number-text.ts";
import { entryText } from "./outcome-text.ts";
import { plain } from "./plain.ts";

/** Whether the call did what was predicted. */
export function agrees(prediction: Prediction, got: Outcome): boolean {
  if (got.touched.length > 0) return false;
  if (prediction.refused !== undefined) {
    return (
      got.errno === prediction.refused.errno &&
      got.targets.every((entry) => sameEntry(untouched, entry))
    );
  }
  return (
    got.errno === 0 &&
    got.result === 0 &&
    prediction.entries.every(({ outcome }, index) => sameEntry(outcome, got.targets[index]))
  );
}

function sameEntry(a: TargetOutcome, b: TargetOutcome | undefined): boolean {
  return a.status === b?.status && a.deduped === b.deduped;
}

/** A live call in lines of 72 columns, file names apart. */
export function callText(
  live: {
    readonly prediction: Prediction | undefined;
    readonly unknown: string;
    readonly outcome: Outcome;
  },
  targets: readonly NamedTarget[],
): string {
  const { prediction, outcome, unknown } = live;
  const call =
    outcome.errno === 0 ? `returned ${outcome.result}` : `failed with ${errnoName(outcome.errno)}`;
  const refused = prediction?.refused;
  const expected = refused === undefined ? "success" : errnoName(refused.errno);
  return [
    ...labelled("call", prediction === undefined ? call : `${call}; expected ${expected}`),
    ...(refused === undefined ? [] : ruleLines("by rule", refused.rule)),
    ...(prediction === undefined ? labelled("expected", `cannot be said: ${plain(unknown)}`) : []),
    ...(outcome.errno === 0
      ? targets.flatMap((target, index) =>
          targetLines(target, outcome.targets[index], prediction?.entries[index]),
        )
      : []),
  ].join("\n");
}

interface NamedTarget {
  readonly path: string;
  readonly offset: bigint;
}

function targetLines(
  { path, offset }: NamedTarget,
  got: TargetOutcome | undefined,
  expected: Prediction["entries"][number] | undefined,
): readonly string[] {
  if (got === undefined) return [];
  return [
    ...labelled("target", `${plain(path)} at ${numberText(offset)}`),
    ...labelled("  got", `status ${got.status}, bytes_deduped ${got.deduped}: ${entryText(got)}`),
    ...(expected === undefined
      ? []
      : [
          ...labelled("  expected", entryText(expected.outcome)),
          ...ruleLines("  by rule", expected.rule),
        ]),
  ];
}

function ruleLines(label: string, rule: string): readonly string[] {
  return labelled(label, `${rule}: ${ruleText(rule)?.says ?? ""}`);
}
