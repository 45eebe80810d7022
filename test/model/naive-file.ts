/** A file as one number for each byte: the same questions, asked in the plainest way. */

import { zeros, type Backing, type Contents, type Tone } from "../../model/contents.ts";

/** What stands at one position. */
export interface NaiveByte {
  readonly tone: Tone;
  readonly backing: Backing;
}

export const nothing: NaiveByte = { tone: zeros, backing: "hole" };

/** The bytes of [0, length). */
export function bytesOf(contents: Contents, length: number): readonly NaiveByte[] {
  let index = 0;
  return Array.from({ length }, (_, at) => {
    while ((contents[index]?.end ?? Infinity) <= at) index++;
    const piece = contents[index];
    return piece === undefined ? nothing : { tone: piece.tone, backing: piece.backing };
  });
}

/** The tones of bytes, whatever backs them. */
export function tonesOf(bytes: readonly NaiveByte[]): readonly Tone[] {
  return bytes.map((byte) => byte.tone);
}

/** What is wrong with the form of contents; undefined when they are canonical. */
export function formFault(contents: Contents): string | undefined {
  let reached = 0n;
  for (const [index, piece] of contents.entries()) {
    const next = contents[index + 1];
    if (piece.end <= reached) return `piece ${index} is empty`;
    if (next?.tone === piece.tone && next.backing === piece.backing) {
      return `pieces ${index} and ${index + 1} are alike`;
    }
    if (piece.backing !== "data" && piece.tone !== zeros) return `piece ${index} is not zeros`;
    reached = piece.end;
  }
  return contents.at(-1)?.backing === "hole" ? "a hole at the end" : undefined;
}
