/** The door of replay/: programs and traces. */

export { check, ruleOf, type Divergence, type Verdict } from "./check.ts";
export { difference, type Difference, type DifferenceKind } from "./diff.ts";
export { lockstep, lookAgain, type Ran } from "./lockstep.ts";
export {
  defaultMinimise,
  minimise,
  type Minimised,
  type MinimiseOptions,
} from "./minimise.ts";
export { signature } from "./signature.ts";
export { simulate, type Choose } from "./simulate.ts";
export { type Event, type Expectation, type Trace } from "./trace.ts";
