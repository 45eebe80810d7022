/** Traces on disk that must get the verdict that they state. */

import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { newModel, profileOf, type FileSystemUnderTest, type Model } from "../model/index.ts";
import { check, type Verdict } from "./check.ts";
import { parseTrace } from "./parse.ts";
import { printTrace } from "./print.ts";
import { replay } from "./replay.ts";
import type { ExpectedVerdict, Trace } from "./trace.ts";

export interface CorpusProblem {
  readonly path: string;
  /** One line. */
  readonly message: string;
}

/** Files below a folder that end in `.trace`, by name. */
export function tracesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".trace"))
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
    .toSorted();
}

/**
 * Holds a trace to what it states: its text is canonical, its outcomes get each
 * verdict that it expects and, where `target` is given, so do the target's.
 */
export function verifyTrace(
  path: string,
  target: FileSystemUnderTest | undefined,
  model: Model,
): readonly CorpusProblem[] {
  const text = readFileSync(path, "utf8");
  const parsed = parseTrace(text);
  if (parsed.kind === "invalid") return [{ path, message: parsed.message }];
  const { trace } = parsed;
  const problems: string[] = [];
  if (printTrace(trace) !== text) problems.push("it is not in canonical form");
  if (trace.expect.length === 0) problems.push("it states no verdict: add an expect line");
  for (const { profile: name, verdict } of trace.expect) {
    const profile = profileOf(name);
    if (profile === undefined) continue;
    const got = verdictText(check(newModel(profile), trace));
    if (got !== verdictText(verdict)) problems.push(`recorded: ${name} ${got}`);
  }
  if (target !== undefined) problems.push(...onTarget(trace, target, model));
  return problems.map((message) => ({ path, message }));
}

function onTarget(trace: Trace, target: FileSystemUnderTest, model: Model): readonly string[] {
  const expected = trace.expect.find(({ profile }) => profile === model.profile.name);
  if (expected === undefined || trace.block !== target.block) return [];
  const { divergence } = replay(model, target, trace, () => true);
  const got = divergence === undefined ? "allowed" : verdictText({ kind: "diverged", divergence });
  return got === verdictText(expected.verdict) ? [] : [`on ${target.name}: ${got}`];
}

function verdictText(verdict: Verdict | ExpectedVerdict): string {
  switch (verdict.kind) {
    case "allowed":
      return "allowed";
    case "undecided":
      return `undecided: ${verdict.why}`;
    case "diverged":
      return `diverged at call ${"at" in verdict ? verdict.at : verdict.divergence.at}`;
  }
}
