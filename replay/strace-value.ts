/** A value as strace prints it: a word, a struct or an array, either of which may be cut short. */

import type { Scanner } from "./scanner.ts";

export type StraceValue =
  | { readonly kind: "word"; readonly text: string }
  | {
      readonly kind: "struct";
      readonly fields: ReadonlyMap<string, StraceValue>;
    }
  | {
      readonly kind: "array";
      readonly items: readonly StraceValue[];
      /** What is behind them: nothing, items that were left out, or memory that cannot be read. */
      readonly end: "nothing" | "more" | "unreadable";
    };

/** Structs and arrays within each other, at most: the argument is a struct with an array of structs. */
const maxDepth = 4;

/** A number or name with what strace knows of it: `3</a<char 1:3>>`, `-22 /* EINVAL *\/`. */
const word =
  /[^\s,[\]{}()=<>]+(?:<(?:[^<>]|<[^<>]*>)*>)?(?:\(deleted\))?(?: \/\*(?:[^*]|\*(?!\/))*\*\/)?/y;
/** Where items cannot be read from on. */
const address = / \/\* 0x[0-9a-f]{1,16} \*\//y;
const space = /\s*/y;
const fieldName = /([A-Za-z_][A-Za-z0-9_]*)=/y;

/** Undefined where no value stands. */
export function takeValue(scanner: Scanner, depth = 0): StraceValue | undefined {
  scanner.take(space);
  if (depth === maxDepth) return undefined;
  if (scanner.skip("{")) return takeStruct(scanner, depth);
  if (scanner.skip("[")) return takeArray(scanner, depth);
  const text = scanner.take(word);
  return text === undefined ? undefined : { kind: "word", text };
}

function takeStruct(scanner: Scanner, depth: number): StraceValue | undefined {
  const fields = new Map<string, StraceValue>();
  if (scanner.skip("}")) return { kind: "struct", fields };
  do {
    scanner.take(space);
    if (scanner.skip("...")) continue;
    const name = scanner.take(fieldName);
    const value = name === undefined ? undefined : takeValue(scanner, depth + 1);
    if (name === undefined || value === undefined) return undefined;
    fields.set(name, value);
  } while (scanner.skip(","));
  return scanner.skip("}") ? { kind: "struct", fields } : undefined;
}

function takeArray(scanner: Scanner, depth: number): StraceValue | undefined {
  const items: StraceValue[] = [];
  let end: "nothing" | "more" | "unreadable" = "nothing";
  if (scanner.skip("]")) return { kind: "array", items, end };
  do {
    scanner.take(space);
    if (scanner.skip("...")) {
      end = scanner.take(address) === undefined ? "more" : "unreadable";
      continue;
    }
    const item = takeValue(scanner, depth + 1);
    if (item === undefined) return undefined;
    items.push(item);
  } while (scanner.skip(","));
  return scanner.skip("]") ? { kind: "array", items, end } : undefined;
}
