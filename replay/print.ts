/** A trace as text: one call a line, with its outcome. */

import { usualFormat, type FileSystemUnderTest } from "../model/index.ts";
import { printCall } from "./op-text.ts";
import { hexText, numberText } from "./number-text.ts";
import { printOutcome } from "./outcome-text.ts";
import { plain } from "./plain.ts";
import type { Event, Expectation, Trace } from "./trace.ts";

/** The canonical text; ends with a line end. `parseTrace` reads it back. */
export function printTrace(trace: Trace): string {
  const lines = [
    ...trace.comments.map((comment) => commentText("", comment)),
    headerText(trace),
    ...(trace.expect.length === 0 ? [] : [expectText(trace.expect)]),
    ...trace.events.map(printEvent),
    ...trace.trailing.map((comment) => commentText(indent, comment)),
  ];
  return `${lines.join("\n")}\n`;
}

/** The first lines of a trace from a target, with a comment, and without a line end. */
export function emptyTrace(
  { name, block, format }: Pick<FileSystemUnderTest, "name" | "block" | "format">,
  comment: string,
): string {
  const header = { version: 1, target: name, block, format: format.name, seed: undefined } as const;
  const nothing = { expect: [], comments: [comment], events: [], trailing: [] };
  return printTrace({ ...header, ...nothing }).trimEnd();
}

/** The lines of one call: its comments, then the call and its outcome in columns. */
export function printEvent(event: Event): string {
  const { op, outcome, comments } = event;
  const call = `${indent}${printCall(op)}`;
  const line =
    outcome === undefined ? call : `${call.padEnd(45)}   -> ${printOutcome(op, outcome)}`;
  return [...comments.map((comment) => commentText(indent, comment)), line].join("\n");
}

/** Text made fit to be a comment of a trace: what print and parse keep as it is. */
export function commentOf(text: string): string {
  return plain(text).trimEnd();
}

const indent = "  ";

function commentText(before: string, comment: string): string {
  const text = commentOf(comment);
  return text === "" ? `${before}#` : `${before}# ${text}`;
}

function headerText(trace: Trace): string {
  const parts = [
    `trace ${trace.version}`,
    `target ${trace.target}`,
    `block ${numberText(BigInt(trace.block))}`,
  ];
  if (trace.format !== usualFormat(trace.target).name) parts.push(`format ${trace.format}`);
  if (trace.seed !== undefined) parts.push(`seed ${hexText(trace.seed)}`);
  return parts.join("   ");
}

function expectText(expect: readonly Expectation[]): string {
  return `expect    ${expect.map(expectationText).join("   ")}`;
}

function expectationText({ profile, verdict }: Expectation): string {
  switch (verdict.kind) {
    case "allowed":
      return `${profile} allowed`;
    case "diverged":
      return `${profile} diverged at call ${verdict.at}`;
  }
}
