/** What is told of the ways of a call through the machine of a profile. */

import type { MachinePath, Profile } from "../model/index.ts";
import { labelled, printCall } from "../replay/index.ts";
import type { PathPrograms } from "./path-programs.ts";

/** By the number of targets, from one on. */
export function pathsText({ name }: Profile, byTargets: readonly PathPrograms[]): string {
  return [
    `${name}: ways of a call through its machine`,
    ...byTargets.map(({ concrete, unmet }, at) => {
      const all = concrete.length + unmet.length;
      return `${targets(at + 1).padEnd(14)}${all} ways, ${concrete.length} of them as programs`;
    }),
    ...byReason(byTargets).flatMap(([why, paths]) => [
      "",
      ...labelled("none", `${why}: ${paths.length}`, 6),
      ...labelled("", paths.map(pathWord).join(" "), 6),
    ]),
  ].join("\n");
}

/** A JSON line for each way. */
export function pathsJson(byTargets: readonly PathPrograms[]): string {
  const lines = byTargets.flatMap(({ concrete, unmet }, at) => [
    ...concrete.map(({ path, program }) => ({
      targets: at + 1,
      rules: path,
      program: program.map(printCall),
    })),
    ...unmet.map(({ path, why }) => ({ targets: at + 1, rules: path, why })),
  ]);
  return lines.map((line) => JSON.stringify(line)).join("\n");
}

/** The rules of a way in a word. */
export function pathWord(path: MachinePath): string {
  return path.length === 0 ? "none" : path.join(">");
}

function byReason(
  byTargets: readonly PathPrograms[],
): readonly (readonly [why: string, paths: readonly MachinePath[]])[] {
  const reasons = new Map<string, MachinePath[]>();
  for (const { path, why } of byTargets.flatMap(({ unmet }) => unmet)) {
    reasons.set(why, [...(reasons.get(why) ?? []), path]);
  }
  return [...reasons];
}

function targets(count: number): string {
  return count === 1 ? "one target" : `${count} targets`;
}
