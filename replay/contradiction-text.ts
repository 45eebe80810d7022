/**
 * In what a kernel contradicted itself, as text: ` contradicted shared a: block 3:
 * nothing else refers to its extent, FIEMAP says shared ; seek b: ...`, at the end
 * of an outcome.
 */

import { witnesses, type Contradiction } from "../model/index.ts";
import { quoted } from "./plain.ts";
import type { Words } from "./words.ts";

/** The word that begins them: no field of an argument has this name. */
export const contradicted = "contradicted";

/** The texts, as they stand behind an outcome; empty for none. */
export function contradictionsText(contradictions: readonly Contradiction[] | undefined): string {
  if (contradictions === undefined) return "";
  const texts = contradictions.map(({ witness, file, text }) => `${witness} ${file}: ${text}`);
  return ` ${contradicted} ${texts.join(" ; ")}`;
}

/** Reads what `contradictionsText` prints. */
export function parseContradictions(words: Words): readonly Contradiction[] | undefined {
  if (!words.skip(contradicted)) return undefined;
  const found: Contradiction[] = [];
  do {
    const witness = words.choice("a witness", witnesses);
    const file = words.file();
    words.expect(":");
    found.push({ witness, file, text: parseText(words) });
  } while (words.skip(";"));
  return found;
}

/** Words up to the next `;`; `,` and `:` stand close behind a word. */
function parseText(words: Words): string {
  let text = "";
  do {
    const word = words.take("a word");
    if (!/^[!-~]*$/.test(word)) words.fail(`${quoted(word)} is not in ASCII`);
    text += word === "," || word === ":" || text === "" ? word : ` ${word}`;
  } while (words.left > 0 && words.next !== ";");
  return text;
}
