/** What `explain` answers about the calls in a log of strace. */

import { shapeOf } from "./alike.ts";
import { explanationJson } from "./explain-json.ts";
import { explainStrace, straceText } from "./explain-strace.ts";
import { explanationText } from "./explain-text.ts";
import { answerText } from "./explain-words.ts";
import { labelled } from "./columns.ts";
import { readNamedFile } from "./named-file.ts";
import { plain } from "./plain.ts";
import { readStraceLog, type LoggedCall, type StraceLog } from "./strace-log.ts";
import { heldTo, type HeldTo, type HowToTell, type Told } from "./told.ts";
import type { Profile } from "../model/index.ts";

/** Bytes of a log, at most. */
const maxLog = 2 ** 26;

const recorder = "strace -v -f -e trace=ioctl -o FILE PROGRAM";

/** Explains every call of a log, or the one whose number stands in `words`, from 1. */
export function explainLog(
  held: HeldTo,
  path: string,
  words: readonly string[],
  how: HowToTell,
): Told {
  const [number, ...more] = words;
  if (more.length > 0 || !/^[1-9][0-9]{0,5}$/.test(number ?? "1")) {
    return invalid("explain --strace FILE takes one word more at most, the number of a call");
  }
  const text = readNamedFile(path, "a log", maxLog);
  if (text.kind === "invalid") return invalid(`${plain(path)}: ${text.message}`);
  const log = readStraceLog(text.value);
  const { length } = log.calls;
  if (length === 0) return invalid(`${plain(path)}: ${noCall(log)}`);
  const calls = number === undefined ? log.calls : log.calls.slice(Number(number) - 1).slice(0, 1);
  if (calls.length === 0) return invalid(`${plain(path)} has calls 1 to ${length}, not ${number}`);
  const profile = heldTo(held, "btrfs");
  const parts = how.json
    ? [...calls.map(callJson(profile, how.all)), ...problemsJson(log)]
    : [
        ...groupsOf(profile, calls, how.all).map((group) => groupText(profile, group, how.all)),
        endText(log),
      ];
  return { kind: "text", text: parts.join(how.json ? "\n" : "\n\n") };
}

/** Calls that go alike, the first one to be explained for all. */
type Group = readonly [LoggedCall, ...LoggedCall[]];

/** In the order of their first calls; each call by itself where all is told. */
function groupsOf(profile: Profile, calls: readonly LoggedCall[], all: boolean): readonly Group[] {
  if (all) return calls.map((call) => [call]);
  const groups = new Map<string, [LoggedCall, ...LoggedCall[]]>();
  for (const logged of calls) {
    const shape = shapeOf(profile, logged.call);
    const group = groups.get(shape);
    if (group === undefined) groups.set(shape, [logged]);
    else group.push(logged);
  }
  return [...groups.values()];
}

/** Lines of calls that go alike that are named. */
const maxNamed = 12;

function groupText(profile: Profile, [first, ...others]: Group, all: boolean): string {
  const named = others.slice(0, maxNamed).map(({ line }) => line);
  const more = others.length > maxNamed ? [`${others.length - maxNamed} more`] : [];
  const alike = `; alike: ${[...named, ...more].join(", ")}`;
  const head = labelled("line", `${first.line}${others.length === 0 ? "" : alike}`);
  return explanationText(explainStrace(profile, first.call), all, head);
}

/** A call as a line of JSON: its explanation, or the line of the one before it that went alike. */
function callJson(profile: Profile, all: boolean): (logged: LoggedCall) => string {
  const lines = new Map<string, number>();
  return ({ line, call }) => {
    const shape = shapeOf(profile, call);
    const alike = all ? undefined : lines.get(shape);
    if (alike === undefined) {
      lines.set(shape, line);
      return explanationJson(explainStrace(profile, call), line);
    }
    const got = answerText(call.answer);
    return JSON.stringify({
      line,
      call: straceText(call),
      got: got === "" ? undefined : got,
      alike,
    });
  };
}

/** Problems that are told one by one. */
const maxProblems = 10;

/** How many calls there are, and what was read over. */
function endText({ calls, problems, others, left }: StraceLog): string {
  const counts = [
    `${calls.length} calls`,
    ...(left === 0 ? [] : [`${left} more that were not read`]),
    ...(others === 0 ? [] : [`${others} lines of something else`]),
    ...(problems.length === 0 ? [] : [`${problems.length} lines that cannot be read`]),
  ];
  const shown = problems.slice(0, maxProblems);
  const told = shown.flatMap(({ line, message }) => labelled(`line ${line}`, message));
  return [...labelled("log", counts.join(", ")), ...told].join("\n");
}

function problemsJson({ problems }: StraceLog): readonly string[] {
  return problems.map((problem) => JSON.stringify(problem));
}

function noCall({ problems: [first], others }: StraceLog): string {
  if (first !== undefined) return `line ${first.line}: ${first.message}`;
  return `none of its ${others} lines is a call of this ioctl; ${recorder} records them`;
}

function invalid(message: string): Told {
  return { kind: "invalid", message };
}
