/** What the system below a target says while programs run: a kernel, in its log. */

import type { Op } from "../model/index.ts";

/** A report of a fault. */
export interface Said {
  /** Such as `warning` or `hung-task`. */
  readonly kind: string;
  /** The same for all reports of one fault. */
  readonly title: string;
  /** The line that begins it. */
  readonly line: string;
  /** When it was said, and which record of the log it is: the same for all who hear it. */
  readonly seconds: number;
  readonly sequence: number;
}

export interface Overheard {
  /** The time of the next program begins. */
  readonly turn: () => void;
  /**
   * What was said since `turn`, or since it was asked before, and is not expected of a program some of whose
   * calls met these circumstances: `ours` comes from it, and `unattributed` may.
   */
  readonly heard: (circumstances: readonly string[]) => {
    readonly ours: readonly Said[];
    readonly unattributed: readonly Said[];
  };
  /** All that was said since `turn`, in lines. */
  readonly lines: () => readonly string[];
}

/** Of a system that says nothing. */
export const silence: Overheard = {
  turn: () => undefined,
  heard: () => ({ ours: [], unattributed: [] }),
  lines: () => [],
};

/** The circumstances that calls of a program meet, but for usual ones. */
export function circumstancesIn(ops: readonly Op[]): readonly string[] {
  const met = ops.flatMap((op) => (op.kind === "dedupe" ? [op.during.kind] : []));
  return [...new Set<string>(met)].filter((kind) => kind !== "usual");
}

/** As the last parts of a signature: the kind, and the title as one word of a file name. */
function saidName({ kind, title }: Said): string {
  const word = title.toLowerCase().replace(/[^a-z0-9]+/g, "-");
  return `LOG.${kind}.${word.replace(/^-|-$/g, "").slice(0, maxWord)}`;
}

const maxWord = 80;

/** The first report of each fault, by its signature under a profile of this name, in their order. */
export function saidByName(profile: string, all: readonly Said[]): ReadonlyMap<string, Said> {
  const named = new Map<string, Said>();
  for (const said of all) {
    const name = `${profile}.${saidName(said)}`;
    if (!named.has(name)) named.set(name, said);
  }
  return named;
}
