/**
 * The smallest programs on which two versions of the specification contradict each
 * other, one for each cause: found in scenes, then made smaller.
 */

import { formatsOf, type Amendment, type Format, type Op, type Profile } from "../model/index.ts";
import { reduce } from "../replay/index.ts";
import { causesOf, isFor, kindOf, versionsOf, type Cause, type Versions } from "./causes.ts";
import { measureOf, simpler, type Measure } from "./program-measure.ts";
import { scenes, type Scene } from "./scenes.ts";
import { clashIn, meet, sideOf, type Clash, type Side } from "./two-profiles.ts";

/** A contradiction, with the smallest program that shows it. */
export interface Contradicting {
  readonly cause: Cause;
  /** The last call is the one they clash over. */
  readonly program: readonly Op[];
  readonly clash: Clash;
}

export interface ProfileDiff {
  readonly left: Profile;
  readonly right: Profile;
  readonly format: Format;
  /** Simplest program first. */
  readonly found: readonly Contradicting[];
  /** Rows by which one was made from the other, and that no program shows. */
  readonly unseen: readonly Amendment[];
}

export interface SearchOptions {
  /** Milliseconds since any start. */
  readonly now: () => number;
  readonly maxMilliseconds: number;
}

export function profileDiff(left: Profile, right: Profile, options: SearchOptions): ProfileDiff {
  const exact = right.precedence === "kernel order" ? right : left;
  const [format] = formatsOf(exact.fs);
  const versions = versionsOf(left, right, format);
  const found = simplestByCause(versions, candidates(versions))
    .map((one) => smallest(versions, one, options))
    .toSorted((a, b) => simpler(measureOf(a.program), measureOf(b.program)));
  const seen = new Set(found.map(({ cause }) => cause.row?.amendment));
  const rows = [...left.amendments, ...right.amendments].filter(
    (row) => !(left.amendments.includes(row) && right.amendments.includes(row)),
  );
  return { left, right, format, found, unseen: rows.filter((row) => !seen.has(row)) };
}

interface Candidate {
  readonly program: readonly Op[];
  readonly clash: Clash;
  readonly measure: Measure;
}

/** Candidates of one kind that are kept, simplest first. */
const maxOfKind = 8;

/** Every program of a scene over which the versions clash, those of a kind together. */
function candidates({ left, right, format }: Versions): readonly Candidate[] {
  const kinds = new Map<string, Candidate[]>();
  const add = (program: readonly Op[], clash: Clash): void => {
    const candidate = { program, clash, measure: measureOf(program) };
    const kind = kindOf(clash);
    const among = [...(kinds.get(kind) ?? []), candidate];
    kinds.set(kind, among.toSorted(bySize).slice(0, maxOfKind));
  };
  for (const scene of scenes()) {
    const sides = behind(scene, [sideOf(left, format), sideOf(right, format)]);
    if (sides !== undefined) clashesIn(scene, sides, add);
  }
  return [...kinds.values()].flat().toSorted(bySize);
}

function bySize(a: Candidate, b: Candidate): number {
  return simpler(a.measure, b.measure);
}

/** The sides behind a scene's calls; undefined where one of them fails. */
function behind({ setup }: Scene, from: readonly [Side, Side]): readonly [Side, Side] | undefined {
  let sides = from;
  for (const op of setup) {
    const met = meet(sides, op);
    if (met.kind === "clash" || met.failed) return undefined;
    sides = met.sides;
  }
  return sides;
}

/** Where a file lies tells apart what answers do not. */
const observe: Op = { kind: "observe" };

function clashesIn(
  { setup, calls }: Scene,
  sides: readonly [Side, Side],
  add: (program: readonly Op[], clash: Clash) => void,
): void {
  for (const call of calls) {
    const met = meet(sides, call);
    const program = [...setup, call];
    if (met.kind === "clash") add(program, { at: setup.length, op: call, ...met.clash });
    else if (met.shared && sides.every(saysWhereFilesLie)) {
      const seen = meet(met.sides, observe);
      if (seen.kind === "clash") {
        add([...program, observe], { at: program.length, op: observe, ...seen.clash });
      }
    }
  }
}

/** A profile that leaves sets of answers says nothing of layouts. */
function saysWhereFilesLie({ model }: Side): boolean {
  return model.profile.precedence === "kernel order";
}

function simplestByCause(versions: Versions, all: readonly Candidate[]): readonly Contradicting[] {
  const found = new Map<string, Contradicting>();
  for (const { program, clash } of all) {
    for (const cause of causesOf(versions, program, clash)) {
      if (!found.has(cause.key)) found.set(cause.key, { cause, program, clash });
    }
  }
  return [...found.values()].filter(
    ({ cause: { better } }) => better === undefined || !found.has(better),
  );
}

const maxTrials = 200;

/** Made smaller, as long as the cause is the same. */
function smallest(
  versions: Versions,
  { cause, program, clash }: Contradicting,
  { now, maxMilliseconds }: SearchOptions,
): Contradicting {
  const { left, right, format } = versions;
  const attempt = (ops: readonly Op[]): Shown | undefined => {
    const found = clashIn(sideOf(left, format), sideOf(right, format), ops);
    if (found === undefined) return undefined;
    const shown = ops.slice(0, found.at + 1);
    return isFor(cause, versions, shown, found)
      ? { events: eventsOf(shown), clash: found }
      : undefined;
  };
  const first = { events: eventsOf(program), clash };
  const options = { maxTrials, now, maxMilliseconds, compared: "answers" } as const;
  const { best } = reduce<Shown>(first, { attempt, isWorthTrying: () => true }, options);
  return { cause, program: best.events.map(({ op }) => op), clash: best.clash };
}

interface Shown {
  readonly events: readonly {
    readonly comments: readonly string[];
    readonly op: Op;
    readonly outcome: undefined;
  }[];
  readonly clash: Clash;
}

/** The calls of a program that did not run. */
export function eventsOf(program: readonly Op[]): Shown["events"] {
  return program.map((op) => ({ comments: [], op, outcome: undefined }));
}
