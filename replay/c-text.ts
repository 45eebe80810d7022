/** Text put into C source: whatever it says, it ends no comment, no literal and no line. */

import { wrapped } from "./columns.ts";

/** Columns of a line of C, so that a program can be pasted into a mail. A tab counts as eight. */
const columns = 72;
const tabColumns = 8;

/** Characters of one literal; a longer text is several, side by side. */
const literalColumns = 48;

/** A text as one or more string literals, none of them longer than a line. */
export function literals(text: string): readonly string[] {
  const units = Array.from(text, escaped);
  const parts: string[] = [];
  let part = "";
  for (const unit of units) {
    if (part.length + unit.length > literalColumns && /[ ,]$/.test(part)) {
      parts.push(part);
      part = "";
    }
    part += unit;
  }
  return [...parts, part].flatMap(chopped).map((each) => `"${each}"`);
}

/** The one character, as it stands in a literal: no quote, no escape, no trigraph, ASCII alone. */
function escaped(character: string): string {
  if (/^[ !#->@-[\]-~]$/.test(character)) return character;
  return [...new TextEncoder().encode(character)]
    .map((byte) => `\\${byte.toString(8).padStart(3, "0")}`)
    .join("");
}

/** A part without a space to break at, cut between characters. */
function chopped(part: string): readonly string[] {
  if (part.length <= literalColumns) return [part];
  const units = part.match(/\\[0-7]{3}|[^\\]/g) ?? [];
  const parts = [""];
  for (const unit of units) {
    const last = parts.at(-1) ?? "";
    if (last.length + unit.length > literalColumns) parts.push(unit);
    else parts[parts.length - 1] = last + unit;
  }
  return parts;
}

/** A block comment of whole lines, behind `before`; empty for no text. */
export function comment(before: string, paragraphs: readonly string[]): readonly string[] {
  if (paragraphs.length === 0) return [];
  const room = columns - widthOf(before) - " * ".length;
  const lines = paragraphs.flatMap((text) =>
    text.startsWith("\t") ? [text] : unjoined(harmless(text), room),
  );
  const [only] = lines;
  if (lines.length === 1 && only !== undefined && only.length < room - 3) {
    return [`${before}/* ${only} */`];
  }
  return [`${before}/*`, ...lines.map((line) => `${before} * ${line}`.trimEnd()), `${before} */`];
}

/** Lines of which none ends in a backslash, which would join it to the next one. */
function unjoined(text: string, room: number): readonly string[] {
  const lines = wrapped(text, room);
  if (!lines.some((line) => line.endsWith("\\"))) return lines;
  return wrapped(text, room - 1).map((line) => (line.endsWith("\\") ? `${line}.` : line));
}

/** Text that neither ends a comment nor begins one, and is not read as a trigraph or a joined line. */
function harmless(text: string): string {
  return text
    .replaceAll(/\*(?=\/)/g, "* ")
    .replaceAll(/\/(?=\*)/g, "/ ")
    .replaceAll(/\?(?=\?)/g, "? ")
    .replaceAll(/\\(?=\s|$)/g, "\\.");
}

/**
 * A call of a macro or function whose arguments are words that stay whole: on
 * one line where it fits, else each argument on lines of its own.
 */
export function statement(name: string, parts: readonly (readonly string[])[]): readonly string[] {
  const closed = parts.map((words, index) => ended(words, index === parts.length - 1 ? ");" : ","));
  const line = `\t${name}(${closed.flat().join(" ")}`;
  if (widthOf(line) <= columns) return [line];
  const indent = `\t${" ".repeat(name.length + 1)}`;
  const [first = [], ...rest] = closed;
  const joined = `${indent}${rest.flat().join(" ")}`;
  return [
    ...filled(`\t${name}(`, first, indent),
    ...(widthOf(joined) <= columns
      ? [joined]
      : rest.flatMap((words) => filled(indent, words, indent))),
  ];
}

/** The words with something behind the last of them. */
export function ended(words: readonly string[], end: string): readonly string[] {
  return [...words.slice(0, -1), `${words.at(-1) ?? ""}${end}`];
}

/** The items of a list, with commas. */
export function separated(items: readonly string[], end: string): readonly string[] {
  return ended(
    items.map((item, index) => (index === items.length - 1 ? item : `${item},`)),
    end,
  );
}

/** Words in lines, the first behind `before`, the others behind `indent`. */
export function filled(
  before: string,
  words: readonly string[],
  indent: string,
): readonly string[] {
  const lines: string[] = [];
  let line = before;
  let empty = true;
  for (const word of words) {
    if (!empty && widthOf(line) + 1 + word.length > columns) {
      lines.push(line);
      line = indent;
      empty = true;
    }
    line += empty ? word : ` ${word}`;
    empty = false;
  }
  return [...lines, line];
}

function widthOf(line: string): number {
  let width = 0;
  for (const character of line) {
    width += character === "\t" ? tabColumns - (width % tabColumns) : 1;
  }
  return width;
}

/** A number of the ABI: decimal where a person reads it, else hex. */
export function numeral(value: bigint): string {
  return value < 2n ** 40n ? String(value) : `0x${value.toString(16)}ULL`;
}
