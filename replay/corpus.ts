/** Traces on disk that must get the verdict that they state. */

import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import {
  newModel,
  profileOf,
  type FileSystemUnderTest,
  type FsKind,
  type Model,
} from "../model/index.ts";
import { check, type Verdict } from "./check.ts";
import { parseTrace } from "./parse.ts";
import { printTrace } from "./print.ts";
import { replay, suits } from "./replay.ts";
import { formatIn, type ExpectedVerdict, type Trace } from "./trace.ts";

export interface CorpusProblem {
  readonly path: string;
  /** One line. */
  readonly message: string;
}

/** Files below a folder that end in `.trace`, by name; none where there is no folder. */
export function tracesIn(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".trace"))
    .map((name) => join(folder, name))
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile() === true)
    .toSorted();
}

/** The file systems that traces are for, each once. */
export function fileSystemsOf(paths: readonly string[]): readonly FsKind[] {
  const kinds = paths.flatMap((path) => {
    const parsed = parseTrace(readFileSync(path, "utf8"));
    return parsed.kind === "trace" ? [formatIn(parsed.trace).fs] : [];
  });
  return [...new Set(kinds)].toSorted();
}

/** Holds a trace to what it states: its text is canonical, and its outcomes get each verdict that it expects. */
export function verifyTrace(path: string): readonly CorpusProblem[] {
  const text = readFileSync(path, "utf8");
  const parsed = parseTrace(text);
  if (parsed.kind === "invalid") return [{ path, message: parsed.message }];
  const { trace } = parsed;
  const problems: string[] = [];
  if (printTrace(trace) !== text) problems.push("it is not in canonical form");
  if (trace.expect.length === 0) problems.push("it states no verdict: add an expect line");
  return [...problems, ...staleVerdicts(trace)].map((message) => ({ path, message }));
}

/** Which of the verdicts that a trace states are not what profiles say of its outcomes, a line each. */
export function staleVerdicts(trace: Trace): readonly string[] {
  return trace.expect.flatMap(({ profile: name, verdict }) => {
    const profile = profileOf(name);
    if (profile === undefined) return [`${name} is not a profile, and its verdict cannot be held`];
    const got = verdictText(check(newModel(profile), trace));
    return got === verdictText(verdict) ? [] : [`recorded: ${name} ${got}`];
  });
}

/** Holds what a target answers to the verdict of a trace; nothing where the trace is not for the target. */
export function verifyOn(
  path: string,
  model: Model,
  target: FileSystemUnderTest,
): readonly CorpusProblem[] {
  const parsed = parseTrace(readFileSync(path, "utf8"));
  if (parsed.kind === "invalid") return [];
  const { trace } = parsed;
  const expected = trace.expect.find(({ profile }) => profile === model.profile.name);
  if (expected === undefined || formatIn(trace).fs !== target.format.fs) return [];
  if (!suits(trace, target)) return [];
  const { divergence } = replay(model, target, trace, () => true);
  const got = divergence === undefined ? "allowed" : verdictText({ kind: "diverged", divergence });
  if (got === verdictText(expected.verdict)) return [];
  return [{ path, message: `on ${target.name}: ${got}` }];
}

/** In the words of a header. */
export function verdictText(verdict: Verdict | ExpectedVerdict): string {
  switch (verdict.kind) {
    case "allowed":
      return "allowed";
    case "undecided":
      return `undecided: ${verdict.why}`;
    case "diverged":
      return `diverged at call ${"at" in verdict ? verdict.at : verdict.divergence.at}`;
  }
}
