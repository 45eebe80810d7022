/** Programs made of programs: spliced, cut, added to, and with other positions. */

import fc from "fast-check";
import { anchors, type Anchor } from "./anchor.ts";
import { intent, type Intent } from "./intent.ts";

/** Chance: a whole number from 0 up to below `bound`. */
export type Choose = (bound: number) => number;

/** Calls that are kept of a program that reached something, and calls that are made then, at most. */
const maxBefore = 40;
const maxBehind = 200;

/**
 * A program made of one of some programs, of which there is one or more: its
 * beginning, of half of them changed, and behind it many a dedupe. Later ones, which
 * reached what is rarer, are taken more often.
 */
export function mutated(
  programs: readonly { readonly intents: readonly Intent[] }[],
  choose: Choose,
  maxOps: number,
): readonly Intent[] {
  const any = (): readonly Intent[] => {
    const late = Math.max(choose(programs.length), choose(programs.length));
    return programs[late]?.intents ?? [];
  };
  const whole = any();
  const change = choose(2) === 0 ? undefined : changesThere[choose(changesThere.length)];
  const before = change === undefined ? whole : change(whole, choose, any);
  return [...before.slice(0, maxBefore), ...mostlyDedupes(choose)].slice(0, maxOps);
}

/** Intents of all kinds, of which two in three that are no dedupe are left out. */
function mostlyDedupes(choose: Choose): readonly Intent[] {
  const shape = { minLength: maxBehind, maxLength: maxBehind, size: "max" } as const;
  const [made = []] = fc.sample(fc.array(intent, shape), { seed: choose(2 ** 31), numRuns: 1 });
  return made.filter(({ kind }) => kind === "dedupe" || choose(3) === 0);
}

type Change = (
  program: readonly Intent[],
  choose: Choose,
  any: () => readonly Intent[],
) => readonly Intent[];

const changesThere: readonly Change[] = [splice, insert, remove, moveAnchor, repeat];

/** The beginning of one program, and the end of another. */
function splice(program: readonly Intent[], choose: Choose, any: () => readonly Intent[]) {
  const other = any();
  return [
    ...program.slice(0, choose(program.length + 1)),
    ...other.slice(choose(other.length + 1)),
  ];
}

function insert(program: readonly Intent[], choose: Choose) {
  const more = fc.sample(fc.array(intent, { minLength: 1, maxLength: 6 }), {
    seed: choose(2 ** 31),
    numRuns: 1,
  });
  const at = choose(program.length + 1);
  return [...program.slice(0, at), ...more.flat(), ...program.slice(at)];
}

function remove(program: readonly Intent[], choose: Choose) {
  const at = choose(program.length + 1);
  return [...program.slice(0, at), ...program.slice(at + 1 + choose(4))];
}

/** A part of a program once more, behind itself. */
function repeat(program: readonly Intent[], choose: Choose) {
  const at = choose(program.length + 1);
  return [...program.slice(0, at + 1 + choose(8)), ...program.slice(at)];
}

/** Another position, or as many other bytes, in one of the intents that have any. */
function moveAnchor(program: readonly Intent[], choose: Choose) {
  const places = program.flatMap((each, index) => ("anchor" in each ? [index] : []));
  const at = places[choose(Math.max(1, places.length))];
  const [anchor] = fc.sample(anchors, { seed: choose(2 ** 31), numRuns: 1 });
  if (at === undefined || anchor === undefined) return program;
  return program.map((each, index) => (index === at ? moved(each, anchor) : each));
}

function moved(each: Intent, anchor: Anchor): Intent {
  if (!("anchor" in each)) return each;
  if (each.kind !== "dedupe" || anchor.index % 2 === 0) return { ...each, anchor };
  return { ...each, targets: each.targets.map((target) => ({ ...target, anchor })) };
}

/** The program without intents of some kinds, but for those that open files. */
export function without(program: readonly Intent[], choose: Choose): readonly Intent[] {
  const off = new Set(swarm.filter(() => choose(2) === 0));
  return program.filter(({ kind }) => !off.has(kind));
}

/** Kinds that a mix may do without: a dedupe and what it needs stay. */
const swarm: readonly Intent["kind"][] = [
  "close",
  "make",
  "link",
  "unlink",
  "store",
  "truncate",
  "fallocate",
  "nocow",
  "clone",
  "sync",
  "read",
  "govern",
  "scatter",
];
