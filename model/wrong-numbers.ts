/**
 * Every wrong table in which one rule sees one of the numbers that it reads off by
 * a block, off by one, or rounded to blocks.
 */

import { everyWay } from "./every-way.ts";
import { roundDown, roundUp, type EntryFacts, type RequestFacts } from "./facts.ts";
import { replacing } from "./mutant.ts";
import type { Profile } from "./profile.ts";
import type { Rule } from "./rule.ts";
import { entryFactName } from "./fact-forms.ts";
import { noPremise, Scene } from "./scene.ts";
import { walked } from "./walk.ts";
import { entryTable, requestTable, through, type RuleTable, type Wrong } from "./wrong-rules.ts";

type Change = (value: bigint) => bigint;

/** Puts something else in the place of one number. */
type Lens<Subject> = (subject: Subject, change: Change) => Subject;

const block = 4096n;

const inBytes: Readonly<Record<string, Change>> = {
  "a-block-more": (value) => value + block,
  "a-block-less": (value) => atLeast0(value - block),
  "one-more": (value) => value + 1n,
  "one-less": (value) => atLeast0(value - 1n),
  "rounded-down": (value) => roundDown(value, block),
  "rounded-up": (value) => roundUp(value, block),
};

const inUnits: Readonly<Record<string, Change>> = {
  "one-more": (value) => value + 1n,
  "one-less": (value) => atLeast0(value - 1n),
};

function atLeast0(value: bigint): bigint {
  return value < 0n ? 0n : value;
}

/** Numbers of a request, by the names of facts, and what may be done to them. */
// oxfmt-ignore
const requestNumbers: Readonly<Record<string, readonly [Lens<RequestFacts>, typeof inBytes]>> = {
  offset: [(r, change) => ({ ...r, offset: change(r.offset) }), inBytes],
  length: [(r, change) => ({ ...r, length: change(r.length) }), inBytes],
  "source.size": [(r, change) => ({ ...r, source: { ...r.source, size: change(r.source.size) } }), inBytes],
  sizeLimit: [(r, change) => ({ ...r, sizeLimit: change(r.sizeLimit) }), inBytes],
  count: [(r, change) => ({ ...r, count: Number(change(BigInt(r.count))) }), inUnits],
  readableBytes: [(r, change) => ({ ...r, readableBytes: Number(change(BigInt(r.readableBytes))) }), inUnits],
};

// oxfmt-ignore
const entryNumbers: Readonly<Record<string, readonly [Lens<EntryFacts>, typeof inBytes]>> = {
  ...Object.fromEntries(
    Object.entries(requestNumbers).map(([name, [lens, changes]]) =>
      [name, [(e: EntryFacts, change: Change) => ({ ...e, request: lens(e.request, change) }), changes]] as const),
  ),
  "target.offset": [(e, change) => ({ ...e, offset: change(e.offset) }), inBytes],
  "target.size": [(e, change) => ({ ...e, target: { ...e.target, size: change(e.target.size) } }), inBytes],
};

export function wrongNumbers(profile: Profile): readonly Wrong[] {
  const scene = new Scene(profile, { request: {}, source: {} }, { entry: {}, target: {} });
  return [
    ...seenWrong(requestTable(profile), requestNumbers, (rule) =>
      readsOf(rule, scene, scene.request, profile),
    ),
    ...seenWrong(entryTable(profile), entryNumbers, (rule) =>
      readsOf(rule, scene, scene.entry, profile),
    ),
  ];
}

function seenWrong<Subject>(
  { rules, with: put }: RuleTable<Subject>,
  numbers: Readonly<Record<string, readonly [Lens<Subject>, typeof inBytes]>>,
  readsOfRule: (rule: Rule<Subject>) => ReadonlySet<string>,
): readonly Wrong[] {
  return rules.flatMap((rule) => {
    const reads = readsOfRule(rule);
    return Object.entries(numbers).flatMap(([fact, [lens, changes]]) =>
      reads.has(fact)
        ? Object.entries(changes).map(([how, change]) => ({
            id: `${rule.id}-${fact}-${how}`,
            says: `${rule.id} sees ${fact} ${how.replaceAll("-", " ")}`,
            breaks: [rule.id],
            change: put(
              replacing(rules, rule.id, (same) => [through(same, (s, p) => [lens(s, change), p])]),
            ),
          }))
        : [],
    );
  });
}

/** The facts that a rule reads, whatever they are. */
function readsOf<Subject extends object>(
  rule: Rule<Subject>,
  scene: Scene,
  subject: Subject,
  profile: Profile,
): ReadonlySet<string> {
  const { id, when, leaves } = rule;
  const asked = {
    id,
    when: (s: Subject, p: Profile): boolean => {
      leaves?.(s, p);
      return when(s, p);
    },
  };
  const facts = new Set<string>();
  everyWay((choose) => {
    scene.under(
      noPremise,
      ({ length }) => choose(length),
      () => {
        const [check] = walked([asked], subject, profile, entryFactName);
        for (const { fact } of check?.reads ?? []) facts.add(fact);
      },
    );
  });
  return facts;
}
