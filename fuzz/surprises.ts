/**
 * What surprises readers of the manual page: calls of a run whose answer the page
 * does not allow, each with a small program that is in the corpus.
 */

import { manualPage, newModel, outcomes, type Model } from "../model/index.ts";
import { labelled, stateBehind, type Allowed } from "../replay/index.ts";
import { openCause } from "./open-cause.ts";

interface Surprise {
  /** Of the cause. */
  readonly key: string;
  /** The trace of the corpus, and its last call. */
  readonly trace: string;
  readonly calls: number;
  /** Its calls in a line, with the last answer. */
  readonly program: string;
}

/** Those that surprise most first. */
// oxfmt-ignore
export const surprises: readonly Surprise[] = [
  { key: "M31", trace: "M31", calls: 3, program: "open s0 rw a; write s0 at 4K length 1 pattern 1; dedupe s0 at 4K length 1 onto s0 at 0 -> same 1" },
  { key: "M32", trace: "M32", calls: 3, program: "open s0 rw a; truncate s0 length 8K; dedupe s0 at 0 length 1 onto s0 at 4K -> same 1" },
  { key: "M10 not at all", trace: "M10", calls: 4, program: "open s0 rw a; truncate s0 length 8K; open s1 r a; dedupe s0 at 0 length 4K onto s1 at 4K -> same 4K" },
  { key: "M15 not at all", trace: "M15", calls: 4, program: "open s0 rw a; truncate s0 length 8K; open s1 rw bind/a; dedupe s0 at 0 length 4K onto s1 at 4K -> same 4K" },
  { key: "M1 by another errno", trace: "M1", calls: 2, program: "open s0 w a; dedupe s0 at 0 length 0 onto none -> errno EINVAL" },
  { key: "M12 as a status", trace: "M12", calls: 5, program: "open s0 rw a; truncate s0 length 4K; mkdir b; open s1 r b; dedupe s0 at 0 length 4K onto s1 at 0 -> status EISDIR" },
];

/** Calls that are held against the page, at most: a run is long, and a page is short. */
const maxAsked = 2000;

/** Counts calls of a run by the surprise that they are. */
export class SurpriseCounter {
  private readonly page: Model = newModel(manualPage);
  private readonly counts = new Map<string, number>();
  private asked = 0;

  /** One call that was allowed. */
  count({ event: { op, outcome }, decisions, before }: Allowed): void {
    if (op.kind !== "dedupe" || op.targets.length > 1 || this.asked >= maxAsked) return;
    this.asked++;
    if (
      outcomes(this.page, before, op).some((branch) => stateBehind(branch, outcome) !== undefined)
    )
      return;
    for (const { key } of openCause(manualPage, before, op, { outcome, decisions })) {
      if (surprises.some((surprise) => surprise.key === key))
        this.counts.set(key, (this.counts.get(key) ?? 0) + 1);
    }
  }

  /** By key. */
  report(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.counts);
  }
}

/** How many are told. */
const maxTold = 3;

/** Lines of at most 72 columns, but for programs and commands; empty where no call was one. */
export function surpriseLines(counts: Readonly<Record<string, number>>): readonly string[] {
  const met = surprises.filter(({ key }) => (counts[key] ?? 0) > 0).slice(0, maxTold);
  if (met.length === 0) return [];
  return [
    ...labelled("surprises", "allowed here, and not by the manual page:"),
    ...met.flatMap(({ trace, calls, program }) => [
      `  ${program}`,
      `    npm run extent-same -- explain corpus/surprises/${trace}.trace ${calls} --profiles manual-page`,
    ]),
  ];
}
