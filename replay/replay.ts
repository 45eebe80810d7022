/** A trace run again on a target and held against the model, call by call. */

import type { FileSystemUnderTest, Model } from "../model/index.ts";
import type { Divergence, Verdict } from "./check.ts";
import { describe } from "./describe.ts";
import { lockstep, type Compared } from "./lockstep.ts";
import { picturesOf } from "./pictures.ts";
import { printEvent } from "./print.ts";
import { traceToJson } from "./json.ts";
import { formatIn, type Event, type Trace } from "./trace.ts";

export interface Replayed {
  /** The trace as it ran now, up to the divergence. */
  readonly trace: Trace;
  readonly divergence: Divergence | undefined;
  /** Whether the time was over before the program was. */
  readonly outOfTime: boolean;
}

/** Whether a target has blocks of the size that a trace has, on a file system made as the trace says. */
export function suits(trace: Trace, target: FileSystemUnderTest): boolean {
  target.use(formatIn(trace));
  target.begin();
  return target.block === trace.block;
}

/** Runs a trace's calls in a new place. `goOn` is asked after each call. */
export function replay(
  model: Model,
  target: FileSystemUnderTest,
  trace: Trace,
  goOn: () => boolean,
  compared: Compared = "all",
): Replayed {
  target.use(formatIn(trace));
  target.begin();
  const ran = lockstep(model, target, (_state, index) => trace.events[index]?.op, compared, goOn);
  const events = ran.events.map((event, index): Event => ({
    ...event,
    comments: trace.events[index]?.comments ?? [],
  }));
  return {
    trace: { ...trace, target: target.name, format: target.format.name, expect: [], events },
    divergence: ran.divergence,
    outOfTime: ran.divergence === undefined && events.length < trace.events.length,
  };
}

/** What a replay says to a person: each call, with `draws` where files lie around those that share, and what diverged. */
export function replayText(model: Model, replayed: Replayed, draws: boolean): string {
  const { trace, divergence, outOfTime } = replayed;
  const pictures = draws ? picturesOf(model, trace.format, trace.events) : undefined;
  const lines = trace.events.flatMap((event, index) => [
    printEvent(event),
    ...(pictures?.get(index) ?? []),
  ]);
  if (outOfTime) return [...lines, "stopped: the time for this trace is over"].join("\n");
  if (divergence === undefined) {
    return [...lines, `allowed: every answer is one that ${model.profile.name} allows`].join("\n");
  }
  return [...lines, "", "diverged", ...describe(model, divergence)].join("\n");
}

/** The same for a machine: JSON lines, the verdict last. */
export function replayJson({ trace, divergence, outOfTime }: Replayed): string {
  const verdict = outOfTime ? "undecided" : divergence === undefined ? "allowed" : "diverged";
  const last = JSON.stringify({ verdict, at: divergence?.at });
  return [...traceToJson(trace), last].join("\n");
}

/** What `check` says of a verdict. */
export function checkText(model: Model, verdict: Verdict): string {
  switch (verdict.kind) {
    case "allowed":
      return `allowed: every answer is one that ${model.profile.name} allows`;
    case "diverged":
      return ["diverged", ...describe(model, verdict.divergence)].join("\n");
    case "undecided":
      return `undecided: ${verdict.why}`;
  }
}
