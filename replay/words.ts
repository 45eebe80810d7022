/**
 * The words of one line, taken from left to right by a parser.
 *
 * The first problem is kept, and everything behind it is answered with a
 * harmless value, so that a parser can be written as the grammar is read:
 * it asks for one part after the other and looks at `problem` at the end.
 */

import {
  bytes,
  isPath,
  maxSlots,
  offset,
  slot,
  type Bytes,
  type Offset,
  type Slot,
} from "../model/index.ts";
import { maxU64, parseNumber } from "./number-text.ts";
import { quoted } from "./plain.ts";

export type Parsed<T> =
  | { readonly kind: "parsed"; readonly value: T }
  | { readonly kind: "invalid"; readonly message: string };

export class Words {
  readonly #words: readonly string[];
  readonly #form: string;
  #at = 0;
  #problem: string | undefined;

  /** Words end at spaces and tabs; `,`, `:` and `;` are words. `form` says what would be right, for messages. */
  constructor(text: string, form: string) {
    this.#words = text.match(/[,:;]|[^ \t,:;]+/g) ?? [];
    this.#form = form;
  }

  /** The value when all words were taken without a problem. */
  finish<T>(value: T): Parsed<T> {
    const word = this.next;
    if (word?.startsWith("#") === true) this.fail("a comment needs a line of its own");
    if (word !== undefined) this.fail(`${quoted(word)} is not known here`);
    if (this.#problem === undefined) return { kind: "parsed", value };
    return { kind: "invalid", message: `${this.#problem}; ${this.#form}` };
  }

  /** Keeps the first problem of the line. */
  fail(problem: string): void {
    this.#problem ??= problem;
  }

  /** How many words are left; 0 behind a problem. */
  get left(): number {
    return this.#problem === undefined ? this.#words.length - this.#at : 0;
  }

  /** The next word, not taken; undefined at the end and behind a problem. */
  get next(): string | undefined {
    return this.#problem === undefined ? this.#words[this.#at] : undefined;
  }

  /** Takes the next word; `due` names it in the message when the line ends before. */
  take(due: string): string {
    const word = this.next;
    if (word === undefined) this.fail(`the line ends where ${due} is due`);
    else this.#at++;
    return word ?? "";
  }

  /** Takes the next word when it is this one. */
  skip(word: string): boolean {
    const found = this.next === word;
    if (found) this.#at++;
    return found;
  }

  /** Takes the next word, which must be this one. */
  expect(word: string): void {
    const found = this.take(quoted(word));
    if (found !== word) this.fail(`${quoted(found)} is not known here`);
  }

  /** Takes one of these words. */
  choice<T extends string>(due: string, choices: readonly [T, ...T[]]): T {
    const word = this.take(due);
    const found = choices.find((choice) => choice === word);
    if (found === undefined) this.fail(`${quoted(word)} is not ${due} (${choices.join(", ")})`);
    return found ?? choices[0];
  }

  /** Takes a number from 0 to `most`. */
  number(most: bigint = maxU64): bigint {
    const word = this.take("a number");
    const parsed = parseNumber(word);
    if (parsed.kind === "invalid") this.fail(parsed.message);
    else if (parsed.value > most) this.fail(`${quoted(word)} is more than ${most}`);
    else return parsed.value;
    return 0n;
  }

  /** Takes a whole number from `least` to `most`, which may be negative. */
  integer(least: number, most: number): number {
    const word = this.take("a number");
    const negative = word.startsWith("-");
    const parsed = parseNumber(negative ? word.slice(1) : word);
    if (parsed.kind === "invalid") this.fail(parsed.message);
    else if (parsed.value > BigInt(negative ? -least : most)) {
      this.fail(`${quoted(word)} is not within ${least} to ${most}`);
    } else return Number(negative ? -parsed.value : parsed.value);
    return 0;
  }

  /** Takes a word and the number behind it, which may be missing together: then 0. */
  option(word: string, most: number): number {
    return this.skip(word) ? Number(this.number(BigInt(most))) : 0;
  }

  /** Takes permission bits: one to four octal digits. */
  mode(): number {
    const word = this.take("a mode");
    const fits = /^[0-7]{1,4}$/.test(word);
    if (!fits) this.fail(`${quoted(word)} is not a mode such as 644 or 4755`);
    return fits ? Number.parseInt(word, 8) : 0;
  }

  /** Takes `at` and an offset. */
  offset(): Offset {
    this.expect("at");
    return offset(this.number());
  }

  /** Takes `length` and a number of bytes. */
  length(): Bytes {
    this.expect("length");
    return bytes(this.number());
  }

  slot(): Slot {
    const word = this.take("a slot");
    const found = slotOf(word);
    if (found === undefined) this.fail(`${quoted(word)} is not a slot (s0 to s${maxSlots - 1})`);
    return found ?? slot(0);
  }

  path(): string {
    const word = this.take("a name");
    if (!isPath(word)) this.fail(`${quoted(word)} is not a name (${nameForm})`);
    return word;
  }

  /** A file of an observation: a path, or `@` and the slot that holds it. */
  file(): string {
    const word = this.take("a file");
    const known = word.startsWith("@") ? slotOf(word.slice(1)) !== undefined : fileForm.test(word);
    if (!known) this.fail(`${quoted(word)} is not a file (its name, or @s3 for the one in s3)`);
    return word;
  }
}

/** Also of files that lie too deep for a program to name. */
const fileForm = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}(?:\/[A-Za-z0-9][A-Za-z0-9._-]{0,63}){0,3}$/;

const nameForm =
  'a letter or digit, then letters, digits, ".", "_" and "-", 64 characters at most; before it may stand a folder of such a name and "/", and before that "bind/", "ro/" or "other/", which no file or folder is called';

/** The slot of a word such as `s7`; undefined for any other word. */
export function slotOf(word: string): Slot | undefined {
  const digits = /^s(0|[1-9][0-9]?)$/.exec(word)?.[1];
  return digits === undefined || Number(digits) >= maxSlots ? undefined : slot(Number(digits));
}
