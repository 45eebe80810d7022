/**
 * The life of one file system: the programs that ran on it, whose files are
 * looked at again after a remount, before the file system is given up.
 */

import type { FileSystemUnderTest, Model, Op, State } from "../model/index.ts";
import { lookAgain, type Divergence } from "../replay/index.ts";

export interface Life {
  /** Keeps a program that just ran, with the state that it left. */
  readonly remember: (ops: readonly Op[], state: State) => void;
  /** Forgets all: their file system is gone. */
  readonly forget: () => void;
  /** Remounts, looks at the files of every program, and forgets them. */
  readonly verify: () => LifeDivergence | undefined;
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

export function newLife(model: Model, target: FileSystemUnderTest): Life {
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
      if (programs.length === 0) return undefined;
      target.perform(remount);
      for (const { place, ops, state } of programs) {
        target.revisit(place);
        const ran = lookAgain(model, target, { ...state, slots: [] });
        if (ran.divergence !== undefined) {
          const looks = ran.events.map((event) => event.op);
          return { ops: [...ops, remount, ...looks], divergence: ran.divergence };
        }
      }
      return undefined;
    },
  };
}
