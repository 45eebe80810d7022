/** Every way in which a run may go whose choices are open. */

import { InvariantError } from "./fault.ts";

/** A number from 0 to bound-1. */
type Choose = (bound: number) => number;

/** Runs of one question at most: rules ask few facts, and most ways end soon. */
const maxRuns = 1_000_000;

/** Repeats `run`, which must do the same wherever it is given the same choices, until each was made. */
export function everyWay(run: (choose: Choose) => void): void {
  const made: { at: number; readonly bound: number }[] = [];
  for (let runs = 0; runs < maxRuns; runs++) {
    let depth = 0;
    run((bound) => {
      const choice = made[depth] ?? { at: 0, bound };
      made[depth++] = choice;
      return choice.at;
    });
    while (made.length > 0 && !turned(made.at(-1))) made.pop();
    if (made.length === 0) return;
  }
  throw new InvariantError(`a question has more than ${maxRuns} ways to go`);
}

/** Whether a choice could be turned to its next value. */
function turned(choice: { at: number; readonly bound: number } | undefined): boolean {
  if (choice === undefined || choice.at + 1 >= choice.bound) return false;
  choice.at++;
  return true;
}
