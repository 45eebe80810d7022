/** Programs some of whose dedupe calls meet something unusual: few, for each such call takes its time. */

import fc from "fast-check";
import type { Circumstance } from "../model/index.ts";
import type { DedupeIntent, Intent } from "./intent.ts";

export type Kind = Exclude<Circumstance["kind"], "usual">;

/** What a program's calls meet, and which of them do; undefined for a program of usual calls. */
export type Trouble =
  | { readonly kind: Kind; readonly first: number; readonly index: number }
  | undefined;

/**
 * How many programs in 10,000 have which trouble, and every how manieth of its
 * dedupe calls meets it; 0 is one call alone.
 */
const rates: Readonly<Record<Kind, { readonly programs: number; readonly every: number }>> = {
  frozen: { programs: 60, every: 0 },
  denied: { programs: 100, every: 6 },
};

/** Of the kinds of trouble that there can be. */
export function troubles(kinds: ReadonlySet<Circumstance["kind"]>): fc.Arbitrary<Trouble> {
  const possible: readonly Kind[] = (["frozen", "denied"] as const).filter((kind) =>
    kinds.has(kind),
  );
  const odd = possible.map((kind) => ({
    weight: rates[kind].programs,
    arbitrary: fc.record({ kind: fc.constant(kind), first: fc.nat(99), index: fc.nat(7) }),
  }));
  const weight = 10_000 - odd.reduce((sum, each) => sum + each.weight, 0);
  return fc.oneof({ weight, arbitrary: fc.constant(undefined) }, ...odd);
}

/** The program with some of its dedupe calls made in trouble. */
export function inTrouble(program: readonly Intent[], trouble: Trouble): readonly Intent[] {
  if (trouble === undefined) return program;
  const { kind, first, index } = trouble;
  const { every } = rates[kind];
  const count = program.filter((intent) => intent.kind === "dedupe").length;
  let dedupes = 0;
  return program.map((intent) => {
    if (intent.kind !== "dedupe") return intent;
    const at = dedupes++;
    const meets = every === 0 ? at === first % count : (at + first) % every === 0;
    const during: DedupeIntent["during"] = { kind, index: index + at };
    return meets ? { ...intent, during } : intent;
  });
}
