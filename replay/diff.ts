/** What differs between an outcome that is allowed and the one that came back. */

import {
  mismatch,
  type Contradiction,
  type FileLayout,
  type LayoutMismatch,
  type Outcome,
  type Run,
  type TargetOutcome,
} from "../model/index.ts";

/** The first thing that differs, in the order in which a person would look. */
export type DifferenceKind =
  | "sleep"
  | "signal"
  | "result"
  | "errno"
  | "entries"
  | "status"
  | "bytes"
  | "argument"
  | "files"
  | "size"
  | "contents"
  | LayoutMismatch["kind"]
  | Contradiction["witness"];

export interface Difference {
  readonly kind: DifferenceKind;
  /** Index of the dedupe entry that differs; undefined where it is the call as a whole. */
  readonly entry: number | undefined;
}

/** Undefined when the outcomes are the same in everything. */
export function difference(allowed: Outcome, got: Outcome): Difference | undefined {
  if (allowed.slept !== got.slept) return { kind: "sleep", entry: undefined };
  if (allowed.errno !== got.errno) return { kind: "errno", entry: undefined };
  if (allowed.result !== got.result) return { kind: "result", entry: undefined };
  if (allowed.signalled !== got.signalled) return { kind: "signal", entry: undefined };
  return (
    entryDifference(allowed.targets, got.targets) ??
    (sameWords(allowed.touched, got.touched)
      ? undefined
      : { kind: "argument", entry: undefined }) ??
    (allowed.filesDeduped === got.filesDeduped ? undefined : { kind: "files", entry: undefined }) ??
    seenDifference(allowed, got) ??
    layoutDifference(allowed.layout, got.layout) ??
    contradictionDifference(allowed.contradictions, got.contradictions)
  );
}

function entryDifference(
  allowed: readonly TargetOutcome[],
  got: readonly TargetOutcome[],
): Difference | undefined {
  if (allowed.length !== got.length) return { kind: "entries", entry: undefined };
  for (let entry = 0; entry < allowed.length; entry++) {
    if (allowed[entry]?.status !== got[entry]?.status) return { kind: "status", entry };
    if (allowed[entry]?.deduped !== got[entry]?.deduped) return { kind: "bytes", entry };
  }
  return undefined;
}

function seenDifference(allowed: Outcome, got: Outcome): Difference | undefined {
  if (allowed.seen === got.seen) return undefined;
  if (allowed.seen?.size !== got.seen?.size) return { kind: "size", entry: undefined };
  return sameRuns(allowed.seen?.runs ?? [], got.seen?.runs ?? [])
    ? undefined
    : { kind: "contents", entry: undefined };
}

/** Two layouts are the same when one is what the freedoms of the other allow. */
function layoutDifference(
  allowed: readonly FileLayout[] | undefined,
  got: readonly FileLayout[] | undefined,
): Difference | undefined {
  if (allowed === got) return undefined;
  const found = mismatch(allowed ?? [], got ?? []);
  return found === undefined ? undefined : { kind: found.kind, entry: undefined };
}

/** By the first that is not allowed; no profile allows any. */
function contradictionDifference(
  allowed: readonly Contradiction[] = [],
  got: readonly Contradiction[] = [],
): Difference | undefined {
  if (allowed.length === 0 && got.length === 0) return undefined;
  const index = got.findIndex((each, at) => !isSame(each, allowed[at]));
  const first = got[index] ?? allowed[got.length];
  return first === undefined ? undefined : { kind: first.witness, entry: undefined };
}

function isSame(a: Contradiction, b: Contradiction | undefined): boolean {
  return a.witness === b?.witness && a.file === b.file && a.text === b.text;
}

function sameWords(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((word, index) => word === b[index]);
}

function sameRuns(a: readonly Run[], b: readonly Run[]): boolean {
  return (
    a.length === b.length &&
    a.every((run, index) => run.length === b[index]?.length && run.tone === b[index]?.tone)
  );
}
