/** The program of a contradiction as a trace, with the verdict that each version comes to. */

import {
  formatsOf,
  initialOn,
  InvariantError,
  newModel,
  outcomes,
  type Format,
  type Op,
  type Profile,
} from "../model/index.ts";
import { printTrace, type Event, type Trace } from "../replay/index.ts";
import type { Contradicting, ProfileDiff } from "./profile-diff.ts";

/** With the answers of the right version, or of the left one where the right leaves sets of them. */
export function diffTrace({ left, right, format }: ProfileDiff, one: Contradicting): Trace {
  const exact = right.precedence === "kernel order" ? right : left;
  const other = exact === right ? left : right;
  const events = answered(exact, format, one.program);
  return {
    ...bareTrace(exact, format, one.program),
    expect: [
      { profile: other.name, verdict: { kind: "diverged", at: events.length } },
      { profile: exact.name, verdict: { kind: "allowed" } },
    ],
    comments: [one.cause.title],
    events,
  };
}

/** A program with the answers of a version that leaves no choice; `comment` says what it shows. */
export function answeredTrace(
  profile: Profile,
  format: Format,
  program: readonly Op[],
  comment: string,
): Trace {
  return {
    ...bareTrace(profile, format, program),
    expect: [{ profile: profile.name, verdict: { kind: "allowed" } }],
    comments: [comment],
    events: answered(profile, format, program),
  };
}

/** A program as text that `replay` reads; it did not run. */
export function programText(profile: Profile, format: Format, program: readonly Op[]): string {
  return printTrace(bareTrace(profile, format, program)).trimEnd();
}

function bareTrace(profile: Profile, format: Format, program: readonly Op[]): Trace {
  const [usual] = formatsOf(profile.fs);
  return {
    version: 1,
    target: `linux-6.18/${profile.fs}`,
    block: Number(format.block),
    format: format.fs === profile.fs ? format.name : usual.name,
    seed: undefined,
    expect: [],
    comments: [],
    events: program.map((op) => ({ comments: [], op, outcome: undefined })),
    trailing: [],
  };
}

function answered(profile: Profile, format: Format, program: readonly Op[]): readonly Event[] {
  const model = newModel(profile);
  let state = initialOn(format);
  return program.map((op) => {
    const [branch] = outcomes(model, state, op);
    if (branch === undefined) throw new InvariantError("a call has no way to return");
    ({ state } = branch);
    return { comments: [], op, outcome: branch.outcome };
  });
}
