/** Facts in the words in which `explain` shows them, and takes them: `target.size=64K`. */

import { noLimit, type FactValue, type Need } from "../model/index.ts";
import { numberText } from "./number-text.ts";

/** A fact and its value, or `?` for one that nobody knows. */
export function factText(fact: string, value: unknown, known: boolean): string {
  return `${factName(fact)}=${known ? valueText(fact, value) : "?"}`;
}

/** What a candidate needs: the fact, and the values of it that do. */
export function needText({ fact, values, among }: Need): string {
  const numbers = values.filter((value) => typeof value === "bigint");
  const range = numbers.length === values.length ? rangeText(numbers, among) : undefined;
  const text = range ?? values.map((value) => valueText(fact, settled(value))).join(" or ");
  return `${factName(fact)}=${text}`;
}

/** Facts that are asked of a length, and that are one fact for people: what they say of no place, and of one. */
const places: ReadonlyMap<
  string,
  { readonly name: string; readonly none: string; readonly at: string }
> = new Map([
  ["firstDifference", { name: "contents", none: "equal", at: "differ at " }],
  ["firstUnreadable", { name: "unreadable", none: "nowhere", at: "at " }],
]);

/** The name under which a fact is shown. */
export function factName(fact: string): string {
  const root = fact.split("(", 1)[0] ?? fact;
  return places.get(root)?.name ?? root;
}

function valueText(fact: string, value: unknown): string {
  const place = places.get(fact.split("(", 1)[0] ?? fact);
  if (fact === "sizeLimit" && value === noLimit) return "none";
  if (typeof value === "bigint") return `${place?.at ?? ""}${numberText(value)}`;
  if (typeof value === "number") {
    return Number.isSafeInteger(value) ? numberText(BigInt(value)) : "all";
  }
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return value.join("+") || "none";
  return value === undefined ? (place?.none ?? "none") : "?";
}

/** What a fact that is asked of a length says of the shortest one. */
function settled(value: FactValue): unknown {
  return typeof value === "function" ? value(1n) : value;
}

/** `64K or more`, where the values are the first or the last of those that are possible. */
function rangeText(values: readonly bigint[], among: readonly FactValue[]): string | undefined {
  const [first] = values;
  const last = values.at(-1);
  if (first === undefined || last === undefined || among.length === 1) return undefined;
  const adjoining = among.indexOf(last) - among.indexOf(first) === values.length - 1;
  if (!adjoining) return undefined;
  if (first === among[0]) return `${numberText(last)} or less`;
  return last === among.at(-1) ? `${numberText(first)} or more` : undefined;
}
