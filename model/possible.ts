/**
 * Every way in which a call, or an entry of it, may have been decided, when some
 * facts are unknown: the tables are walked once for each value that an unknown
 * fact may have, as far as rules ask for it.
 */

import { copyOutRules } from "./copy-out-rules.ts";
import { predict } from "./dedupe.ts";
import { cappedLength, entryRules, tailLengths, type TailLengths } from "./dedupe-rules.ts";
import { everyWay } from "./every-way.ts";
import {
  entryForms,
  fileForms,
  requestForms,
  type EntryOwn,
  type Guess,
  type RequestOwn,
} from "./fact-forms.ts";
import type { EntryFacts, FileFacts, RequestFacts } from "./facts.ts";
import { InvariantError } from "./fault.ts";
import { lazyFacts } from "./lazy-facts.ts";
import type { TargetOutcome } from "./outcome.ts";
import type { Profile } from "./profile.ts";
import { decide } from "./rule.ts";
import { entryFactName } from "./walk.ts";
import type { Errno } from "./units.ts";

/** Facts of which some are known: what is left out, or undefined, is not. */
export type Known<Facts> = { readonly [Fact in keyof Facts]?: Facts[Fact] | undefined };

export interface KnownCall {
  readonly request: Known<RequestOwn>;
  readonly source: Known<FileFacts>;
}

export interface KnownTarget {
  readonly entry: Known<EntryOwn>;
  readonly target: Known<FileFacts>;
}

/** A value as rules read it. */
export type FactValue =
  | FileFacts[keyof FileFacts]
  | RequestOwn[keyof RequestOwn]
  | EntryOwn[keyof EntryOwn];

/** An unknown fact, by its name (`source.size`, `target.offset`, `sameInode`), and what it was taken to be. */
export interface Taken {
  readonly fact: string;
  readonly value: FactValue;
  readonly among: readonly Guess<FactValue>[];
}

/** One way, with the facts that lead there. */
export interface Way<Answer> {
  /** The rule that decides; undefined where none refuses the call. */
  readonly rule: string | undefined;
  readonly answer: Answer;
  /** Where bytes were compared: how many, and how many are shared if they are equal. */
  readonly tail: TailLengths | undefined;
  /** The unknown facts that were asked for, in order. */
  readonly taken: readonly Taken[];
  /** How unusual they are together. */
  readonly surprise: number;
  readonly request: RequestFacts;
  readonly entry: EntryFacts | undefined;
}

/** Every way in which a whole call may be answered; its answer is an errno, or 0. Never empty. */
export function requestWays(profile: Profile, call: KnownCall): readonly Way<Errno | 0>[] {
  return ways((guesses) => {
    const request = requestIn(guesses, profile, call, () => []);
    const { refused } = predict(profile, request, []);
    const lost = refused === undefined ? decide(copyOutRules, request, profile) : undefined;
    const rule = refused?.rule ?? lost?.id;
    const answer = refused?.errno ?? lost?.errno ?? 0;
    return { rule, answer, tail: undefined, request, entry: undefined };
  });
}

/** Every way in which one entry of an accepted call may be answered; empty where no call is accepted. */
export function entryWays(
  profile: Profile,
  call: KnownCall,
  known: KnownTarget,
): readonly Way<TargetOutcome>[] {
  return ways((guesses) => {
    const { source, entry: own } = asOne(guesses, profile, call.source, known);
    const beside = (): readonly bigint[] =>
      entry.offset !== request.offset && entry.sameInode
        ? endsOf(request, entry.offset, profile)
        : [];
    const request = requestIn(guesses, profile, { ...call, source }, beside);
    const entry: EntryFacts = entryIn(guesses, profile, request, source, { ...known, entry: own });
    const [decided] = predict(profile, request, [entry]).entries;
    if (decided === undefined) return undefined;
    const { rule, outcome: answer } = decided;
    const tail = comparing.has(rule) ? tailLengths(entry, profile) : undefined;
    return { rule, answer, tail, request, entry };
  });
}

/** What is known of the source where it is the target's inode: what is known of that too. */
function asOne(
  guesses: Guesses,
  profile: Profile,
  source: Known<FileFacts>,
  { entry, target }: KnownTarget,
): { readonly source: Known<FileFacts>; readonly entry: Known<EntryOwn> } {
  const more = ofInode.filter((name) => source[name] === undefined && target[name] !== undefined);
  if (more.length === 0 || entry.sameInode === false) return { source, entry };
  const scene = { profile, maybeOne: agree(source, target), sameInode: () => false };
  const sameInode =
    entry.sameInode ?? guesses.take("sameInode", entryForms.sameInode.guesses(scene));
  const known = Object.fromEntries(more.map((name) => [name, target[name]]));
  return { source: sameInode ? { ...source, ...known } : source, entry: { ...entry, sameInode } };
}

/** Rules that are asked of bytes, or of what bytes showed to be equal. */
const comparing: ReadonlySet<string> = new Set(
  entryRules.filter(({ stage }) => stage === "compare" || stage === "share").map(({ id }) => id),
);

function ways<Answer>(
  run: (guesses: Guesses) => Omit<Way<Answer>, "taken" | "surprise"> | undefined,
): readonly Way<Answer>[] {
  const found: Way<Answer>[] = [];
  everyWay((choose) => {
    const guesses = new Guesses(choose);
    const way = run(guesses);
    guesses.settle();
    const { taken, surprise, contradicted } = guesses;
    if (way !== undefined && !contradicted) found.push({ ...way, taken, surprise });
  });
  return found;
}

/** What is taken for granted in one way. */
class Guesses {
  readonly taken: Taken[] = [];
  surprise = 0;
  /** Whether what was taken and what is known cannot both be. */
  contradicted = false;
  #choose: ((bound: number) => number) | undefined;

  constructor(choose: (bound: number) => number) {
    this.#choose = choose;
  }

  /** What is asked for from now on, by who looks at the way, is taken to be as one expects. */
  settle(): void {
    this.#choose = undefined;
  }

  take<Value extends FactValue>(fact: string, among: readonly Guess<Value>[]): Value {
    const guess =
      this.#choose === undefined || among.length === 1
        ? likeliest(among)
        : among[this.#choose(among.length)];
    if (guess === undefined) throw new InvariantError(`nothing can be taken for ${fact}`);
    if (among.length > 1) this.taken.push({ fact, value: guess.value, among });
    if (this.#choose !== undefined) this.surprise += guess.surprise;
    return guess.value;
  }
}

function likeliest<Value>(among: readonly Guess<Value>[]): Guess<Value> | undefined {
  const [first, ...others] = among;
  return others.reduce(
    (best, each) => (best !== undefined && each.surprise < best.surprise ? each : best),
    first,
  );
}

const lazyFile = lazyFacts<FileFacts, object>(fileForms);
const lazyRequest = lazyFacts<RequestOwn, Pick<RequestFacts, "source">>(requestForms);
const lazyEntry = lazyFacts<EntryOwn, Pick<EntryFacts, "request" | "target">>(entryForms);

/** `beside`: other ends of ranges in the source, ascending. */
function requestIn(
  guesses: Guesses,
  profile: Profile,
  call: KnownCall,
  beside: () => readonly bigint[],
): RequestFacts {
  const source = lazyFile(
    (name) =>
      call.source[name] ??
      guesses.take(
        `source.${name}`,
        fileForms[name].guesses({
          profile,
          file: source,
          source: undefined,
          besideSource: () => false,
          ends: ascending([...endsOf(request, request.offset, profile), ...beside()]),
        }),
      ),
    {},
  );
  const request = lazyRequest(
    (name) => call.request[name] ?? guesses.take(name, requestForms[name].guesses(undefined)),
    { source },
  );
  return request;
}

function entryIn(
  guesses: Guesses,
  profile: Profile,
  request: RequestFacts,
  knownSource: Known<FileFacts>,
  known: KnownTarget,
): EntryFacts {
  const { source } = request;
  const maybeOne = agree(knownSource, known.target);
  const target = lazyFile((name) => {
    const value = known.target[name];
    if (fileForms[name].inode === true && entry.sameInode) {
      if (value !== undefined && value !== source[name]) guesses.contradicted = true;
      return source[name];
    }
    if (value !== undefined) return value;
    const scene = {
      profile,
      file: target,
      source,
      besideSource: () => entry.sameFilesystem,
      ends: endsOf(request, entry.offset, profile),
    };
    return guesses.take(`target.${name}`, fileForms[name].guesses(scene));
  }, {});
  const entry = lazyEntry(
    (name) =>
      known.entry[name] ??
      guesses.take(
        entryFactName(name),
        entryForms[name].guesses({ profile, maybeOne, sameInode: () => entry.sameInode }),
      ),
    { request, target },
  );
  return entry;
}

/** Facts on which two descriptors of one inode agree. */
const ofInode = Object.keys(fileForms)
  .filter(isFileFact)
  .filter((name) => fileForms[name].inode === true);

function isFileFact(name: string): name is keyof FileFacts {
  return Object.hasOwn(fileForms, name);
}

/** Whether two files may be one inode, for all that is known. */
function agree(a: Known<FileFacts>, b: Known<FileFacts>): boolean {
  return ofInode.every(
    (name) => a[name] === undefined || b[name] === undefined || a[name] === b[name],
  );
}

function ascending(numbers: readonly bigint[]): readonly bigint[] {
  return numbers.toSorted((a, b) => (a < b ? -1 : Number(a > b)));
}

function endsOf(request: RequestFacts, offset: bigint, profile: Profile): readonly bigint[] {
  const [asked, cut] = [request.length, cappedLength(request, profile)];
  return asked === cut ? [offset + asked] : [offset + cut, offset + asked];
}
