/** The facts of one call and of one entry of it, where some are known and others are taken for granted. */

import { cappedLength } from "./dedupe-rules.ts";
import {
  entryFactName,
  factNames,
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
import type { Profile } from "./profile.ts";

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

/** What is taken for granted. */
export interface Premise {
  /** The index of the guess, by the place of the fact in `factPlaces`; -1 for facts that nobody asked for. */
  readonly picks: readonly number[];
  /** The facts that were taken, the last one first. */
  readonly last: Link | undefined;
  /** How unusual they are together. */
  readonly surprise: number;
}

interface Link {
  readonly taken: Taken;
  readonly before: Link | undefined;
}

/** A place for each fact of a call and of one entry, by its name. */
export const factPlaces: ReadonlyMap<string, number> = new Map(
  factNames.map((name, place) => [name, place]),
);

export const noPremise: Premise = {
  picks: factNames.map(() => -1),
  last: undefined,
  surprise: 0,
};

/** What a premise takes for granted, in the order in which rules asked for it. */
export function takenBy(premise: Premise): readonly Taken[] {
  const taken: Taken[] = [];
  for (let link = premise.last; link !== undefined; link = link.before) taken.unshift(link.taken);
  return taken;
}

/** Chooses one of several guesses, by its index. */
export type Choose = (among: readonly Guess<FactValue>[]) => number;

const lazyFile = lazyFacts<FileFacts, object>(fileForms);
const lazyRequest = lazyFacts<RequestOwn, Pick<RequestFacts, "source">>(requestForms);
const lazyEntry = lazyFacts<EntryOwn, Pick<EntryFacts, "request" | "target">>(entryForms);

/**
 * Facts that are read under one premise after the other. What a premise says
 * nothing of is taken to be what is chosen when it is read.
 */
export class Scene {
  readonly request: RequestFacts;
  readonly entry: EntryFacts;
  readonly #profile: Profile;
  readonly #call: KnownCall;
  readonly #known: KnownTarget;
  readonly #maybeOne: boolean;
  #choose: Choose = () => 0;
  #premise: Premise = noPremise;
  /** Whether what was taken and what is known cannot both be. */
  #contradicted = false;

  /** Without a target, facts of the entry mean nothing. */
  constructor(profile: Profile, call: KnownCall, known: KnownTarget | undefined) {
    this.#profile = profile;
    this.#call = call;
    this.#known = known ?? { entry: { sameInode: false }, target: {} };
    this.#maybeOne = agree(call.source, this.#known.target);
    const source = lazyFile((name) => this.#ofSource(name), {});
    this.request = lazyRequest((name) => this.#ofRequest(name), { source });
    const target = lazyFile((name) => this.#ofTarget(name), {});
    this.entry = lazyEntry((name) => this.#ofEntry(name), { request: this.request, target });
  }

  /**
   * Lets facts be read from a premise on. Returns the premise under which they
   * were read in the end; undefined where that contradicts what is known.
   */
  under(premise: Premise, choose: Choose, read: () => void): Premise | undefined {
    this.#premise = premise;
    this.#choose = choose;
    this.#contradicted = false;
    read();
    return this.#contradicted ? undefined : this.#premise;
  }

  /** Looks at the facts under a premise; what that says nothing of is as one expects. */
  seen<Seen>(premise: Premise, see: (request: RequestFacts, entry: EntryFacts) => Seen): Seen {
    this.#premise = premise;
    this.#choose = usual;
    return see(this.request, this.entry);
  }

  #ofRequest<Name extends keyof RequestOwn>(name: Name): RequestOwn[Name] {
    return (
      this.#call.request[name] ?? this.#take(name, requestForms[name].guesses(this.#overlapping()))
    );
  }

  #ofSource<Name extends keyof FileFacts>(name: Name): FileFacts[Name] {
    const known = this.#call.source[name];
    if (known !== undefined) return known;
    const other = this.#known.target[name];
    if (other !== undefined && isOfInode(name) && this.entry.sameInode) return other;
    const guesses = fileForms[name].guesses({
      profile: this.#profile,
      file: this.request.source,
      source: undefined,
      besideSource: () => false,
      ends: this.#endsInSource(),
    });
    return this.#take(`source.${name}`, guesses);
  }

  #ofTarget<Name extends keyof FileFacts>(name: Name): FileFacts[Name] {
    const known = this.#known.target[name];
    const { source } = this.request;
    if (isOfInode(name) && this.entry.sameInode) {
      if (known !== undefined && known !== source[name]) this.#contradicted = true;
      return source[name];
    }
    if (known !== undefined) return known;
    const guesses = fileForms[name].guesses({
      profile: this.#profile,
      file: this.entry.target,
      source,
      besideSource: () => this.entry.sameFilesystem,
      ends: this.#endsFrom(this.entry.offset),
    });
    return this.#take(`target.${name}`, guesses);
  }

  #ofEntry<Name extends keyof EntryOwn>(name: Name): EntryOwn[Name] {
    const known = this.#known.entry[name];
    if (known !== undefined) return known;
    const guesses = entryForms[name].guesses({
      profile: this.#profile,
      maybeOne: this.#maybeOne,
      sameInode: () => this.entry.sameInode,
    });
    return this.#take(entryFactName(name), guesses);
  }

  #take<Value extends FactValue>(fact: string, among: readonly Guess<Value>[]): Value {
    const [only] = among;
    if (only !== undefined && among.length === 1) return only.value;
    const place = factPlaces.get(fact) ?? 0;
    const before = this.#premise.picks[place] ?? -1;
    const pick = before === -1 ? this.#choose(among) : before;
    const guess = among[pick];
    if (guess === undefined) throw new InvariantError(`nothing can be taken for ${fact}`);
    if (before === -1)
      this.#picked(place, pick, { fact, value: guess.value, among }, guess.surprise);
    return guess.value;
  }

  #picked(place: number, pick: number, taken: Taken, surprise: number): void {
    const { picks, last, surprise: before } = this.#premise;
    const after = picks.slice();
    after[place] = pick;
    this.#premise = { picks: after, last: { taken, before: last }, surprise: before + surprise };
  }

  /** The target's offset where the ranges are known to overlap in one inode: a limit alone lets that through. */
  #overlapping(): bigint | undefined {
    const { offset: at, sameInode } = this.#known.entry;
    const { offset, length } = this.#call.request;
    if (sameInode !== true || at === undefined || offset === undefined || length === undefined) {
      return undefined;
    }
    return at < offset + length && offset < at + length ? at : undefined;
  }

  /** Where ranges end in the source: its own, and the target's where that is the same inode. */
  #endsInSource(): readonly bigint[] {
    const ends = this.#endsFrom(this.request.offset);
    const other = this.entry.offset;
    if (other === this.request.offset || !this.entry.sameInode) return ends;
    return [...ends, ...this.#endsFrom(other)].toSorted((a, b) => (a < b ? -1 : Number(a > b)));
  }

  #endsFrom(offset: bigint): readonly bigint[] {
    const [asked, cut] = [this.request.length, cappedLength(this.request, this.#profile)];
    return asked === cut ? [offset + asked] : [offset + cut, offset + asked];
  }
}

/** The index of the guess that surprises least. */
function usual(among: readonly Guess<FactValue>[]): number {
  let best = 0;
  for (const [index, { surprise }] of among.entries()) {
    if (surprise < (among[best]?.surprise ?? Infinity)) best = index;
  }
  return best;
}

/** Facts on which two descriptors of one inode agree. */
const ofInode: ReadonlySet<string> = new Set(
  Object.entries(fileForms).flatMap(([name, form]) => (form.inode === true ? name : [])),
);

function isOfInode(name: string): boolean {
  return ofInode.has(name);
}

function isFileFact(name: string): name is keyof FileFacts {
  return Object.hasOwn(fileForms, name);
}

/** Whether two files may be one inode, for all that is known. */
function agree(a: Known<FileFacts>, b: Known<FileFacts>): boolean {
  return [...ofInode]
    .filter(isFileFact)
    .every((name) => a[name] === undefined || b[name] === undefined || a[name] === b[name]);
}
