/** The calls of this ioctl in a log of strace, whatever else stands there. */

import { parseStraceCall, requestNames, type StraceCall } from "./strace-call.ts";

export interface LoggedCall {
  /** The line that it begins in, from 1. */
  readonly line: number;
  readonly call: StraceCall;
}

/** A line that names the ioctl and that no strace prints. */
export interface LogProblem {
  readonly line: number;
  readonly message: string;
}

export interface StraceLog {
  /** In the order in which they began. */
  readonly calls: readonly LoggedCall[];
  readonly problems: readonly LogProblem[];
  /** Lines of something else. */
  readonly others: number;
  /** Calls behind the last one that is read. */
  readonly left: number;
}

/** Characters of a line, at most: 127 targets with the longest paths take less. */
const maxLine = 2 ** 20;

/** Calls of a log that are read, at most. */
const maxCalls = 100_000;

/** Who calls and when: `743 12:00:01.5 `, `[pid 743] `, `[00007f01] `. */
const prefix =
  /^\s*(?:\[pid +([0-9]{1,10})(?:<[^>]{0,64}>)?\] +|([0-9]{1,10})(?:<[^>]{0,64}>)? +)?(?:\(\+ *[0-9.]+\) +)?(?:[0-9:.]+ +)*(?:\[[^\]]{0,32}\] +)*/;
const unfinished = / *<unfinished \.\.\.>\s*$/;
const stillRunning = " <unfinished ...>";
const resumed = "<... ioctl resumed>";
/** What strace itself says in the middle of a line, when it logs to where its messages go. */
const interrupted = /strace: umoven?: [^@]{0,80}@0x[0-9a-f]{1,16}$/;

/** A call that began, and what is known of its text. */
interface Begun {
  readonly line: number;
  text: string;
}

/** A log while its lines are read. */
interface Draft {
  readonly begun: Begun[];
  /** Calls that did not return yet, by who made them. */
  readonly waiting: Map<string, Begun>;
  readonly problems: LogProblem[];
  others: number;
  left: number;
  /** The start of a line that goes on in the next one. */
  carried: string;
}

export function readStraceLog(text: string): StraceLog {
  const draft: Draft = {
    begun: [],
    waiting: new Map(),
    problems: [],
    others: 0,
    left: 0,
    carried: "",
  };
  for (const [index, line] of text.split("\n").entries()) {
    readLine(draft, line.replace(/\r$/, ""), index + 1);
  }
  for (const call of draft.waiting.values()) call.text += stillRunning;
  const calls: LoggedCall[] = [];
  for (const { line, text: said } of draft.begun) {
    const call = parseStraceCall(said);
    if (call.kind === "parsed") calls.push({ line, call: call.value });
    else draft.problems.push({ line, message: call.message });
  }
  const problems = draft.problems.toSorted((a, b) => a.line - b.line);
  return { calls, problems, others: draft.others, left: draft.left };
}

function readLine(draft: Draft, raw: string, line: number): void {
  if (raw.length > maxLine) {
    draft.problems.push({ line, message: "it is longer than a call of this ioctl can be" });
    return;
  }
  const text = draft.carried + raw;
  draft.carried = "";
  if (text === "") return;
  const [before = "", inBrackets, alone] = prefix.exec(text) ?? [];
  const who = inBrackets ?? alone ?? "";
  const said = text.slice(before.length);
  const call = draft.waiting.get(who);
  if (said.startsWith(resumed) && call !== undefined) {
    draft.waiting.delete(who);
    call.text += said.slice(resumed.length);
  } else if (!isCall(said)) draft.others++;
  else if (interrupted.test(said)) draft.carried = text.replace(interrupted, "");
  else begin(draft, who, { line, text: said });
}

function begin(draft: Draft, who: string, call: Begun): void {
  if (draft.begun.length === maxCalls) {
    draft.left++;
    return;
  }
  draft.begun.push(call);
  if (!unfinished.test(call.text)) return;
  const before = draft.waiting.get(who);
  if (before !== undefined) before.text += stillRunning;
  call.text = call.text.replace(unfinished, "");
  draft.waiting.set(who, call);
}

/** Whether a line begins with a call of this ioctl: its name stands right behind the descriptor. */
function isCall(said: string): boolean {
  return said.startsWith("ioctl(") && requestNames.test(said);
}
