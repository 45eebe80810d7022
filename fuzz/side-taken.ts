/** Which of two versions a target follows where they clash. */

import type { FileSystemUnderTest, Outcome } from "../model/index.ts";
import { printOutcome, stateBehind } from "../replay/index.ts";
import { canBeMade } from "./can-be-made.ts";
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
