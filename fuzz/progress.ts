/** How far a campaign is, as plain data that adds up over workers. */

import type { Checks } from "./life.ts";
import { timeByPart, type TimeByPart } from "./part-clock.ts";
import type { Reached } from "./reached.ts";

export interface Progress {
  /** Programs that ran. */
  readonly programs: number;
  /** The number of the next one among the worker's. */
  readonly next: number;
  readonly milliseconds: number;
  /** What it went into; of workers, of all of them together. */
  readonly time: TimeByPart;
  readonly signatures: number;
  /** Findings whose signature had come before. */
  readonly repeats: number;
  readonly reached: Reached;
  /** Different parts of the inputs of a dedupe; of workers, those of the one that has most. */
  readonly partitions: number;
  /** Looks at the disk of which something was not settled in time, and left out. */
  readonly undecided: number;
  /** Of whole disks, at the end of each file system's life. */
  readonly checks: Checks;
  /** Reports in the log that somebody else may have led to, by title; no findings. */
  readonly unattributed: Counts;
  /** Differences that are expected, by name; no findings either. */
  readonly expected: Counts;
}

type Counts = Readonly<Record<string, number>>;

/** What both did. It took as long as the one that took longer. */
export function plus(a: Progress, b: Progress): Progress {
  return {
    programs: a.programs + b.programs,
    next: Math.max(a.next, b.next),
    milliseconds: Math.max(a.milliseconds, b.milliseconds),
    time: timeByPart((part) => a.time[part] + b.time[part]),
    signatures: a.signatures + b.signatures,
    repeats: a.repeats + b.repeats,
    reached: reachedPlus(a.reached, b.reached),
    partitions: Math.max(a.partitions, b.partitions),
    undecided: a.undecided + b.undecided,
    checks: {
      check: a.checks.check + b.checks.check,
      scrub: a.checks.scrub + b.checks.scrub,
      complaints: a.checks.complaints + b.checks.complaints,
    },
    unattributed: countsPlus(a.unattributed, b.unattributed),
    expected: countsPlus(a.expected, b.expected),
  };
}

function reachedPlus(a: Reached, b: Reached): Reached {
  return {
    ops: a.ops + b.ops,
    calls: countsPlus(a.calls, b.calls),
    dedupe: {
      calls: a.dedupe.calls + b.dedupe.calls,
      targets: a.dedupe.targets + b.dedupe.targets,
      compared: a.dedupe.compared + b.dedupe.compared,
      shared: a.dedupe.shared + b.dedupe.shared,
      differing: a.dedupe.differing + b.dedupe.differing,
    },
    status: countsPlus(a.status, b.status),
    errno: countsPlus(a.errno, b.errno),
    allowedSets: countsPlus(a.allowedSets, b.allowedSets),
    looks: looksPlus(a.looks, b.looks),
    rules: countsPlus(a.rules, b.rules),
    surprises: countsPlus(a.surprises, b.surprises),
  };
}

function countsPlus(a: Counts, b: Counts): Counts {
  const sum: Record<string, number> = { ...a };
  for (const [word, times] of Object.entries(b)) sum[word] = (sum[word] ?? 0) + times;
  return sum;
}

function looksPlus(a: Reached["looks"], b: Reached["looks"]): Reached["looks"] {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return Object.fromEntries(
    [...names].map((name) => [
      name,
      {
        all: (a[name]?.all ?? 0) + (b[name]?.all ?? 0),
        determined: (a[name]?.determined ?? 0) + (b[name]?.determined ?? 0),
      },
    ]),
  );
}
