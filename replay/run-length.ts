/** Lists with repeated items: `s1 at 0 x128, s2 at 0`. */

import { bounds, overBound, type BoundName } from "./bounds.ts";
import type { Words } from "./words.ts";

/** The items, separated by commas; two or more equal ones in a row are written once, with their number. */
export function compressed(items: readonly string[]): string {
  const runs: { readonly item: string; count: number }[] = [];
  for (const item of items) {
    const last = runs.at(-1);
    if (last?.item === item) last.count++;
    else runs.push({ item, count: 1 });
  }
  return runs.map(({ item, count }) => (count === 1 ? item : `${item} x${count}`)).join(", ");
}

/** Takes one or more items, each with its repeat, up to what the bound allows. */
export function takeList<T>(words: Words, bound: BoundName, item: () => T): readonly T[] {
  const items: T[] = [];
  do {
    const value = item();
    const count = takeCount(words);
    if (items.length + count > bounds[bound].most) words.fail(overBound(bound));
    else for (let i = 0; i < count; i++) items.push(value);
  } while (words.skip(","));
  return items;
}

/** Takes `x3`; 1 when there is none. */
function takeCount(words: Words): number {
  const digits = /^x([1-9][0-9]{0,5})$/.exec(words.next ?? "")?.[1];
  if (digits === undefined) return 1;
  words.take("a repeat");
  return Number(digits);
}
