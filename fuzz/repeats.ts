/** Findings that came again in a run: counted here, and now and then in their folders. */

import { addOccasion } from "../replay/index.ts";
import { occasionOf } from "./lost-program.ts";
import type { Provenance } from "./report.ts";

/** How often they are counted there at most, in milliseconds: each time takes a line of a file. */
const pauseMilliseconds = 60_000;

export class Repeats {
  private readonly counts = new Map<string, number>();
  private readonly now: () => number;
  private due: number;

  constructor(now: () => number) {
    this.now = now;
    this.due = now() + pauseMilliseconds;
  }

  add(signature: string): void {
    this.counts.set(signature, (this.counts.get(signature) ?? 0) + 1);
  }

  /** Does `flush` where it was not done for a while. */
  flushNowAndThen(out: string | undefined, provenance: Provenance): void {
    if (this.now() >= this.due) this.flush(out, provenance);
  }

  /** Adds what came since the last time to the folders below `out`; one that is not there any more goes without. */
  flush(out: string | undefined, provenance: Provenance): void {
    if (out === undefined) return;
    for (const [signature, times] of this.counts) {
      try {
        addOccasion(`${out}/${signature}`, times, `more in ${occasionOf(provenance)}`);
      } catch {
        continue;
      }
    }
    this.counts.clear();
    this.due = this.now() + pauseMilliseconds;
  }
}
