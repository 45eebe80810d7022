/** The door of replay/: programs and traces. */

export { allowedTexts } from "./allowed-text.ts";
export { agrees, callText } from "./call-report.ts";
export { readCallWords } from "./call-words.ts";
export { advance, check, stateBehind, type Divergence, type Verdict } from "./check.ts";
export { labelled } from "./columns.ts";
export {
  flagWords,
  readCommand,
  readFlagWords,
  type CommandForm,
  type FlagTable,
  type FlagValues,
} from "./command-line.ts";
export { rulePrograms } from "./evidence.ts";
export { fileSystemsOf, tracesIn, verifyOn, verifyTrace, type CorpusProblem } from "./corpus.ts";
export { corpusIn, coverLines, listLines, toAdd } from "./corpus-verbs.ts";
export { describe } from "./describe.ts";
export { excerpt } from "./excerpt.ts";
export { difference, type Difference, type DifferenceKind } from "./diff.ts";
export { exported, exportForms, readExportChoice, type ExportChoice } from "./export-form.ts";
export { exportProgram } from "./export-program.ts";
export { explainLive } from "./explain-live.ts";
export { explainLog } from "./explain-log.ts";
export { explain } from "./explain-verb.ts";
export { saveFinding, type FindingFiles, type SavedFinding } from "./finding.ts";
export { addOccasion } from "./occasions.ts";
export { expectedOf, knownIn, type KnownDifference } from "./known.ts";
export type { Next } from "./ahead.ts";
export { lastPictures } from "./pictures.ts";
export { keepTrace, programsIn, type NamedProgram, type Programs } from "./kept-traces.ts";
export { linesOf, openLineFile, type LineFile } from "./line-file.ts";
export {
  lockstep,
  lookAgain,
  type Allowed,
  type Compared,
  type Ran,
  type Watch,
} from "./lockstep.ts";
export { minimise, type Minimised } from "./minimise.ts";
export { cameText, minimiseTrace } from "./minimise-trace.ts";
export { hexText, parseNumber } from "./number-text.ts";
export { parseCall } from "./parse-call.ts";
export { plain, quoted } from "./plain.ts";
export { printCall } from "./op-text.ts";
export { printOutcome } from "./outcome-text.ts";
export { emptyTrace, printEvent, printTrace } from "./print.ts";
export { reduce, type ReduceOptions } from "./reduce.ts";
export { checkText, replay, replayJson, replayText, suits } from "./replay.ts";
export { openRecord, type OpenedRecord, type RunRecord } from "./run-record.ts";
export { rewrite, type Change } from "./rewrite.ts";
export { shellWord } from "./shell-word.ts";
export { profileWord, roughSignature, signature } from "./signature.ts";
export { simulate, type Choose } from "./simulate.ts";
export { specText } from "./spec-text.ts";
export type { HeldTo, HowToTell, Told } from "./told.ts";
export { formatIn, type Event, type Expectation, type Trace } from "./trace.ts";
export { readTraceFile } from "./trace-file.ts";
export { keepUnattributed, unattributedFolder } from "./unattributed.ts";
export { fileProblem, folderProblem, notFolder } from "./writable.ts";
export { writeLine, writeResult, writeStatus } from "./writer.ts";
