/** Which of two versions a target follows where they clash. */

import { mountOf, type FileSystemUnderTest, type Op, type Outcome } from "../model/index.ts";
import { printOutcome, stateBehind } from "../replay/index.ts";
import type { Contradicting } from "./profile-diff.ts";

export interface SideTaken {
  /** What the target answered, as in a trace. */
  readonly answer: string;
  readonly left: boolean;
  readonly right: boolean;
}

/** Runs the program of a contradiction in a new place; undefined where the target cannot be brought there. */
export function sideTaken(
  target: FileSystemUnderTest,
  { program, clash }: Contradicting,
): SideTaken | undefined {
  if (!program.every((op) => canBeMade(target, op))) return undefined;
  target.begin();
  let outcome: Outcome | undefined;
  for (const op of program) outcome = target.perform(op);
  if (outcome === undefined) return undefined;
  const got = outcome;
  const allows = (branches: typeof clash.left): boolean =>
    branches.some((branch) => stateBehind(branch, got) !== undefined);
  return {
    answer: printOutcome(clash.op, got),
    left: allows(clash.left),
    right: allows(clash.right),
  };
}

/** Whether a target can make such a call. */
export function canBeMade(target: FileSystemUnderTest, op: Op): boolean {
  if (op.kind === "observe") return target.canObserve;
  if (op.kind === "dedupe") return target.circumstances.has(op.during.kind);
  if (op.kind === "open") return target.mounts.has(mountOf(op.path));
  if (governs.has(op.kind)) return target.canGovern;
  return target.hasSubvolumes || (op.kind !== "subvolume" && op.kind !== "snapshot");
}

/** Calls that change callers, owners, modes or attributes. */
const governs: ReadonlySet<Op["kind"]> = new Set(["as", "limit", "chmod", "chown", "chattr"]);
