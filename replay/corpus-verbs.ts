/** What a corpus holds, and what may be added to it. */

import {
  errnoName,
  initialOn,
  newModel,
  profileFor,
  type Outcome,
  type State,
} from "../model/index.ts";
import { advance, check } from "./check.ts";
import { staleVerdicts, tracesIn, verdictText, type CorpusProblem } from "./corpus.ts";
import { coverOf, type Covered } from "./cover.ts";
import { printEvent, printTrace } from "./print.ts";
import { formatIn, type ExpectedVerdict, type Trace } from "./trace.ts";
import { readTraceFile } from "./trace-file.ts";

export interface CorpusEntry extends Covered {
  readonly trace: Trace;
}

/** The traces of a folder that can be read; of the others, why. */
export function corpusIn(folder: string): {
  readonly entries: readonly CorpusEntry[];
  readonly problems: readonly CorpusProblem[];
} {
  const entries: CorpusEntry[] = [];
  const problems: CorpusProblem[] = [];
  for (const path of tracesIn(folder)) {
    const read = readTraceFile(path);
    if (read.kind === "invalid") problems.push({ path, message: read.message });
    else {
      const { trace } = read;
      entries.push({ path, trace, calls: trace.events.length, reaches: reachesOf(trace) });
    }
  }
  return { entries, problems };
}

/**
 * The cases that a trace comes to, as far as the profile of its file system allows its
 * answers: each rule that decided with what came back, such as `btrfs G8 status EINVAL`.
 */
function reachesOf(trace: Trace): ReadonlySet<string> {
  const format = formatIn(trace);
  const model = newModel(profileFor(format.fs));
  const found = new Set<string>();
  let worlds: readonly State[] = [initialOn(format)];
  for (const [index, { op, outcome }] of trace.events.entries()) {
    if (outcome === undefined) return found;
    const step = advance(model, worlds, op, outcome, index + 1);
    if (step.kind !== "allowed") {
      found.add(`${format.fs} ${op.kind} diverges`);
      return found;
    }
    worlds = step.worlds;
    let entry = 0;
    for (const decision of step.decisions) {
      const at = decision.entry === undefined ? undefined : entry++;
      const rule = decision.rule ?? (at === undefined ? op.kind : "none");
      found.add(`${format.fs} ${rule} ${answerText(outcome, at)}`);
    }
  }
  return found;
}

function answerText({ errno, targets }: Outcome, entry: number | undefined): string {
  const target = entry === undefined ? undefined : targets[entry];
  if (target === undefined) return errno === 0 ? "success" : errnoName(errno);
  if (target.status >= 0) return `status ${target.status}`;
  return `status ${errnoName(-target.status)}`;
}

/** A line for each trace: calls, cases, the verdicts that it states, and its path. */
export function listLines(entries: readonly CorpusEntry[]): readonly string[] {
  return entries.map(({ path, calls, reaches, trace }) => {
    const verdicts = trace.expect.map(
      ({ profile, verdict }) => `${profile} ${verdictText(verdict)}`,
    );
    return [
      String(calls).padStart(5),
      String(reaches.size).padStart(4),
      `  ${path}`,
      `  ${verdicts.length === 0 ? "no verdict" : verdicts.join(", ")}`,
    ].join("");
  });
}

/** What of a corpus is enough, in lines. */
export function coverLines(entries: readonly CorpusEntry[]): readonly string[] {
  const { kept, fewest } = coverOf(entries);
  const cases = new Set(entries.flatMap(({ reaches }) => [...reaches])).size;
  const end = fewest ? "no fewer do" : "the fewest that were found";
  return [
    ...kept.map(({ path }) => path),
    `${kept.length} of ${entries.length} traces come to all ${cases} cases of a rule and an answer; ${end}`,
  ];
}

export type Added =
  | { readonly kind: "added"; readonly text: string; readonly verdict: string }
  /** One line for the user. */
  | { readonly kind: "refused"; readonly message: string };

/** A trace in the form that a corpus has it in: canonical, and with the verdict of its file system's profile. */
export function toAdd(trace: Trace, corpus: readonly CorpusEntry[]): Added {
  const { name } = profileFor(formatIn(trace).fs);
  const same = corpus.find((entry) => programOf(entry.trace) === programOf(trace));
  if (same !== undefined) return refused(`it is there already: ${same.path}`);
  const got = check(newModel(profileFor(formatIn(trace).fs)), trace);
  if (got.kind === "undecided") return refused(got.why);
  const verdict: ExpectedVerdict =
    got.kind === "allowed" ? got : { kind: "diverged", at: got.divergence.at };
  const others = trace.expect.filter(({ profile }) => profile !== name);
  const stated = { ...trace, expect: [{ profile: name, verdict }, ...others] };
  const [stale] = staleVerdicts(stated);
  if (stale !== undefined) return refused(stale);
  return { kind: "added", text: printTrace(stated), verdict: `${name} ${verdictText(verdict)}` };
}

/** What makes two traces the same, whatever is said of them. */
function programOf(trace: Trace): string {
  const calls = trace.events.map((event) => printEvent({ ...event, comments: [] }));
  return [trace.block, trace.format, ...calls].join("\n");
}

function refused(message: string): Added {
  return { kind: "refused", message };
}
