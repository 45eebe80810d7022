/**
 * Looks at the disk within a program: around the first call that is a case of what
 * is wanted, and at the end, where they hold all that was shared before. The last
 * look comes behind a syncfs, so that the extent tree is held against it too; most
 * others do without a commit, which costs more than all the rest of a look.
 */

import {
  outcomes,
  sharingCases,
  sharingClauses,
  type FsKind,
  type Model,
  type Op,
  type State,
} from "../model/index.ts";
import type { Next } from "../replay/index.ts";

/** A clause about where files lie, or what is done: any clone, snapshot or dedupe. */
export type Wanted = string;

/** A dedupe between two looks behind a commit: versions of inodes are held there alone. */
const version = "version";

/** What a program on a file system may want to see, once each. */
export function everyWanted(fs: FsKind): readonly [Wanted, ...Wanted[]] {
  const ids = sharingClauses.filter(({ on = fs }) => on === fs).map(({ id }) => id);
  return ["clone", "snapshot", ...(fs === "btrfs" ? [version] : []), ...ids];
}

/** Calls that looks add to a program, at most. */
export const maxLooks = 6;

const observe: Op = { kind: "observe" };
const syncfs: Op = { kind: "syncfs" };

/** The calls of a program, with looks between them. */
export function withLooks(model: Model, next: Next, wanted: Wanted): Next {
  const waiting: Op[] = [];
  let found = false;
  let ended = false;
  return (state, index) => {
    const op = waiting.shift() ?? next(state, index);
    if (op === undefined) {
      if (ended) return undefined;
      ended = true;
      waiting.push(observe);
      return syncfs;
    }
    if (found || !isCase(model, state, op, wanted)) return op;
    found = true;
    const [first, ...more] = wanted === version ? [syncfs, observe] : [observe];
    waiting.push(...more, op, first, ...more);
    return first;
  };
}

function isCase(model: Model, state: State, op: Op, wanted: Wanted): boolean {
  if (op.kind === "clone" || op.kind === "snapshot")
    return wanted === op.kind && outcomes(model, state, op)[0]?.outcome.errno === 0;
  if (op.kind !== "dedupe" && op.kind !== "write") return false;
  if (wanted === version) return op.kind === "dedupe";
  const decisions = outcomes(model, state, op)[0]?.decisions ?? [];
  return sharingCases(model.profile, state, op, decisions).includes(wanted);
}
