/**
 * The life of one dedupe call as a state machine, made of the tables of rules:
 * the request's checks; then for each target the entry's checks, the preparation,
 * the comparison and the sharing; at the end the argument is copied out.
 *
 * It describes and draws what step.ts does, and a test holds the two together.
 * Programs run on step.ts, which is faster.
 */

import { assign, initialTransition, setup } from "xstate";
import { answerText } from "./answer-text.ts";
import { errnoName } from "./errno.ts";
import type { EntryFacts, RequestFacts } from "./facts.ts";
import { InvariantError } from "./fault.ts";
import type { Profile } from "./profile.ts";
import type { Clause, Rule, Stage } from "./rule.ts";

/** What a walk asks about a call. */
export interface CallFacts {
  readonly request: RequestFacts;
  /**
   * An entry by its index. It is asked once, when the entry's turn comes: an entry
   * that is shared changes what the next one meets.
   */
  entry(index: number): EntryFacts;
}

/** The way of one call through the machine. */
export interface Walk {
  /**
   * The ids of the rules that decided, in order: the one that refused the request;
   * or else one for each entry, and one for a copy-out that failed.
   */
  readonly rules: readonly string[];
  /** The state in which the call ended. */
  readonly end: "returned" | "failed";
}

/** A transition of the machine. */
export interface Edge {
  readonly from: string;
  readonly to: string;
  /** The rule with its answer, or a condition; undefined where no rule stopped the call. */
  readonly label: string | undefined;
}

export interface Machine {
  readonly initial: string;
  readonly finals: readonly string[];
  /** By state, and within a state in the order in which they are tried. */
  readonly edges: readonly Edge[];
  walk(facts: CallFacts): Walk;
}

/** The machine of a profile. */
export function machine(profile: Profile): Machine {
  const life = lifeOf(profile);
  const nodes = Object.values(life.states);
  return {
    initial: "request",
    finals: nodes.filter((node) => node.type === "final").map((node) => node.key),
    edges: nodes.flatMap((node) =>
      (node.always ?? []).map(({ target, description }) => ({
        from: node.key,
        to: target?.[0]?.key ?? node.key,
        label: description,
      })),
    ),
    walk: (facts) => {
      const [{ value, context }] = initialTransition(life, facts);
      if (value !== "returned" && value !== "failed") {
        throw new InvariantError(`no rule leads a call out of the state ${value}`);
      }
      return { rules: context.rules, end: value };
    },
  };
}

interface Context {
  readonly facts: CallFacts;
  /** The entry whose turn it is. */
  readonly entry: EntryFacts | undefined;
  /** Entries whose turn has come. */
  readonly taken: number;
  readonly rules: readonly string[];
}

const types: { context?: Context; input?: CallFacts } = {};

function lifeOf(profile: Profile) {
  return setup({
    types,
    guards: {
      "applies to the request": ({ context }, rule: Clause<RequestFacts>) =>
        rule.when(context.facts.request, profile),
      "applies to the entry": ({ context }, rule: Clause<EntryFacts>) =>
        context.entry !== undefined && rule.when(context.entry, profile),
      "applies to the last entry": ({ context }, rule: Clause<EntryFacts>) =>
        context.entry !== undefined &&
        context.taken === context.facts.request.count &&
        rule.when(context.entry, profile),
      "a target is left": ({ context }) => context.taken < context.facts.request.count,
    },
    actions: {
      "take the next target": assign(({ context: { facts, taken } }) => ({
        entry: facts.entry(taken),
        taken: taken + 1,
      })),
      "record the rule": assign(({ context }, rule: { readonly id: string }) => ({
        rules: [...context.rules, rule.id],
      })),
    },
  }).createMachine({
    context: ({ input }) => ({ facts: input, entry: undefined, taken: 0, rules: [] }),
    initial: "request",
    states: {
      request: { always: [...refusals(profile), { target: "next target" }] },
      "next target": {
        always: [
          { guard: "a target is left", target: "entry", description: "a target is left" },
          { target: "copy out", description: "no target is left" },
        ],
      },
      entry: {
        entry: "take the next target",
        always: [...answers(profile, "entry"), { target: "prepare" }],
      },
      prepare: { always: [...answers(profile, "prepare"), { target: "compare" }] },
      compare: { always: [...answers(profile, "compare"), { target: "share" }] },
      share: { always: answers(profile, "share") },
      "copy out": { always: [...faults(profile), { target: "returned" }] },
      returned: { type: "final" },
      failed: { type: "final" },
    },
  });
}

/** Transitions of the rules that refuse a request. */
function refusals({ tables }: Profile) {
  return tables.deciding.request.map((rule) => ({
    guard: { type: "applies to the request" as const, params: rule },
    target: "failed" as const,
    ...recorded(rule, answerText(rule.answers)),
  }));
}

/** Transitions of the rules that end an entry in a stage, or the call with it. */
function answers(profile: Profile, stage: Stage) {
  return profile.tables.deciding.entry
    .filter((rule) => rule.stage === stage)
    .flatMap((rule) =>
      waysBehind(profile, rule).map(({ where, target }) => ({
        guard: { type: where, params: rule },
        target,
        ...recorded(rule, answerText(rule.answers)),
      })),
    );
}

/** Where a rule of an entry leads, and for which entries. */
interface WayBehind {
  readonly where: "applies to the entry" | "applies to the last entry";
  readonly target: "next target" | "failed";
}

/** In the order in which they are tried. */
function waysBehind({ failsCall }: Profile, rule: Rule<EntryFacts>): readonly WayBehind[] {
  const fails = rule.answers.kind === "errno" || failsCall?.(rule, false) === true;
  const going = {
    where: "applies to the entry",
    target: fails ? "failed" : "next target",
  } as const;
  const lastFails = !fails && failsCall?.(rule, true) === true;
  return lastFails ? [{ where: "applies to the last entry", target: "failed" }, going] : [going];
}

/** Transitions of the rules that fail a call whose entries are done. */
function faults({ tables }: Profile) {
  return tables.copyOut.map((rule) => ({
    guard: { type: "applies to the request" as const, params: rule },
    target: "failed" as const,
    ...recorded(rule, errnoName(rule.errno)),
  }));
}

function recorded(rule: { readonly id: string }, answer: string) {
  return {
    actions: { type: "record the rule" as const, params: rule },
    description: `${rule.id} ${answer}`,
  };
}
