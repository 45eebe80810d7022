/** What a call answers, as an exported C file tells it: a trace's text, with numbers in full. */

import { untouched, type Op, type Outcome } from "../model/index.ts";
import { parseNumber } from "./number-text.ts";
import { printOutcome } from "./outcome-text.ts";

/** Targets of one call of which each is told for itself. */
export const fewTargets = 8;

/** Whether a call of a program has more targets than that. */
export function usesMany(calls: readonly { readonly op: Op }[]): boolean {
  return calls.some(({ op }) => op.kind === "dedupe" && op.targets.length > fewTargets);
}

/** With `many`, equal entries of a dedupe are told once, with their number. */
export function cOutcome(op: Op, outcome: Outcome, many: boolean): string {
  const fields = outcome.touched.length === 0 ? [] : ["argument"];
  const text = inFull(printOutcome(op, { ...outcome, touched: fields }));
  if (op.kind === "dedupe") return many ? text : repeated(text);
  const [only, second] = outcome.seen?.runs ?? [];
  const single = op.kind === "read" && only !== undefined && second === undefined;
  return single ? `${only.length}: ${text}` : text;
}

function inFull(text: string): string {
  const told = text
    .replaceAll("status untouched", `status ${untouched.status}`)
    .replaceAll(/(same|bytes) untouched/g, `$1 ${untouched.deduped}`);
  return told.replaceAll(/\b(?:0x[0-9a-f]+|[0-9]+[KMGT])\b/g, (word) => {
    const number = parseNumber(word);
    return number.kind === "number" ? String(number.value) : word;
  });
}

/** `differs, differs` for `differs x2`. */
function repeated(text: string): string {
  return text.replaceAll(
    /((?:same|differs|status|untouched)[^,]*?) x([0-9]+)/g,
    (_whole, entry: string, times: string) =>
      Array.from({ length: Number(times) }, () => entry).join(", "),
  );
}
