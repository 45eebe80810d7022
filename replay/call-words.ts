/** The words of `call`, in the order of the classic test program of this ioctl. */

import { bounds } from "./bounds.ts";
import { parseNumber } from "./number-text.ts";

export interface NamedRange {
  readonly path: string;
  readonly offset: bigint;
}

export type CallWords =
  | {
      readonly kind: "call";
      readonly length: bigint;
      readonly source: NamedRange;
      readonly targets: readonly NamedRange[];
    }
  /** One line for the user. */
  | { readonly kind: "invalid"; readonly message: string };

const form = "call takes LENGTH SOURCE OFFSET TARGET OFFSET [TARGET OFFSET]...";

/** Reads LENGTH SOURCE OFFSET TARGET OFFSET [TARGET OFFSET]... */
export function readCallWords(words: readonly string[]): CallWords {
  const [lengthText = "", ...rest] = words;
  if (rest.length < 4 || rest.length % 2 !== 0) return invalid(form);
  const length = parseNumber(lengthText);
  if (length.kind === "invalid") return invalid(`the length: ${length.message}`);
  const ranges: NamedRange[] = [];
  for (let index = 0; index < rest.length; index += 2) {
    const offset = parseNumber(rest[index + 1] ?? "");
    if (offset.kind === "invalid") return invalid(`an offset: ${offset.message}`);
    ranges.push({ path: rest[index] ?? "", offset: offset.value });
  }
  const [source, ...targets] = ranges;
  const { most } = bounds.targets;
  if (source === undefined || targets.length > most) {
    return invalid(`call takes ${most} targets at most, not ${targets.length}`);
  }
  return { kind: "call", length: length.value, source, targets };
}

function invalid(message: string): CallWords {
  return { kind: "invalid", message };
}
