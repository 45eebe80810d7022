/** Which of the programs that ran on a file system did to its disk what was found at its end. */

import type { FileSystemUnderTest, Model, Op, State } from "../model/index.ts";
import { lockstep, type Divergence, type Event } from "../replay/index.ts";
import type { RanProgram } from "./discoveries.ts";

/** A program that ran, where it ran, and the state that it left. */
export interface Lived {
  readonly name: string;
  readonly place: string;
  readonly ops: readonly Op[];
  readonly state: State;
}

/** What the search may take. */
const maxMilliseconds = 20_000;

/**
 * The last of the programs, of which there is one or more, that alone, on a new
 * file system each, leads to what was found: its calls, and the one that found it.
 * Where none does within the time, the calls of the last program, with a comment
 * that says so.
 */
export function culprit(
  model: Model,
  target: FileSystemUnderTest,
  lived: readonly Lived[],
  { op: found, got }: Divergence,
  now: () => number,
): RanProgram {
  const end = now() + maxMilliseconds;
  let tried = 0;
  for (const { name, ops } of lived.toReversed()) {
    if (now() >= end) break;
    tried++;
    target.fresh();
    const program = [...ops, found];
    const ran = lockstep(model, target, (_state, at) => program[at], "answers");
    if (ran.divergence?.op.kind === found.kind) return { name, events: ran.events };
  }
  const [last] = lived.slice(-1);
  const events = (last?.ops ?? []).map((op): Event => ({ comments: [], op, outcome: undefined }));
  const finding = { comments: [innocence(tried, lived.length)], op: found, outcome: got };
  return { name: last?.name ?? "", events: [...events, finding] };
}

function innocence(tried: number, all: number): string {
  const which =
    tried === all ? `none of ${all} programs` : `none of the last ${tried} of ${all} programs`;
  return `${which} on this file system does it alone: this is the last of them`;
}
