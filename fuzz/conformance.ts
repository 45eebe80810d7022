/** How far a file system keeps to the specification: rules held, broken and not reached, by group. */

import { ruleText } from "../model/index.ts";
import { labelled } from "../replay/index.ts";
import type { Reached } from "./reached.ts";
import type { FindingEntry } from "./report.ts";

export interface Conformance {
  readonly groups: readonly Group[];
  readonly held: number;
  readonly broken: number;
  readonly notReached: number;
}

/** Rules by id. */
interface Group {
  readonly name: string;
  readonly held: readonly string[];
  /** Those that a finding names. */
  readonly broken: readonly string[];
  readonly notReached: readonly string[];
}

/** Of a campaign: a rule is held where a call was a case of it, and no finding names it. */
export function conformanceOf(
  { rules }: Pick<Reached, "rules">,
  findings: readonly Pick<FindingEntry, "signature">[],
): Conformance {
  const named = new Set(findings.flatMap(({ signature }) => ruleIn(signature)));
  const ids = [...new Set([...Object.keys(rules), ...named])];
  const names = [...new Set(ids.map(groupOf))];
  const groups = names.map((name): Group => {
    const own = ids.filter((id) => groupOf(id) === name);
    const broken = own.filter((id) => named.has(id));
    const rest = own.filter((id) => !named.has(id));
    return {
      name,
      broken,
      held: rest.filter((id) => (rules[id] ?? 0) > 0),
      notReached: rest.filter((id) => (rules[id] ?? 0) === 0),
    };
  });
  const sum = (of: "held" | "broken" | "notReached"): number =>
    groups.reduce((total, group) => total + group[of].length, 0);
  return { groups, held: sum("held"), broken: sum("broken"), notReached: sum("notReached") };
}

/** The rule of a signature is its third part from behind. */
function ruleIn(signature: string): readonly string[] {
  const rule = signature.split(".").at(-3);
  return rule === undefined ? [] : [rule];
}

/** Clauses by the letters of their ids; rules of a dedupe by the stage in which they are asked. */
function groupOf(id: string): string {
  const rule = ruleText(id);
  if (rule === undefined) return "others";
  if (rule.stage === "clause") return clauseGroups.get(id.replace(/-.*/, "")) ?? "others";
  return rule.call === "dedupe" ? rule.stage : "other calls";
}

const clauseGroups: ReadonlyMap<string, string> = new Map([
  ["ABI", "argument"],
  ["LEN", "lengths"],
  ["EOF", "ends of files"],
  ["CMP", "comparison"],
  ["PERM", "permission"],
  ["SHARE", "sharing"],
  ["SUB", "subvolumes"],
  ["FS", "file system"],
  ["SRC", "source"],
  ["SIG", "signals"],
  ["XFS", "sharing"],
]);

/** A table in 72 columns. */
export function conformanceLines(
  profile: string,
  { groups, held, broken, notReached }: Conformance,
): readonly string[] {
  return [
    "",
    `conformance to ${profile}`,
    row("group", ["held", "broken", "not reached"]),
    ...groups.map((group) =>
      row(group.name, [group.held.length, group.broken.length, group.notReached.length]),
    ),
    row("all", [held, broken, notReached]),
    ...told(
      "broken",
      groups.flatMap((group) => group.broken),
    ),
    ...told(
      "unreached",
      groups.flatMap((group) => group.notReached),
    ),
  ];
}

function row(name: string, cells: readonly (string | number)[]): string {
  return `  ${name.padEnd(16)}${cells.map((cell) => String(cell).padStart(12)).join("")}`;
}

function told(label: string, ids: readonly string[]): readonly string[] {
  return ids.length === 0 ? [] : labelled(label, ids.join(" "));
}
