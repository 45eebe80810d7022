/** What workers tell, for the tests of what hears it. */

import type { FromWorker } from "../../fuzz/messages.ts";
import { timeByPart } from "../../fuzz/part-clock.ts";
import type { Progress } from "../../fuzz/progress.ts";
import type { FindingEntry } from "../../fuzz/report.ts";

const none = {
  calls: {},
  status: {},
  errno: {},
  allowedSets: {},
  looks: {},
  rules: {},
  surprises: {},
};
const dedupe = { calls: 0, targets: 0, compared: 0, shared: 0, differing: 0 };

function progressOf(programs: number, next: number): Progress {
  return {
    programs,
    next,
    milliseconds: 10,
    time: timeByPart(() => 1),
    signatures: 0,
    repeats: 0,
    reached: { ops: 3 * programs, ...none, calls: { open: programs }, dedupe },
    partitions: 0,
    undecided: 0,
    checks: { check: 0, scrub: 0, complaints: 0 },
    unattributed: {},
    expected: {},
  };
}

export function told(programs: number, next: number): FromWorker {
  return { kind: "progress", progress: progressOf(programs, next) };
}

export function entry(signature: string): FindingEntry {
  return {
    signature,
    calls: 1,
    originalCalls: 1,
    trials: 0,
    milliseconds: 1,
    times: 1,
    flaky: false,
  };
}
