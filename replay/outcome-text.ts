/** What came back from a call as text: `same 64K, status EINVAL`, `errno EBADF`, `slept; differs`. */

import {
  errnoName,
  maxMode,
  statusDiffers,
  statusSame,
  untouched,
  type Op,
  type Outcome,
  type Run,
  type Seen,
  type TargetOutcome,
} from "../model/index.ts";
import { contradictionsText } from "./contradiction-text.ts";
import { layoutText } from "./layout-text.ts";
import { modeText, numberText } from "./number-text.ts";
import { compressed } from "./run-length.ts";

/** The canonical text of an outcome, without its arrow; `parseOutcome` reads it back. */
export function printOutcome(op: Op, outcome: Outcome): string {
  const touched = outcome.touched.map((field) => ` ${field}`).join("");
  const slept = outcome.slept ? "slept; " : "";
  const signalled = outcome.signalled ? "SIGXFSZ; " : "";
  const { filesDeduped } = outcome;
  const counted = filesDeduped === undefined ? "" : ` files_deduped ${filesDeduped}`;
  const text = (usualText(op, outcome) ?? fullText(outcome)) + counted;
  const said = touched === "" ? text : `${text} touched${touched}`;
  return slept + signalled + said + contradictionsText(outcome.contradictions);
}

/** What a call says that did what was asked; undefined for everything else. */
function usualText(op: Op, outcome: Outcome): string | undefined {
  const { result, errno, targets, seen, layout } = outcome;
  if (errno !== 0 || result < 0) return undefined;
  if (op.kind === "observe") {
    return result === 0 && layout !== undefined ? layoutText(layout) : undefined;
  }
  if (op.kind === "dedupe") {
    return result === 0 && seen === undefined ? entriesText(targets) : undefined;
  }
  if (targets.length > 0) return undefined;
  if (op.kind !== "read" && op.kind !== "inspect") {
    if (seen !== undefined) return undefined;
    if (op.kind !== "mode") return integerText(result);
    return result <= maxMode ? modeText(result) : undefined;
  }
  if (seen === undefined || bytesSeen(seen) !== BigInt(result)) return undefined;
  if (op.kind === "inspect") return seen.size === undefined ? undefined : seenText(seen);
  return seen.size === undefined ? readText(result, seen.runs) : undefined;
}

/** `8K pattern 1` when one tone covers what was read, else `8K: 4K pattern 1, 4K zeros`. */
function readText(result: number, runs: readonly Run[]): string {
  const [only, second] = runs;
  if (only === undefined) return integerText(result);
  return second === undefined ? runText(only) : `${integerText(result)}: ${runsText(runs)}`;
}

/** Every field by its name, but entries that nobody touched. */
function fullText(outcome: Outcome): string {
  const { result, errno, targets, seen, layout } = outcome;
  const head = errno !== 0 && result === -1 ? [] : [`result ${integerText(result)}`];
  if (errno !== 0) head.push(`errno ${errnoName(errno)}`);
  if (seen !== undefined) head.push(`saw ${seenText(seen)}`);
  if (layout !== undefined) head.push(`saw ${layoutText(layout)}`);
  if (targets.every(isUntouched)) return head.join(" ");
  return `${head.join(" ")}${errno === 0 ? "," : " wrote"} ${entriesText(targets)}`;
}

function isUntouched(target: TargetOutcome): boolean {
  return target.status === untouched.status && target.deduped === untouched.deduped;
}

function entriesText(targets: readonly TargetOutcome[]): string {
  return targets.length === 0 ? "no targets" : compressed(targets.map(entryText));
}

export function entryText(target: TargetOutcome): string {
  const { status, deduped } = target;
  if (isUntouched(target)) return "untouched";
  if (status === statusSame) return `same ${dedupedText(deduped)}`;
  const word = status === statusDiffers ? "differs" : `status ${statusText(status)}`;
  return deduped === 0n ? word : `${word} bytes ${dedupedText(deduped)}`;
}

function dedupedText(deduped: bigint): string {
  return deduped === untouched.deduped ? "untouched" : numberText(deduped);
}

function statusText(status: number): string {
  if (status === untouched.status) return "untouched";
  const name = status < 0 ? errnoName(-status) : "";
  return name.startsWith("E") ? name : integerText(status);
}

function seenText(seen: Seen): string {
  const runs = seen.runs.length === 0 ? "" : runsText(seen.runs);
  if (seen.size === undefined) return runs === "" ? "nothing" : runs;
  const size = `size ${numberText(seen.size)}`;
  return runs === "" ? size : `${size}: ${runs}`;
}

function runsText(runs: readonly Run[]): string {
  return compressed(runs.map(runText));
}

function runText(run: Run): string {
  return `${numberText(run.length)} ${toneText(run.tone)}`;
}

/** A tone below 0 stands for bytes that are not told apart. */
function toneText(tone: number): string {
  if (tone < 0) return "garbled";
  if (tone === 0) return "zeros";
  return tone < 128 ? `pattern ${tone}` : `pattern ${tone - 128} flipped`;
}

function bytesSeen(seen: Seen): bigint {
  return seen.runs.reduce((sum, run) => sum + run.length, 0n);
}

function integerText(value: number): string {
  return value < 0 ? `-${numberText(BigInt(-value))}` : numberText(BigInt(value));
}
