/** `spec diff A B`, `spec gaps PROFILE` and `spec paths PROFILE`, from their words to what is told. */

import { formatsOf, profileOf, type FileSystemUnderTest, type Profile } from "../model/index.ts";
import { printTrace } from "../replay/index.ts";
import { diffJson, gapsJson } from "./diff-json.ts";
import { diffText, gapsText, type Judged } from "./diff-text.ts";
import { answeredTrace, diffTrace } from "./diff-trace.ts";
import { pathPrograms } from "./path-programs.ts";
import { pathsJson, pathsText, pathWord } from "./paths-text.ts";
import { profileDiff, type SearchOptions } from "./profile-diff.ts";
import { profileGaps } from "./profile-gaps.ts";
import { sideTaken } from "./side-taken.ts";
import { unknownProfile } from "./target-choice.ts";

/** What the words behind `spec` ask of versions; undefined where they ask something else. */
export type VersionsAsked =
  | { readonly kind: "diff"; readonly left: Profile; readonly right: Profile }
  | { readonly kind: "gaps"; readonly profile: Profile }
  | { readonly kind: "paths"; readonly profile: Profile }
  /** One line for the user. */
  | { readonly kind: "invalid"; readonly message: string };

export function readVersions(words: readonly string[]): VersionsAsked | undefined {
  const [verb, ...names] = words;
  if (verb !== "diff" && verb !== "gaps" && verb !== "paths") return undefined;
  const unknown = names.find((name) => profileOf(name) === undefined);
  if (unknown !== undefined) return { kind: "invalid", message: unknownProfile(unknown) };
  const [left, right] = names.flatMap((name) => profileOf(name) ?? []);
  if (verb !== "diff") {
    return left === undefined || names.length > 1
      ? { kind: "invalid", message: `spec ${verb} takes one PROFILE` }
      : { kind: verb, profile: left };
  }
  return left === undefined || right === undefined || names.length > 2
    ? { kind: "invalid", message: "spec diff takes two profiles: spec diff A B" }
    : { kind: "diff", left, right };
}

export interface HowToCompare extends SearchOptions {
  readonly json: boolean;
  /** Asked which side it takes, where there is one. */
  readonly target: FileSystemUnderTest | undefined;
  /** Told each program as a trace, by a name for a file. */
  readonly save: (name: string, text: string) => void;
}

export function compareVersions(
  asked: Exclude<VersionsAsked, { readonly kind: "invalid" }>,
  { json, target, save, ...options }: HowToCompare,
): string {
  if (asked.kind === "paths") return paths(asked.profile, json, save);
  if (asked.kind === "gaps") {
    const gaps = profileGaps(asked.profile, options);
    return json ? gapsJson(gaps) : gapsText(gaps);
  }
  const diff = profileDiff(asked.left, asked.right, options);
  target?.use(diff.format);
  const judged = diff.found.map((one): Judged => ({
    one,
    taken: target === undefined ? undefined : sideTaken(target, one),
  }));
  for (const [at, { one }] of judged.entries()) {
    save(`${String(at + 1).padStart(2, "0")}.trace`, printTrace(diffTrace(diff, one)));
  }
  return json ? diffJson(diff, judged) : diffText(diff, judged);
}

function paths(profile: Profile, json: boolean, save: HowToCompare["save"]): string {
  const byTargets = [pathPrograms(profile, 1), pathPrograms(profile, 2)];
  const [format] = formatsOf(profile.fs);
  for (const { path, program } of byTargets.flatMap(({ concrete }) => concrete)) {
    const comment = `decided by ${pathWord(path)}`;
    const name = pathWord(path).replaceAll(">", "-");
    save(`${name}.trace`, printTrace(answeredTrace(profile, format, program, comment)));
  }
  return json ? pathsJson(byTargets) : pathsText(profile, byTargets);
}
