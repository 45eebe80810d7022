/** Programs that reached something that none before them had, few enough to hold it all. */

import type { Intent } from "./intent.ts";
import type { Program } from "./program.ts";

interface KeptProgram {
  readonly intents: readonly Intent[];
  readonly reached: ReadonlySet<string>;
}

/** Kept programs, at which those that the others cover are let go. */
const maxKept = 400;

export class Kept {
  private readonly counts = new Map<string, number>();
  private kept: KeptProgram[] = [];

  /** How many different parts were reached, and how often each. */
  get parts(): ReadonlyMap<string, number> {
    return this.counts;
  }

  get programs(): readonly { readonly intents: readonly Intent[] }[] {
    return this.kept;
  }

  /** Counts a part; true when it is the first of its name. */
  count(part: string): boolean {
    const before = this.counts.get(part) ?? 0;
    this.counts.set(part, before + 1);
    return before === 0;
  }

  /** Keeps a program whose first `used` intents reached these parts. */
  keep({ intents }: Program, used: number, reached: ReadonlySet<string>): void {
    this.kept.push({ intents: intents.slice(0, used), reached });
    if (this.kept.length > maxKept) this.kept = coverOf(this.kept);
  }
}

/** A cover, found greedily: each next one reaches most of what those before it do not. */
function coverOf(programs: readonly KeptProgram[]): KeptProgram[] {
  const covered = new Set<string>();
  const cover: KeptProgram[] = [];
  const bySize = programs.toSorted((a, b) => b.reached.size - a.reached.size);
  for (const program of bySize) {
    if (cover.length >= maxKept / 2) break;
    if ([...program.reached].every((part) => covered.has(part))) continue;
    cover.push(program);
    for (const part of program.reached) covered.add(part);
  }
  return cover;
}
