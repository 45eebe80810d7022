/**
 * The life of one file system: the programs that ran on it, whose files are
 * looked at again after a remount, before the file system is given up.
 */

import {
  leftBehind,
  type FileSystemUnderTest,
  type Model,
  type Op,
  type Outcome,
  type State,
} from "../model/index.ts";
import { advance, lookAgain, type Divergence } from "../replay/index.ts";

export interface Life {
  /** Keeps a program that just ran, with the state that it left. */
  readonly remember: (ops: readonly Op[], state: State) => void;
  /** Forgets all: their file system is gone. */
  readonly forget: () => void;
  /** Remounts, looks at the files of every program, and forgets them; gives those that were not as they had been. */
  readonly verify: () => readonly LifeDivergence[];
}

/** A program whose files were not, after a remount, what they had been. */
export interface LifeDivergence {
  /** The program, the remount, and the looks up to the one that diverged. */
  readonly ops: readonly Op[];
  readonly divergence: Divergence;
}

interface Lived {
  readonly place: string;
  readonly ops: readonly Op[];
  readonly state: State;
}

const remount: Op = { kind: "remount" };

/** `alive` is told before each program that is looked at. */
export function newLife(model: Model, target: FileSystemUnderTest, alive: () => void): Life {
  let lived: Lived[] = [];
  const forget = (): void => {
    lived = [];
  };
  return {
    remember: (ops, state) => {
      const place = target.placeOf();
      if (place !== undefined && target.canRemount) lived.push({ place, ops, state });
    },
    forget,
    verify: () => {
      const programs = lived;
      forget();
      const [last] = programs.slice(-1);
      if (last === undefined) return [];
      const outcome = target.perform(remount);
      if (outcome.errno !== 0) return failedRemount(model, last, outcome);
      return programs.flatMap(({ place, ops, state }) => {
        alive();
        target.revisit(place);
        const ran = lookAgain(model, target, leftBehind(state));
        if (ran.divergence === undefined) return [];
        const looks = ran.events.map((event) => event.op);
        return [{ ops: [...ops, remount, ...looks], divergence: afterRemount(ran.divergence) }];
      });
    },
  };
}

/** A file system that cannot be mounted again; nobody knows which program did it, so the last one is shown. */
function failedRemount(
  model: Model,
  { ops, state }: Lived,
  got: Outcome,
): readonly LifeDivergence[] {
  const step = advance(model, [state], remount, got, ops.length + 1);
  return step.kind === "diverged" ? [{ ops: [...ops, remount], divergence: step.divergence }] : [];
}

function afterRemount(divergence: Divergence): Divergence {
  return { ...divergence, after: "remount" };
}
