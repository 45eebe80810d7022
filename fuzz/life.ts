/**
 * The life of one file system: the programs that ran on it, at whose end its disk
 * is checked and their files are looked at again, before the file system is given up.
 */

import {
  leftBehind,
  type DiskCheck,
  type FileSystemUnderTest,
  type Model,
  type Op,
  type State,
} from "../model/index.ts";
import { advance, lookAgain, type Divergence, type Event } from "../replay/index.ts";
import type { RanProgram } from "./discoveries.ts";
import { culprit, type Lived } from "./culprit.ts";

export interface Life {
  /** Keeps a program that just ran, with the state that it left. */
  readonly remember: (name: string, ops: readonly Op[], state: State) => void;
  /** Checks the disk, looks at the files of every program, and forgets them; gives what was not as it should be. */
  readonly verify: () => readonly LifeDivergence[];
  /** How often each look at the whole disk was made, and complained. */
  readonly checks: () => Checks;
}

export interface Checks {
  readonly check: number;
  readonly scrub: number;
  readonly complaints: number;
}

/** What was not, at the end, what it should be. */
export interface LifeDivergence {
  readonly divergence: Divergence;
  /** A program that may show it once more, up to the call that does; found only when it is asked for. */
  readonly program: () => RanProgram;
}

export interface LifeOptions {
  /** Whether disks are scrubbed too. */
  readonly scrub: boolean;
  /** Milliseconds since any start; called before each program that is looked at. */
  readonly now: () => number;
}

const remount: Op = { kind: "remount" };

export function newLife(model: Model, target: FileSystemUnderTest, options: LifeOptions): Life {
  const counts = { check: 0, scrub: 0, complaints: 0 };
  let programs: Lived[] = [];
  const lookAtDisk = (lived: readonly Lived[]): LifeDivergence | undefined => {
    const [last] = lived.slice(-1);
    if (last === undefined) return undefined;
    for (const op of looksAt(target.diskChecks, options.scrub)) {
      const got = target.perform(op);
      if (op.kind !== "remount") counts[op.kind]++;
      if (got.contradictions !== undefined) counts.complaints++;
      const step = advance(model, [last.state], op, got, last.ops.length + 1);
      if (step.kind !== "diverged") continue;
      const { divergence } = step;
      return { divergence, program: () => culprit(model, target, lived, divergence, options.now) };
    }
    return undefined;
  };
  const lookAtFiles = ({ name, place, ops, state }: Lived): readonly LifeDivergence[] => {
    options.now();
    target.revisit(place);
    const { divergence, events } = lookAgain(model, target, leftBehind(state));
    if (divergence === undefined) return [];
    const all = [...ops, remount, ...events.map((event) => event.op)];
    return [
      {
        divergence: { ...divergence, after: { kind: "remount", decision: undefined } },
        program: () => ({ name, events: all.map(unrun) }),
      },
    ];
  };
  return {
    remember: (name, ops, state) => {
      const place = target.placeOf();
      if (place !== undefined && target.canRemount) programs.push({ name, place, ops, state });
    },
    verify: () => {
      const lived = programs;
      programs = [];
      const damage = lookAtDisk(lived);
      // Files of a disk that is damaged, or not mounted, say nothing of their own programs.
      return damage === undefined ? lived.flatMap(lookAtFiles) : [damage];
    },
    checks: () => ({ ...counts }),
  };
}

type DiskLook = Extract<Op, { readonly kind: "remount" | DiskCheck }>;

/** A check mounts the file system again as well. */
function looksAt(checks: ReadonlySet<DiskCheck>, scrub: boolean): readonly DiskLook[] {
  const first: DiskLook = checks.has("check") ? { kind: "check" } : { kind: "remount" };
  return scrub && checks.has("scrub") ? [first, { kind: "scrub" }] : [first];
}

/** A call that was planned, without an outcome. */
function unrun(op: Op): Event {
  return { comments: [], op, outcome: undefined };
}
