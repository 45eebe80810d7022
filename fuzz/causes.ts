/**
 * Why two versions of the specification clash over a program: a row in which one
 * was made from the other, where taking it back ends the clash; else the rules that
 * part there.
 */

import {
  amended,
  InvariantError,
  linux618Btrfs,
  type Amendment,
  type Format,
  type Op,
  type Profile,
  type Returned,
} from "../model/index.ts";
import { difference } from "../replay/index.ts";
import { openCause } from "./open-cause.ts";
import { clashIn, sideOf, type Clash } from "./two-profiles.ts";

/** Two versions, and what makes them different. */
export interface Versions {
  readonly left: Profile;
  readonly right: Profile;
  readonly format: Format;
  readonly rows: readonly Row[];
}

/** A row that one of the versions has and the other has not. */
export interface Row {
  readonly amendment: Amendment;
  /** The versions without it. */
  readonly left: Profile;
  readonly right: Profile;
}

export interface Cause {
  /** Tells causes apart. */
  readonly key: string;
  /** What it is: a topic, or the rule that is said to be broken. */
  readonly title: string;
  /** Of versions that were made from each other. */
  readonly row: Row | undefined;
  /** The key of a cause that says it better, where there is one. */
  readonly better?: string;
}

export function versionsOf(left: Profile, right: Profile, format: Format): Versions {
  const rows = [
    ...rowsOf(left, right).map(({ amendment, profile }) => ({ amendment, left: profile, right })),
    ...rowsOf(right, left).map(({ amendment, profile }) => ({ amendment, left, right: profile })),
  ];
  return { left, right, format, rows };
}

/** The rows that a version has and the other has not, each with the version without it. */
function rowsOf(
  of: Profile,
  other: Profile,
): readonly { readonly amendment: Amendment; readonly profile: Profile }[] {
  return of.amendments
    .filter((amendment) => !other.amendments.includes(amendment))
    .flatMap((amendment) => {
      const profile = withoutRow(of, amendment);
      return profile === undefined ? [] : [{ amendment, profile }];
    });
}

/** Undefined where another row needs it. */
function withoutRow(profile: Profile, row: Amendment): Profile | undefined {
  const rest = profile.amendments.filter((each) => each !== row);
  try {
    const { name, about } = profile;
    return amended(linux618Btrfs, { name, about }, rest);
  } catch (error) {
    if (error instanceof InvariantError) return undefined;
    throw error;
  }
}

/** The causes of a clash over a program; empty where nothing can be said of it. */
export function causesOf(
  versions: Versions,
  program: readonly Op[],
  clash: Clash,
): readonly Cause[] {
  if (versions.rows.length === 0) return rulesApart(versions, clash);
  const { format, rows } = versions;
  const ending = rows.filter((row) => endsClash(row, format, program));
  const causes = ending.length > 0 ? ending : rows.filter((row) => counts(row, versions, program));
  return causes.map((row) => ({
    key: `${row.amendment.topic}: ${row.amendment.says}`,
    title: row.amendment.topic,
    row,
  }));
}

/** Whether a clash is one for the cause of another. */
export function isFor(
  { key, row }: Cause,
  versions: Versions,
  program: readonly Op[],
  clash: Clash,
): boolean {
  if (row === undefined) return rulesApart(versions, clash).some((cause) => cause.key === key);
  return endsClash(row, versions.format, program) || counts(row, versions, program);
}

/** Whether without the row there is no clash. */
function endsClash({ left, right }: Row, format: Format, program: readonly Op[]): boolean {
  return !clashes(left, right, format, program);
}

/** Whether the version that has the row answers otherwise without it. */
function counts(row: Row, { left, right, format }: Versions, program: readonly Op[]): boolean {
  return row.left === left
    ? clashes(right, row.right, format, program)
    : clashes(left, row.left, format, program);
}

function clashes(left: Profile, right: Profile, format: Format, program: readonly Op[]): boolean {
  return clashIn(sideOf(left, format), sideOf(right, format), program) !== undefined;
}

/** A word that programs have in common which clash for the same reason, more or less. */
export function kindOf({ op, left, right }: Clash): string {
  const [a, b] = [left[0], right[0]];
  if (a === undefined || b === undefined) return op.kind;
  const apart = difference(a.outcome, b.outcome);
  const rules = [ruleAt(a, apart?.entry), ruleAt(b, apart?.entry)];
  return `${op.kind} ${apart?.kind ?? ""} ${rules.join(" ")}`;
}

function ruleAt({ decisions }: Returned, entry: number | undefined): string {
  const decision =
    entry === undefined ? decisions.find(({ rule }) => rule !== undefined) : decisions[entry + 1];
  return decision?.rule ?? "";
}

/** The rules that part, of versions that were not made from each other. */
function rulesApart(versions: Versions, clash: Clash): readonly Cause[] {
  const { left, right } = versions;
  const [a, b] = [clash.left[0], clash.right[0]];
  if (a === undefined || b === undefined) throw new InvariantError("a call has no way to return");
  if (isOpen(left)) return openCause(left, clash.before[0], clash.op, b);
  if (isOpen(right)) return openCause(right, clash.before[1], clash.op, a);
  const apart = difference(a.outcome, b.outcome);
  const rules = new Set([ruleAt(a, apart?.entry), ruleAt(b, apart?.entry)]);
  const key = [...rules, apart?.kind ?? "", clash.op.kind].join(" ").trim();
  return [{ key, title: key, row: undefined }];
}

function isOpen({ precedence }: Profile): boolean {
  return precedence === "any that applies";
}
