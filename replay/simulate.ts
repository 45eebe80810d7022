/** The model as a target: it answers like a kernel that follows a profile. */

import {
  circumstances,
  firstDifference,
  formatsOf,
  initialOn,
  inodeIn,
  InvariantError,
  mounts,
  newModel,
  outcomes,
  read,
  type FileSystemUnderTest,
  type Format,
  type Op,
  type Outcome,
  type Profile,
  type State,
} from "../model/index.ts";

/** A number from 0 to bound-1: the only source of chance. */
export type Choose = (bound: number) => number;

/** Programs between which a campaign may change the format. */
const maxPrograms = 16;

/**
 * A file system that does what the profile says; `choose` picks where it leaves a choice.
 * What it showed of the disk is how its files lie from then on.
 */
export function simulate(profile: Profile, choose: Choose): FileSystemUnderTest {
  const model = newModel(profile);
  let format: Format = formatsOf(profile.fs)[0];
  let state: State = initialOn(format);
  const perform = (op: Op): Outcome => {
    const branches = outcomes(model, state, op);
    const branch = branches[branches.length === 1 ? 0 : choose(branches.length)];
    if (branch === undefined) throw new InvariantError("a choice was out of bounds");
    state = branch.accepts?.(branch.outcome) ?? branch.state;
    return branch.outcome;
  };
  let begun = 0;
  const begin = (): void => {
    begun = begun >= maxPrograms ? 1 : begun + 1;
    state = initialOn(format);
  };
  return {
    get format() {
      return format;
    },
    use: (wanted) => {
      format = wanted;
    },
    name: profile.name,
    get block() {
      return Number(format.block);
    },
    mounts: new Set(mounts),
    circumstances: new Set(circumstances),
    canObserve: true,
    device: undefined,
    hasSubvolumes: profile.fs === "btrfs",
    canRemount: true,
    canGovern: true,
    diskChecks: new Set(["check", "scrub"]),
    perform,
    holds: (slot, size, contents, start, end) => {
      const inode = inodeIn(state, slot);
      if (inode === undefined) return false;
      const found = read(profile, state, inode);
      return (
        inode.size === size &&
        (found === contents ||
          firstDifference(found, start, contents, start, end - start) === undefined)
      );
    },
    begin,
    fresh: begin,
    get spent() {
      return begun >= maxPrograms;
    },
    undecided: 0,
    placeOf: () => undefined,
    revisit: begin,
    close: begin,
  };
}
