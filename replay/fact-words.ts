/**
 * Facts as people state them, in the words in which `explain` shows them:
 * `source.size=64K`, `target.writable=no`, `target2.contents=differ`, `admin=no`.
 */

import {
  noLimit,
  type EntryFacts,
  type FileFacts,
  type KnownCall,
  type KnownTarget,
  type RequestFacts,
} from "../model/index.ts";
import { factName } from "./fact-text.ts";
import { parseNumber } from "./number-text.ts";
import { quoted } from "./plain.ts";
import type { Parsed } from "./words.ts";

/** What is known of a call: of its request and source, and of each target. */
export interface StatedFacts extends KnownCall {
  readonly targets: readonly KnownTarget[];
}

/** Facts that stand in the text of a call. */
type OfCall = "offset" | "length" | "count" | "reserved" | "readableBytes" | "writableBytes";

/** How a value is written, and read; undefined for another text. */
interface Form<Value> {
  readonly written: string;
  readonly read: (text: string) => Value | undefined;
}

type Forms<Facts> = { readonly [Fact in keyof Facts]: Form<Facts[Fact]> };

const yesNo: Form<boolean> = {
  written: "yes or no",
  read: (text) => ({ yes: true, no: false })[text],
};

const numeric: Form<bigint> = {
  written: "a number such as 64K",
  read: (text) => {
    const parsed = parseNumber(text);
    return parsed.kind === "number" ? parsed.value : undefined;
  },
};

const limit: Form<bigint> = {
  written: "a number of bytes, or none",
  read: (text) => (text === "none" ? noLimit : numeric.read(text)),
};

/** Where something first is within so many bytes. */
type Within = (length: bigint) => bigint | undefined;

function within(nowhere: string, at: string): Form<Within> {
  return {
    written: `${nowhere}, or "${at} OFFSET"`,
    read: (text) => {
      if (text === nowhere) return () => undefined;
      const place = text.startsWith(`${at} `) ? numeric.read(text.slice(at.length + 1)) : undefined;
      return place === undefined ? undefined : (length) => (place < length ? place : undefined);
    },
  };
}

function oneOf<Value extends string>(...values: readonly Value[]): Form<Value> {
  return {
    written: values.join(", "),
    read: (text) => values.find((value) => value === text),
  };
}

/** A fact that no rule asks for, and that has no words. */
const wordless: Form<never> = { written: "nothing: it has no words", read: () => undefined };

const fileForms: Forms<FileFacts> = {
  open: oneOf("open", "closed", "path"),
  readable: yesNo,
  writable: yesNo,
  append: yesNo,
  readOnly: yesNo,
  kind: oneOf("file", "directory", "fifo", "special"),
  size: numeric,
  remaps: yesNo,
  reflinks: yesNo,
  nodatasum: yesNo,
  readOnlySubvolume: yesNo,
  linked: yesNo,
  owned: yesNo,
  mayWrite: yesNo,
  immutable: yesNo,
  appendOnly: yesNo,
  runsAsOther: yesNo,
  swapping: yesNo,
};

const requestForms: Forms<Omit<RequestFacts, OfCall | "source">> = {
  denied: yesNo,
  admin: yesNo,
  sizeLimit: limit,
  misaligned: yesNo,
};

const entryForms: Forms<Omit<EntryFacts, OfCall | "request" | "target">> = {
  denied: yesNo,
  sending: yesNo,
  frozen: yesNo,
  shutDown: yesNo,
  room: oneOf("enough", "some", "none"),
  sameFilesystem: yesNo,
  sameMount: yesNo,
  sameSubvolume: yesNo,
  sameInode: yesNo,
  block: numeric,
  inlines: yesNo,
  firstDifference: within("equal", "differ at"),
  stored: yesNo,
  firstUnreadable: within("nowhere", "at"),
  zerosBackedApart: wordless,
};

/** The facts of a call with those that words state beside it. */
export function withFacts(known: StatedFacts, words: readonly string[]): Parsed<StatedFacts> {
  let stated = known;
  for (const word of words) {
    const next = withFact(stated, word);
    if (next.kind === "invalid") return next;
    stated = next.value;
  }
  return { kind: "parsed", value: stated };
}

/** `FACT=VALUE`, behind `source.`, `target.` or `target2.`, or alone. */
const fact = /^(?:(source|target([1-9][0-9]{0,2})?)\.)?([A-Za-z]+)=(.*)$/s;

function withFact(known: StatedFacts, word: string): Parsed<StatedFacts> {
  const [, whose, number, shown = "", text = ""] = fact.exec(word) ?? [];
  if (shown === "") return invalid(word, "is not FACT=VALUE, such as source.size=64K");
  if (number !== undefined && Number(number) > known.targets.length) {
    return invalid(word, `is about a target that the call does not have`);
  }
  for (const place of places(whose, number)) {
    const name = Object.keys(place.forms).find((each) => factName(each) === shown);
    const form = name === undefined ? undefined : place.forms[name];
    if (name === undefined || form === undefined) continue;
    const value = form.read(text);
    if (value === undefined) return invalid(word, `has a value that is not ${form.written}`);
    return { kind: "parsed", value: place.put(known, { [name]: value }) };
  }
  return invalid(word, `is no fact; there are ${namesAt(whose, number).join(", ")}`);
}

/** Facts of a kind, and where they go. */
interface Place {
  readonly forms: Readonly<Record<string, Form<unknown>>>;
  readonly put: (known: StatedFacts, facts: object) => StatedFacts;
}

const ofSource: Place = {
  forms: fileForms,
  put: (known, facts) => ({ ...known, source: { ...known.source, ...facts } }),
};

const ofRequest: Place = {
  forms: requestForms,
  put: (known, facts) => ({ ...known, request: { ...known.request, ...facts } }),
};

/** Where a fact may belong that is said of the source, of a target (of each where no number says which), or of the call. */
function places(whose: string | undefined, number: string | undefined): readonly Place[] {
  if (whose === "source") return [ofSource];
  const isMeant = (index: number): boolean => number === undefined || index === Number(number) - 1;
  const ofTargets =
    (put: (target: KnownTarget, facts: object) => KnownTarget): Place["put"] =>
    (known, facts) => ({
      ...known,
      targets: known.targets.map((target, index) => (isMeant(index) ? put(target, facts) : target)),
    });
  const ofEntry: Place = {
    forms: entryForms,
    put: ofTargets((target, facts) => ({ ...target, entry: { ...target.entry, ...facts } })),
  };
  const ofTarget: Place = {
    forms: fileForms,
    put: ofTargets((target, facts) => ({ ...target, target: { ...target.target, ...facts } })),
  };
  return whose === undefined ? [ofRequest, ofEntry] : [ofTarget, ofEntry];
}

function namesAt(whose: string | undefined, number: string | undefined): readonly string[] {
  const names = places(whose, number).flatMap(({ forms }) => Object.keys(forms));
  return [...new Set(names.map(factName))];
}

function invalid(word: string, problem: string): Parsed<StatedFacts> {
  return { kind: "invalid", message: `${quoted(word)} ${problem}` };
}
