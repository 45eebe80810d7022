/** The door of replay/: programs and traces. */

export { bounds } from "./bounds.ts";
export { agrees, callText } from "./call-report.ts";
export { check, ruleOf, type Divergence, type Verdict } from "./check.ts";
export { labelled, mailColumns } from "./columns.ts";
export { readCommand, type CommandForm, type FlagTable, type FlagValues } from "./command-line.ts";
export { tracesIn, verifyTrace, type CorpusProblem } from "./corpus.ts";
export { describe } from "./describe.ts";
export { difference, type Difference, type DifferenceKind } from "./diff.ts";
export { saveFinding, type FindingFiles } from "./finding.ts";
export { traceToJson } from "./json.ts";
export { lockstep, lookAgain, type Ran } from "./lockstep.ts";
export { minimise, type Minimised } from "./minimise.ts";
export { minimiseTrace } from "./minimise-trace.ts";
export { hexText, numberText, parseNumber } from "./number-text.ts";
export { printCall } from "./op-text.ts";
export { printOutcome } from "./outcome-text.ts";
export { parseTrace, type ParsedTrace } from "./parse.ts";
export { plain } from "./plain.ts";
export { printEvent, printTrace } from "./print.ts";
export { reduce, type Reduced, type ReduceOptions } from "./reduce.ts";
export { checkText, replay, replayJson, replayText } from "./replay.ts";
export { signature } from "./signature.ts";
export { simulate, type Choose } from "./simulate.ts";
export { type Event, type Expectation, type Trace } from "./trace.ts";
