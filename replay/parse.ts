/**
 * Reads a trace from its text. The text may come from a stranger: whatever it
 * is, this returns, and what it returns is bounded (bounds.ts).
 */

import type { Outcome } from "../model/index.ts";
import { bounds, overBound } from "./bounds.ts";
import { firstBreach } from "./breach.ts";
import { parseCall } from "./parse-call.ts";
import { parseHeader, parseExpect, type Header } from "./parse-header.ts";
import { parseOutcome } from "./parse-outcome.ts";
import { commentOf } from "./print.ts";
import type { Event, Expectation, Trace } from "./trace.ts";
import type { Parsed } from "./words.ts";

export type ParsedTrace =
  | { readonly kind: "trace"; readonly trace: Trace }
  /** One line: the line's number from 1, what is wrong, and what would be right. */
  | { readonly kind: "invalid"; readonly message: string };

/**
 * Reads a trace. Line ends may be LF or CRLF; a byte order mark at the start,
 * empty lines and more spaces than needed are read over.
 */
export function parseTrace(text: string): ParsedTrace {
  if (text.length > bounds.text.most) return invalid(1, overBound("text"));
  const draft = emptyDraft();
  const lines = text.replace(/^\ufeff/, "").split("\n");
  for (const [index, line] of lines.entries()) {
    const problem = readLine(draft, line.replace(/\r$/, ""), index + 1);
    if (problem !== undefined) return invalid(index + 1, problem);
  }
  if (draft.header === undefined) return invalid(lines.length, noHeader);
  const breach = firstBreach(draft.events.map((event) => event.op));
  if (breach !== undefined) return invalid(draft.lines[breach.at] ?? 0, breach.message);
  const { header, expect, comments, events, pending } = draft;
  return { kind: "trace", trace: { ...header, expect, comments, events, trailing: pending } };
}

const noHeader =
  "the header is missing; a trace begins: trace 1   target NAME   block N   [seed N]";

/** A trace while its lines are read. */
interface Draft {
  header: Header | undefined;
  readonly expect: Expectation[];
  readonly comments: string[];
  readonly events: Event[];
  /** The line of each event. */
  readonly lines: number[];
  /** Comments that wait for what stands behind them. */
  pending: string[];
}

function emptyDraft(): Draft {
  return { header: undefined, expect: [], comments: [], events: [], lines: [], pending: [] };
}

/** Takes one line into the draft; returns what is wrong with it. */
function readLine(draft: Draft, line: string, number: number): string | undefined {
  if (line.length > bounds.line.most) return overBound("line");
  const [, word] = /^[ \t]*(#|[^ \t]*)/.exec(line) ?? [];
  if (word === "") return undefined;
  if (word === "#") return readComment(draft, line);
  if (word === "trace") return readHeader(draft, line);
  if (draft.header === undefined) return noHeader;
  return word === "expect" ? readExpect(draft, line) : readCall(draft, line, number);
}

function readComment(draft: Draft, line: string): string | undefined {
  const comment = commentOf(line.slice(line.indexOf("#") + 1)).replace(/^ /, "");
  if (comment.length > bounds.comment.most) return overBound("comment");
  draft.pending.push(comment);
  return undefined;
}

function readHeader(draft: Draft, line: string): string | undefined {
  if (draft.header !== undefined) return "a second header; put each trace into a file of its own";
  const parsed = parseHeader(line);
  if (parsed.kind === "invalid") return parsed.message;
  draft.header = parsed.value;
  takePending(draft);
  return undefined;
}

function readExpect(draft: Draft, line: string): string | undefined {
  if (draft.events.length > 0) return "expectations stand before the first call";
  const parsed = parseExpect(line);
  if (parsed.kind === "invalid") return parsed.message;
  for (const expectation of parsed.value) {
    const twice = draft.expect.some(({ profile }) => profile === expectation.profile);
    if (twice) return `a second expectation for ${expectation.profile}`;
    if (draft.expect.length === bounds.expectations.most) return overBound("expectations");
    draft.expect.push(expectation);
  }
  takePending(draft);
  return undefined;
}

/** Comments before the header or an expectation belong to the trace. */
function takePending(draft: Draft): void {
  for (const comment of draft.pending) draft.comments.push(comment);
  draft.pending = [];
}

function readCall(draft: Draft, line: string, number: number): string | undefined {
  if (draft.events.length === bounds.calls.most) return overBound("calls");
  const parsed = parseEvent(line, draft.pending);
  if (parsed.kind === "invalid") return parsed.message;
  draft.events.push(parsed.value);
  draft.lines.push(number);
  draft.pending = [];
  return undefined;
}

/** Reads `CALL` or `CALL -> OUTCOME`. */
export function parseEvent(line: string, comments: readonly string[]): Parsed<Event> {
  const arrow = line.indexOf("->");
  const op = parseCall(arrow === -1 ? line : line.slice(0, arrow));
  if (op.kind === "invalid") return op;
  const outcome: Parsed<Outcome | undefined> =
    arrow === -1
      ? { kind: "parsed", value: undefined }
      : parseOutcome(op.value, line.slice(arrow + 2));
  if (outcome.kind === "invalid") return outcome;
  return { kind: "parsed", value: { comments, op: op.value, outcome: outcome.value } };
}

function invalid(line: number, problem: string): ParsedTrace {
  return { kind: "invalid", message: `line ${line}: ${problem}` };
}
