/**
 * For each rule of a table a call to which it applies, where nothing before it answers,
 * and with it the first one behind it that can, and answers otherwise: what it gets
 * shows which of the two counts first.
 */

import {
  formatsOf,
  initialOn,
  newModel,
  outcomes,
  type Decision,
  type Model,
  type Op,
  type Profile,
  type Rule,
  type State,
} from "../model/index.ts";
import {
  callsInto,
  plainFiles,
  plainMatters,
  programOf,
  together,
  type Plight,
} from "./plights.ts";
import { opOf } from "./scenes.ts";

export interface RulePair {
  readonly rules: readonly [string, string];
  readonly plight: Plight;
}

/** In the order of the tables, each with the shortest call; those that no call of two matters meets are left out. */
export function rulePairs(profile: Profile): readonly RulePair[] {
  const { request, entry } = profile.tables;
  const scenes = scenesOf(newModel(profile)).toSorted((a, b) => a.size - b.size);
  return [...pairsOf(request, profile, scenes), ...pairsOf(entry, profile, scenes)];
}

function pairsOf<Subject>(
  rules: readonly Rule<Subject>[],
  profile: Profile,
  scenes: readonly Scene[],
): readonly RulePair[] {
  const own = withCases(rules, profile);
  return own.flatMap((first, at) => {
    const met = scenes.filter(({ reached }) => reached.has(first.id));
    for (const second of own.slice(at + 1)) {
      if (JSON.stringify(first.answers) === JSON.stringify(second.answers)) continue;
      const scene = met.find(({ applying }) => applying.has(second.id));
      if (scene !== undefined) return [{ rules: [first.id, second.id], plight: scene.plight }];
    }
    return [];
  });
}

/** Pairs in one program, at most. */
const pairsInOne = 6;

/** Programs of them all, a few in each; a file system that was shut down comes last in its own. */
export function pairPrograms(profile: Profile): readonly (readonly Op[])[] {
  const plights = [...new Set(rulePairs(profile).map(({ plight }) => plight))];
  const [ending, others] = [true, false].map((ends) =>
    plights.filter(({ during }) => (during === "shut-down") === ends),
  );
  const groups = (others ?? []).flatMap((_, at) =>
    at % pairsInOne === 0 ? [(others ?? []).slice(at, at + pairsInOne)] : [],
  );
  return [...groups, ...(ending ?? []).map((each) => [each])].map(programOf);
}

/** The rules of a file system that some call may be decided by. */
function withCases<Subject>(
  rules: readonly Rule<Subject>[],
  { fs }: Profile,
): readonly Rule<Subject>[] {
  return rules.filter(
    ({ on = fs, shadowed, unmet }) => on === fs && shadowed === undefined && unmet === undefined,
  );
}

interface Scene {
  readonly plight: Plight;
  /** Rules that apply, and of them those up to the one that answers. */
  readonly applying: ReadonlySet<string>;
  readonly reached: ReadonlySet<string>;
  readonly size: number;
}

/** Calls with one matter, or with two. */
function scenesOf(model: Model): readonly Scene[] {
  const states = new Map<string, State | undefined>();
  const plights = plainMatters.flatMap((one, at) =>
    plainMatters.slice(at).flatMap((other) => together(one, other) ?? []),
  );
  return plights.flatMap((plight) => {
    const { before, call } = callsInto(plight);
    const state = stateBehind(model, states, [...plainFiles, ...before]);
    if (state === undefined) return [];
    const [branch, other] = outcomes(model, state, opOf(call));
    if (branch === undefined || other !== undefined) return [];
    const size = before.length * 1_000 + call.length;
    return [{ plight, ...asked(model.profile, branch.decisions), size }];
  });
}

/** What is behind calls that all succeed; undefined where one fails. States are kept: many begin alike. */
function stateBehind(
  model: Model,
  states: Map<string, State | undefined>,
  calls: readonly string[],
): State | undefined {
  const key = calls.join(";");
  if (states.has(key)) return states.get(key);
  const last = calls.at(-1);
  if (last === undefined) return initialOn(formatsOf(model.profile.fs)[0]);
  const before = stateBehind(model, states, calls.slice(0, -1));
  const [branch] = before === undefined ? [] : outcomes(model, before, opOf(last));
  const state = branch?.outcome.errno === 0 ? branch.state : undefined;
  states.set(key, state);
  return state;
}

type Asked = Pick<Scene, "applying" | "reached">;

/** The rules that apply to a request, or to its first entry, whichever was answered. */
function asked(profile: Profile, decisions: readonly Decision[]): Asked {
  const { request, entry } = profile.tables;
  const first = decisions.find((decision) => decision.entry !== undefined)?.entry;
  if (first !== undefined) return walked(entry, first, profile, first.target.open === "open");
  const call = decisions.find((decision) => decision.request !== undefined)?.request;
  if (call !== undefined) return walked(request, call, profile, true);
  return { applying: new Set(), reached: new Set() };
}

/** Of what is not open, nothing is asked behind the next rule. */
function walked<Subject>(
  rules: readonly Rule<Subject>[],
  subject: Subject,
  profile: Profile,
  isOpen: boolean,
): Asked {
  const own = withCases(rules, profile);
  const end = own.findIndex((rule) => answers(rule) && rule.when(subject, profile));
  const applying = (isOpen ? own : own.slice(0, end + 2)).filter((rule) =>
    rule.when(subject, profile),
  );
  const reached = applying.filter((rule) => own.indexOf(rule) <= end);
  return {
    applying: new Set(applying.map(({ id }) => id)),
    reached: new Set(reached.map(({ id }) => id)),
  };
}

function answers<Subject>({ answers: { kind } }: Rule<Subject>): boolean {
  return kind !== "continues" && kind !== "sleeps";
}
