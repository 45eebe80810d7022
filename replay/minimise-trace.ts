/** A trace made small: the minimiser for people who have a trace in hand. */

import type { FileSystemUnderTest, Model } from "../model/index.ts";
import { minimise, type Came } from "./minimise.ts";
import type { ReduceOptions } from "./reduce.ts";
import { formatIn, type Trace } from "./trace.ts";

export interface MinimisedTrace {
  /** Undefined when the trace does not diverge. */
  readonly trace: Trace | undefined;
  /** One line for the user. */
  readonly about: string;
}

/** How often it came behind the first try, which failed. */
export function cameText({ times, of }: Came): string {
  return `${times} of ${of} runs had it, of which the first was on a fresh file system`;
}

export function minimiseTrace(
  model: Model,
  target: FileSystemUnderTest,
  trace: Trace,
  options: ReduceOptions,
): MinimisedTrace {
  const program = trace.events.map((event) => event.op);
  target.use(formatIn(trace));
  const small = minimise(model, target, program, options);
  const { name } = model.profile;
  if (small === undefined) {
    return { trace: undefined, about: `nothing to make smaller: ${name} allows every answer` };
  }
  const { events, trials, signature, finished, came, confirmed } = small;
  const ends = [
    ...(finished ? [] : ["; that was ended, and it may not be the smallest"]),
    ...(confirmed ? [] : [`; flaky: ${cameText(came)}`]),
  ];
  return {
    trace: {
      ...trace,
      target: target.name,
      format: target.format.name,
      expect: [{ profile: name, verdict: { kind: "diverged", at: events.length } }],
      events,
      trailing: [],
    },
    about: `${signature}: ${program.length} calls became ${events.length} in ${trials} trials${ends.join("")}`,
  };
}
