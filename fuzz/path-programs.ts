/**
 * The ways of a call through the machine of a profile, made concrete: for each the
 * smallest program that goes it, or why there is none.
 */

import {
  formatsOf,
  initialOn,
  machinePaths,
  newModel,
  outcomes,
  type MachinePath,
  type Model,
  type Op,
  type Profile,
  type State,
} from "../model/index.ts";
import { callOn, headers, pool, requestScenes, unwritable, type Told } from "./path-scenes.ts";
import { opOf } from "./scenes.ts";

export interface PathProgram {
  readonly path: MachinePath;
  readonly program: readonly Op[];
}

export interface PathPrograms {
  /** In the order of the machine. */
  readonly concrete: readonly PathProgram[];
  readonly unmet: readonly { readonly path: MachinePath; readonly why: string }[];
}

/** The ways of calls with one target, or with two. */
export function pathPrograms(profile: Profile, targets: 1 | 2): PathPrograms {
  const walk = new Walk(newModel(profile));
  const found = new Map<string, Told>();
  for (const told of programsWith(targets)) keepSimpler(found, walk, told);
  for (const told of [...found.values()].filter(hasWholeArgument)) {
    keepSimpler(found, walk, unwritable(told));
  }
  const paths = machinePaths(profile, targets);
  return {
    concrete: paths.flatMap((path) => {
      const told = found.get(path.join(" "));
      return told === undefined ? [] : [{ path, program: opsOf(told) }];
    }),
    unmet: paths
      .filter((path) => !found.has(path.join(" ")))
      .map((path) => ({ path, why: whyNot(profile, path) })),
  };
}

function hasWholeArgument({ call }: Told): boolean {
  return !call.includes(" argument ");
}

/** Programs that end with a dedupe of so many targets. */
function* programsWith(targets: 1 | 2): Iterable<Told> {
  yield* requestScenes(targets);
  const aims =
    targets === 1
      ? pool.map((only) => [only])
      : pool.flatMap((first) => pool.map((second) => [first, second]));
  for (const header of headers) for (const each of aims) yield callOn(header, each);
}

function keepSimpler(found: Map<string, Told>, walk: Walk, told: Told): void {
  const path = walk.wayOf(told)?.join(" ");
  if (path === undefined) return;
  const before = found.get(path);
  if (before === undefined || sizeOf(told) < sizeOf(before)) found.set(path, told);
}

/** Calls count most, then characters. */
function sizeOf({ setup, call }: Told): number {
  return setup.length * 1_000_000 + call.length;
}

function opsOf({ setup, call }: Told): readonly Op[] {
  return [...setup, call].map(opOf);
}

/** Which rules decide calls; states are kept, for many programs begin alike. */
class Walk {
  private readonly model: Model;
  private readonly states = new Map<string, State | undefined>();

  constructor(model: Model) {
    this.model = model;
  }

  /** The rules that decide the call; undefined where one before it fails. */
  wayOf({ setup, call }: Told): MachinePath | undefined {
    const state = this.behind(setup);
    const [branch] = state === undefined ? [] : outcomes(this.model, state, opOf(call));
    return branch?.decisions.flatMap(({ rule }) => rule ?? []);
  }

  private behind(setup: readonly string[]): State | undefined {
    const key = setup.join(";");
    if (!this.states.has(key)) this.states.set(key, this.made(setup));
    return this.states.get(key);
  }

  private made(setup: readonly string[]): State | undefined {
    const [format] = formatsOf(this.model.profile.fs);
    const last = setup.at(-1);
    if (last === undefined) return initialOn(format);
    const before = this.behind(setup.slice(0, -1));
    const [branch] = before === undefined ? [] : outcomes(this.model, before, opOf(last));
    return branch?.outcome.errno === 0 ? branch.state : undefined;
  }
}

/** What the facts of one call cannot be for two rules, in words. */
// oxfmt-ignore
const reasons: readonly (readonly [when: (path: MachinePath) => boolean, why: string])[] = [
  [(path) => path.includes("X1"), "an XFS without reflink has another format: xfs-no-reflink"],
  [(path) => path.filter((id) => id === "D3b").length > 1, "a listener denies one access of a call"],
  [(path) => new Set(path.filter((id) => circumstantial.has(id))).size > 1, "one circumstance is the matter with a call"],
  [(path) => path.includes("D10") && path.some((id) => behindD10.has(id)), "a length of 0 ends every entry that comes so far"],
  [(path) => path.includes("X2") && path.some((id) => behindD10.has(id) && id !== "X2"), "a file system that was shut down ends every entry that comes so far"],
];

/** Rules that apply only under a circumstance of the call. */
const circumstantial: ReadonlySet<string> = new Set(["D3b", "X2", "G2", "G11b", "B3", "B4", "X4"]);

/** Rules that are asked behind D10. */
const behindD10: ReadonlySet<string> = new Set([
  "X1",
  "X2",
  "B1",
  "G1",
  "G2",
  "G4",
  "G5",
  "G6",
  "G8",
  "G9",
  "G11b",
  "G11",
  "B3",
  "B4",
  "X4",
  "S1",
]);

function whyNot({ tables }: Profile, path: MachinePath): string {
  const own = tables.entry.filter(({ id }) => path.includes(id));
  const unmet = own.find((rule) => rule.unmet !== undefined);
  if (unmet !== undefined) return `of ${unmet.id}, ${unmet.unmet}`;
  return reasons.find(([when]) => when(path))?.[1] ?? "no scene comes to it";
}
