/**
 * Every way in which a call, or an entry of it, may have been decided, when some
 * facts are unknown: the tables are walked in order with all that the unknown
 * facts may be. Where ways differ in nothing that later rules read, the least
 * unusual one goes on for them all.
 */

import { answerOf, errnoIn } from "./dedupe.ts";
import { tailLengths, type TailLengths } from "./dedupe-rules.ts";
import { everyWay } from "./every-way.ts";
import type { EntryFacts, RequestFacts } from "./facts.ts";
import type { TargetOutcome } from "./outcome.ts";
import type { Profile } from "./profile.ts";
import {
  noPremise,
  Scene,
  takenBy,
  type KnownCall,
  type KnownTarget,
  type Premise,
  type Taken,
} from "./scene.ts";
import { compares, readLater, type Later } from "./read-later.ts";
import type { Errno } from "./units.ts";

/** One way, with the facts that lead there. */
export interface Way<Answer> {
  /** The rule that decides; undefined where none refuses the call. */
  readonly rule: string | undefined;
  readonly answer: Answer;
  /** Where bytes were compared: how many, and how many are shared if they are equal. */
  readonly tail: TailLengths | undefined;
  /** The unknown facts that count, in the order in which rules ask for them. */
  readonly taken: readonly Taken[];
  /** How unusual they are together. */
  readonly surprise: number;
  /** Lets the facts be looked at; what nobody asked for is then as one expects. */
  readonly look: <Seen>(see: (request: RequestFacts, entry: EntryFacts) => Seen) => Seen;
}

/** Every way in which a whole call may be answered; its answer is an errno, or 0. Never empty. */
export function requestWays(profile: Profile, call: KnownCall): readonly Way<Errno | 0>[] {
  const scene = new Scene(profile, call, undefined);
  const { request } = scene;
  const found: Way<Errno | 0>[] = [];
  const { ofRequest, ofCopyOut } = readLater(profile);
  const accepted = passing(scene, ofRequest, [noPremise], {
    ask: (rule) => rule.when(request, profile),
    decided: (rule, premise) => found.push(wayOf(scene, premise, rule.id, errnoIn(rule))),
  });
  const written = passing(scene, ofCopyOut, accepted, {
    ask: (rule) => rule.when(request, profile),
    decided: (rule, premise) => found.push(wayOf(scene, premise, rule.id, rule.errno)),
  });
  for (const premise of written) found.push(wayOf(scene, premise, undefined, 0));
  return found;
}

/** Every way in which one entry of an accepted call may be answered; empty where no call is accepted. */
export function entryWays(
  profile: Profile,
  call: KnownCall,
  known: KnownTarget,
): readonly Way<TargetOutcome>[] {
  const scene = new Scene(profile, call, known);
  const { request, entry } = scene;
  const found: Way<TargetOutcome>[] = [];
  const { ofRequest, ofEntry } = readLater(profile);
  const accepted = passing(scene, ofRequest, [noPremise], {
    ask: (rule) => rule.when(request, profile),
    decided: () => undefined,
  });
  let tail: TailLengths | undefined;
  passing(scene, ofEntry, accepted, {
    ask: (rule) => {
      const applies = rule.when(entry, profile);
      tail = applies && compares(rule) ? tailLengths(entry, profile) : undefined;
      return applies;
    },
    decided: (rule, premise) => {
      const answer = answerOf(rule, entry, profile);
      found.push(wayOf(scene, premise, rule.id, answer, tail));
    },
  });
  return found;
}

/** What is done with rules on the way. */
interface Asking<Row> {
  /** Whether a rule applies, under the premise at hand. */
  readonly ask: (row: Row) => boolean;
  readonly decided: (row: Row, premise: Premise) => void;
}

/** Asks rules in order, from each premise on, and gives the premises under which none applied. */
function passing<Row>(
  scene: Scene,
  rows: readonly Later<Row>[],
  premises: readonly Premise[],
  { ask, decided }: Asking<Row>,
): readonly Premise[] {
  let left = premises;
  for (const { row, facts } of rows) {
    const passed = new Map<string, Premise>();
    for (const premise of left) {
      everyWay((choose) => {
        let applies = false;
        const after = scene.under(
          premise,
          ({ length }) => choose(length),
          () => {
            applies = ask(row);
          },
        );
        if (after === undefined) return;
        if (applies) decided(row, after);
        else keepUsual(passed, keyOf(after, facts), after);
      });
    }
    left = [...passed.values()];
  }
  return left;
}

function keepUsual(kept: Map<string, Premise>, key: string, premise: Premise): void {
  const before = kept.get(key);
  if (before === undefined || premise.surprise < before.surprise) kept.set(key, premise);
}

/** What of a premise counts, where only these facts are read from now on. */
function keyOf({ picks }: Premise, facts: ReadonlySet<number>): string {
  let key = "";
  for (const place of facts) key += `${picks[place]} `;
  return key;
}

function wayOf<Answer>(
  scene: Scene,
  premise: Premise,
  rule: string | undefined,
  answer: Answer,
  tail?: TailLengths,
): Way<Answer> {
  return {
    rule,
    answer,
    tail,
    surprise: premise.surprise,
    get taken(): readonly Taken[] {
      return takenBy(premise);
    },
    look: (see) => scene.seen(premise, see),
  };
}
