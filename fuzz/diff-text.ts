/** What is told of two versions, and of the gaps of one: in 72 columns, for a mail, or as JSON lines. */

import type { Amendment, Format, Op, Profile } from "../model/index.ts";
import { allowedTexts, labelled } from "../replay/index.ts";
import { programText } from "./diff-trace.ts";
import type { Contradicting, ProfileDiff } from "./profile-diff.ts";
import type { ProfileGaps } from "./profile-gaps.ts";
import type { SideTaken } from "./side-taken.ts";

/** A contradiction, with the side that a target takes; undefined where none was asked, or cannot be. */
export interface Judged {
  readonly one: Contradicting;
  readonly taken: SideTaken | undefined;
}

export function diffText(diff: ProfileDiff, judged: readonly Judged[]): string {
  const { left, right, unseen } = diff;
  return [
    `${left.name} and ${right.name}: ${count(judged.length, "contradiction")}`,
    ...judged.flatMap(({ one, taken }, at) => [
      "",
      ...labelled(`${at + 1}.`, one.cause.title, 4),
      ...sideLines(diff, one),
      ...(taken === undefined ? [] : labelled("    kernel", takenText(diff, taken), indent)),
      ...basisLines(one),
      ...programLines(exactOf(diff), diff.format, one.program),
    ]),
    ...(unseen.length === 0 ? [] : ["", "Not shown by a program:"]),
    ...unseen.flatMap((row) => labelled("  -", unseenText(row), 4)),
  ].join("\n");
}

export function gapsText({ profile, format, gaps, unseen }: ProfileGaps): string {
  return [
    `${profile.name}: ${count(gaps.length, "call")} with more than one allowed answer`,
    ...gaps.flatMap(({ rule, op, before, branches, program }, at) => [
      "",
      ...labelled(`${at + 1}.`, saysOf(profile, rule), 4),
      ...allowedTexts(profile, before, op, branches).flatMap((text, index) =>
        labelled(index === 0 ? "    allowed" : "", text, indent),
      ),
      ...programLines(profile, format, program),
    ]),
    ...(unseen.length === 0
      ? []
      : ["", ...labelled("Not shown by a program:", unseen.join(", "), 24)]),
  ].join("\n");
}

const indent = 22;

function sideLines({ left, right }: ProfileDiff, { clash }: Contradicting): readonly string[] {
  const sides = [
    [left, clash.before[0], clash.left],
    [right, clash.before[1], clash.right],
  ] as const;
  return sides.flatMap(([profile, state, branches]) =>
    allowedTexts(profile, state, clash.op, branches).flatMap((text, index) =>
      labelled(index === 0 ? `    ${profile.name}` : "    or", text, indent),
    ),
  );
}

function takenText({ left, right }: ProfileDiff, taken: SideTaken): string {
  const names = [taken.left ? left.name : "", taken.right ? right.name : ""].filter(
    (name) => name !== "",
  );
  return `${taken.answer}: as ${names.length === 0 ? "neither of them" : names.join(" and ")}`;
}

function basisLines({ cause: { row } }: Contradicting): readonly string[] {
  if (row === undefined) return [];
  const { says, basis, source } = row.amendment;
  return [...labelled("    because", says, indent), ...labelled(`    ${basis}`, source, indent)];
}

function exactOf({ left, right }: ProfileDiff): Profile {
  return right.precedence === "kernel order" ? right : left;
}

/** A trace that did not run: what replay reads. */
function programLines(profile: Profile, format: Format, program: readonly Op[]): readonly string[] {
  return ["", programText(profile, format, program)];
}

function unseenText({ topic, says, unseen }: Amendment): string {
  const why = unseen ?? "no scene comes to it";
  return `${topic}: ${says} (${why})`;
}

function saysOf({ tables }: Profile, rule: string): string {
  return [...tables.request, ...tables.entry].find(({ id }) => id === rule)?.says ?? rule;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
