/** Rounds of several runners in turns, so that what the machine does meanwhile falls on all alike. */

import type { FileSystemUnderTest } from "../../model/index.ts";

/** Does its work once in the target's new place; milliseconds. */
export type Runner = () => Promise<number> | number;

/** Rounds before those that count: by then the code is compiled. */
const warmUps = 6;

/** Rounds after which all go on with a new file system. */
const roundsPerImage = 10;

/** The times of each runner, round by round. Each turn begins on a file system with nothing to write out. */
export async function inTurns(
  runners: readonly Runner[],
  target: FileSystemUnderTest,
  rounds: number,
): Promise<readonly (readonly number[])[]> {
  const times: number[][] = runners.map(() => []);
  for (let round = -warmUps; round < rounds; round++) {
    if (round % roundsPerImage === 0) target.fresh();
    for (let turn = 0; turn < runners.length; turn++) {
      const index = turnOf(round + warmUps, turn, runners.length);
      target.begin();
      target.perform({ kind: "syncfs" });
      const taken = await runners[index]?.();
      if (round >= 0 && taken !== undefined) times[index]?.push(taken);
    }
  }
  return times;
}

/** How long a function runs; milliseconds. */
export function timed(run: () => void): number {
  const started = performance.now();
  run();
  return performance.now() - started;
}

/** Every runner comes first, second and last alike, and behind each of the others alike. */
function turnOf(round: number, turn: number, runners: number): number {
  const step = Math.floor(round / runners) % 2 === 0 ? turn : runners - 1 - turn;
  return (round + step) % runners;
}
