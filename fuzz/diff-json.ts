/** The same as diff-text.ts for machines: a JSON line for each contradiction, or gap, and one for what is not shown. */

import type { Op, Profile, Returned, State } from "../model/index.ts";
import { allowedTexts, printCall } from "../replay/index.ts";
import type { Judged } from "./diff-text.ts";
import type { ProfileDiff } from "./profile-diff.ts";
import type { ProfileGaps } from "./profile-gaps.ts";

export function diffJson({ left, right, unseen }: ProfileDiff, judged: readonly Judged[]): string {
  const lines = judged.map(({ one: { cause, clash, program }, taken }) => ({
    cause: cause.key,
    says: cause.title,
    row: cause.row?.amendment,
    left: side(left, clash.before[0], clash.op, clash.left),
    right: side(right, clash.before[1], clash.op, clash.right),
    kernel: taken,
    program: program.map(printCall),
  }));
  return [...lines, { unseen }].map((line) => JSON.stringify(line, plainly)).join("\n");
}

export function gapsJson({ profile, gaps, unseen }: ProfileGaps): string {
  const lines = gaps.map(({ rule, op, before, branches, program }) => ({
    rule,
    ...side(profile, before, op, branches),
    program: program.map(printCall),
  }));
  return [...lines, { unseen }].map((line) => JSON.stringify(line, plainly)).join("\n");
}

interface SideJson {
  readonly profile: string;
  readonly allowed: readonly string[];
}

function side(profile: Profile, state: State, op: Op, branches: readonly Returned[]): SideJson {
  return { profile: profile.name, allowed: allowedTexts(profile, state, op, branches) };
}

/** A number that a double cannot hold is a string. */
function plainly(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? value.toString() : value;
}
