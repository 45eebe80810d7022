/** What is wrong with a disk, as one line of words that a trace can hold. */

import type { Contradiction, Witness } from "../model/index.ts";

/** Characters of a line. */
const maxLine = 1_000;

/** Lines in which the checker tells how far it is, what it found in all, and on which device. */
const aside =
  /^(?:\[\d+\/\d+\]|Opening filesystem|Checking filesystem|UUID:|found \d+ bytes used|(?:total|file data|btree) |[a-z ]+ (?:tree )?bytes:|cache and super)/;

/** Numbers so long are addresses and times: they differ from run to run. */
const address = /\b\d{6,}\b/g;

/** The complaint of a witness about the whole disk. */
export function diskComplaint(witness: Witness, text: string): readonly Contradiction[] {
  const lines = text.split("\n").map((line) => line.trim());
  const told = lines.filter((line) => line !== "" && !aside.test(line));
  const plain = told.map((line) => line.replaceAll(address, "N"));
  const distinct = [...new Set(plain.length > 0 ? plain : ["it fails without a word"])];
  const line = distinct.join(", ").replaceAll(/[^ -~]|;/g, " ");
  const words = line
    .replaceAll(/ *([,:])/g, "$1 ")
    .replaceAll(/\s+/g, " ")
    .slice(0, maxLine);
  return [{ witness, file: "disk", text: words.trim() }];
}
