/** Rules and clauses that a target cannot be brought to, each with the reason. */

import {
  circumstances,
  sharingClauses,
  type Circumstance,
  type FileSystemUnderTest,
} from "../model/index.ts";
import { labelled } from "../replay/index.ts";

/** What decides about a target. */
export type Abilities = Pick<FileSystemUnderTest, "circumstances" | "canObserve">;

/** Those whose every case is a call under a circumstance. */
const cases: Readonly<Record<Circumstance["kind"], string>> = {
  usual: "",
  frozen: "FS-03",
  denied: "H6b D3b",
  unreadable: "G11b CMP-05",
  sending: "B3 SUB-03",
  full: "B4 XFS-07",
  swapping: "G2 FS-02",
  "shut-down": "X2 XFS-06",
};

const needed: ReadonlyMap<string, Circumstance["kind"]> = new Map(
  circumstances.flatMap((kind) => cases[kind].split(" ").map((id) => [id, kind] as const)),
);

const ofLooks: ReadonlySet<string> = new Set(sharingClauses.map(({ id }) => id));

/** Whether some call can be a case of a rule there. */
export function isInReach(id: string, { circumstances: possible, canObserve }: Abilities): boolean {
  const circumstance = needed.get(id);
  if (circumstance !== undefined && !possible.has(circumstance)) return false;
  return canObserve || !ofLooks.has(id);
}

/** The rules that were found to be out of reach, those of one reason together. */
export function outOfReachLines(ids: readonly string[]): readonly string[] {
  const told = [...new Set(ids.map(whyNot))].map((why) => {
    const own = ids.filter((id) => whyNot(id) === why);
    return `${own.join(" ")} (${why})`;
  });
  return told.length === 0 ? [] : labelled("beyond", `reach here: ${told.join("; ")}`);
}

/** Why a rule is out of reach where it is. */
export function whyNot(id: string): string {
  const circumstance = needed.get(id);
  return circumstance === undefined
    ? "where files lie is not followed"
    : `no call is made while ${circumstance}`;
}
