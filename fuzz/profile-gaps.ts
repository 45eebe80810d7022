/** Where a version of the specification leaves more than one answer: for each rule that does, the smallest program. */

import {
  allowanceOf,
  formatsOf,
  initialOn,
  newModel,
  outcomes,
  type Allowance,
  type Format,
  type Model,
  type Op,
  type Profile,
  type Returned,
  type State,
} from "../model/index.ts";
import { reduce } from "../replay/index.ts";
import { eventsOf, type SearchOptions } from "./profile-diff.ts";
import { measureOf, simpler, type Measure } from "./program-measure.ts";
import { scenes, type Scene } from "./scenes.ts";

export interface Gap {
  /** The rule that leaves it open, alone. */
  readonly rule: string;
  /** The last call is the one with more than one answer. */
  readonly program: readonly Op[];
  readonly op: Op;
  readonly branches: readonly Returned[];
  readonly before: State;
}

export interface ProfileGaps {
  readonly profile: Profile;
  readonly format: Format;
  /** Simplest program first. */
  readonly gaps: readonly Gap[];
  /** Rules that leave something open, and that no scene comes to alone. */
  readonly unseen: readonly string[];
}

export function profileGaps(profile: Profile, options: SearchOptions): ProfileGaps {
  const [format] = formatsOf(profile.fs);
  const model = newModel(profile);
  const found = new Map<string, Sized>();
  for (const scene of scenes()) gapsIn(model, format, scene, found);
  const gaps = [...found.values()]
    .map(({ gap }) => smallest(model, format, gap, options))
    .toSorted((a, b) => simpler(measureOf(a.program), measureOf(b.program)));
  const seen = new Set(gaps.map(({ rule }) => rule));
  const all = [...profile.tables.request, ...profile.tables.entry].filter(leavesOpen);
  return { profile, format, gaps, unseen: all.map(({ id }) => id).filter((id) => !seen.has(id)) };
}

interface Sized {
  readonly gap: Gap;
  readonly measure: Measure;
}

const openKinds: ReadonlySet<string> = new Set(["anything", "fails", "any status", "cuts"]);

function leavesOpen({
  answers,
  may,
}: {
  readonly answers: { readonly kind: string };
  readonly may?: boolean;
}): boolean {
  return may === true || openKinds.has(answers.kind);
}

/** Keeps the simplest program of a scene for each rule. */
function gapsIn(
  model: Model,
  format: Format,
  { setup, calls }: Scene,
  found: Map<string, Sized>,
): void {
  const state = behind(model, format, setup);
  if (state === undefined) return;
  for (const op of calls) {
    const gap = gapAt(model, state, op);
    if (gap === undefined) continue;
    const program = [...setup, op];
    const measure = measureOf(program);
    const before = found.get(gap.rule);
    if (before !== undefined && simpler(before.measure, measure) <= 0) continue;
    found.set(gap.rule, { gap: { ...gap, program }, measure });
  }
}

/** Undefined where a call fails, or is left open itself. */
function behind(model: Model, format: Format, setup: readonly Op[]): State | undefined {
  let state = initialOn(format);
  for (const op of setup) {
    const [first, second] = outcomes(model, state, op);
    if (first === undefined || second !== undefined || first.outcome.errno !== 0) return undefined;
    state = first.state;
  }
  return state;
}

/** The gap of a call that one rule alone leaves open. */
function gapAt(model: Model, before: State, op: Op): Omit<Gap, "program"> | undefined {
  const branches = outcomes(model, before, op);
  const [rule, other] = openRules(model.profile, before, op, branches);
  return rule === undefined || other !== undefined ? undefined : { rule, op, branches, before };
}

function openRules(
  profile: Profile,
  before: State,
  op: Op,
  branches: readonly Returned[],
): readonly string[] {
  if (op.kind === "dedupe" && profile.precedence === "any that applies") {
    const allowance = allowanceOf(profile, before, op);
    const rules = new Set([...allowance.open, ...sureIn(allowance)]);
    const isOpen = allowance.open.length > 0 && waysIn(allowance) > 1;
    return isOpen ? [...rules] : [];
  }
  if (branches.length < 2 && branches.every(({ answers = 1 }) => answers === 1)) return [];
  return [branches[0]?.decisions.at(-1)?.rule ?? op.kind];
}

/** Different answers, of which a range of them is more than one. */
function waysIn({ failures, entries }: Allowance): number {
  const errnos = new Set(failures.map(({ errno }) => errno));
  const ends = (entries ?? []).flatMap((entry) => entry.ends);
  const isRange =
    errnos.has("any") || ends.some(({ least, most, status }) => least < most || status === "any");
  return errnos.size + ends.length + Number(isRange);
}

/** Rules for which the call, or an entry, fails whatever else is open. */
function sureIn({ sure, entries }: Allowance): readonly string[] {
  const rules = [...sure.rules, ...(entries ?? []).flatMap((entry) => entry.sure)];
  return rules.map(({ id }) => id);
}

const maxTrials = 200;

function smallest(
  model: Model,
  format: Format,
  { rule, program, ...rest }: Gap,
  { now, maxMilliseconds }: SearchOptions,
): Gap {
  const attempt = (ops: readonly Op[]): (Shown & { readonly gap: Gap }) | undefined => {
    const last = ops.at(-1);
    const state = behind(model, format, ops.slice(0, -1));
    if (last === undefined || state === undefined) return undefined;
    const gap = gapAt(model, state, last);
    if (gap?.rule !== rule) return undefined;
    return { events: eventsOf(ops), gap: { ...gap, program: ops } };
  };
  const first = { events: eventsOf(program), gap: { rule, program, ...rest } };
  const options = { maxTrials, now, maxMilliseconds, compared: "answers" } as const;
  return reduce(first, { attempt, isWorthTrying: () => true }, options).best.gap;
}

interface Shown {
  readonly events: ReturnType<typeof eventsOf>;
}
