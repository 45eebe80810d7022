#!/usr/bin/env node
/** The command line: a table of commands, their flags, and exit codes. */

import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { campaignVerb } from "./cli/campaign-folder.ts";
import { demonstrate, fuzz, letGo, runFleet, toldOfFailure, version } from "./cli/campaigns.ts";
import {
  stopAtSignals,
  isStopped,
  choiceOf,
  corpus,
  endings,
  exitCodes,
  flagsAreRight,
  namedProfile,
  now,
  onTarget,
  refuse,
  say,
  settingsOf,
  timeOf,
  UsageError,
  wordsAre,
  type Context,
} from "./cli/context.ts";
import { corpusVerb, runsTraces } from "./cli/corpus.ts";
import { exhaustive } from "./cli/exhaustive.ts";
import { versions } from "./cli/versions.ts";
import { flags, flagsFor, fsOf, isChosen, placeFlags } from "./fuzz/index.ts";
import {
  HarnessError,
  InvariantError,
  newModel,
  profileFor,
  type FileSystemUnderTest,
  type Profile,
} from "./model/index.ts";
import {
  callLive,
  dieWithSupervisor,
  doctorLines,
  examine,
  lookLive,
  ranOn,
  runExported,
  supervise,
  workerVariable,
  type WorkerOptions,
} from "./real/index.ts";
import {
  agrees,
  callText,
  check,
  checkText,
  exported,
  exportForms,
  exportProgram,
  explain,
  explainLive,
  explainLog,
  fileProblem,
  formatIn,
  minimiseTrace,
  plain,
  printTrace,
  readCallWords,
  readCommand,
  readExportChoice,
  readTraceFile,
  replay,
  replayJson,
  replayText,
  specText,
  suits,
  writeLine,
  type CommandForm,
  type FlagValues,
  type HeldTo,
  type HowToTell,
  type Told,
  type Trace,
} from "./replay/index.ts";

type Place = "fleet" | "target" | "traces" | "files" | "nothing";

interface Command extends CommandForm {
  /**
   * What it runs on: a file system of its own or in a folder, by its flags or by
   * what its traces are for; files that exist; or nothing. `fleet` is a target for
   * each of some workers.
   */
  readonly on: Place | ((context: Context) => Place);
  readonly run: (context: Context) => Promise<number> | number;
}

const targetFlags = ["target", "fs", "profile", ...placeFlags, "timeout"];

const campaignFlags = [
  "seed",
  "runs",
  "max-total-time",
  "max-ops",
  "max-findings",
  "jobs",
  "guided",
  "corpus",
  "format",
  "compare",
  "scrub",
  "conformance",
];
const fuzzFlags = [...campaignFlags, ...targetFlags, "known"];

// oxfmt-ignore
const commands: readonly Command[] = [
  { usage: "fuzz", run: (context) => (context.values["exhaustive"] === undefined ? fuzz : exhaustive)(context),
    on: ({ values }) => (values["exhaustive"] === undefined ? "fleet" : "target"),
    about: "run generated programs on a file system and on the model, and compare",
    flags: [...fuzzFlags, "exhaustive", "scope", "out", "progress", "junit", "json"],
    examples: ["fuzz --max-total-time 10m", "fuzz --seed 0x5eed --runs 100", "fuzz --fs xfs",
      "fuzz --corpus kept", "fuzz --exhaustive --out exhaustive", "fuzz --dir /mnt/btrfs", "fuzz --target simulated:canary"] },
  { usage: "campaign run|resume|status DIR", on: "nothing", run: campaign,
    about: "fuzz for days, in a folder: go on after whatever ended it, and say how far it is while it runs",
    flags: [...fuzzFlags, "progress", "junit", "json"],
    examples: ["campaign run --jobs 2 --fs xfs days", "campaign resume days", "campaign status --json days"] },
  { usage: "replay FILE", on: "traces", run: replayFile,
    about: "run a trace's calls again, and hold the answers against a profile",
    flags: ["max-total-time", "compare", ...targetFlags, "layout", "json"],
    examples: ["replay findings/NAME/repro.trace", "replay --target simulated FILE"] },
  { usage: "check FILE", on: "nothing", run: checkFile,
    about: "hold the answers that a trace records against a profile; runs nothing",
    flags: ["profile"],
    examples: ["check repro.trace"] },
  { usage: "minimise FILE", on: "traces", run: minimiseFile,
    about: "make a trace that diverges as small as it can be",
    flags: ["max-total-time", ...targetFlags, "out"],
    examples: ["minimise --out small.trace original.trace"] },
  { usage: "export FILE", on: "traces", run: exportFile,
    about: "make of a trace what others can run, once it was run and showed the same",
    flags: [...exportForms, "out", "max-total-time", ...targetFlags],
    examples: ["export repro.trace --c --out repro.c", "export repro.trace --fstests --out xfstests",
      "export repro.trace --mail"] },
  { usage: "call LENGTH SOURCE OFFSET TARGET OFFSET [TARGET OFFSET]...", on: "files", run: callFiles,
    about: "make one raw call on files that exist, and say what was expected",
    flags: ["profile", "timeout"],
    examples: ["call 128K a.img 0 b.img 0 c.img 4K"] },
  { usage: "explain FILE N | CALL [FACT=VALUE]...", run: explainCall,
    on: ({ values }) => (values["live"] === undefined ? "nothing" : "files"),
    about: "say which check decided a call, and why: of a trace, of a log, on files that exist, or as described; what is not said is unknown",
    flags: ["strace", "live", "fs", "profile", "profiles", "all", "json"],
    examples: ["explain repro.trace 3", "explain repro.trace 3 --profiles linux-4.19,manual-page", "explain --strace strace.log", "explain --live 128K a.img 0 b.img 4K",
      'explain "dedupe s0 at 0 length 1 onto s1 at 0" target.size=4K'] },
  { usage: "corpus verify|known|list|add|minimise [FILE] [FOLDER]", run: corpusVerb,
    on: (context) => (runsTraces(context) ? "traces" : "nothing"),
    about: "verify: run every trace of a folder (default: corpus), each on the file system that it is for, and hold it to its verdict; known: tell of differences that are expected, and which do not come any more; list; add: take FILE in, canonical and with its verdict; minimise: the fewest traces that come to all that all come to",
    flags: [...targetFlags, "known"],
    examples: ["corpus verify", "corpus verify --target simulated my-traces", "corpus known", "corpus list",
      "corpus add findings/NAME/repro.trace my-traces", "corpus minimise"] },
  { usage: "spec [show NAME | diff A B | gaps NAME | paths NAME]", run: spec,
    on: ({ values }) => (isChosen(values) ? "target" : "nothing"),
    about: "print the rules of the specification, or one with its source and trace, or what a profile is; or the smallest programs on which two profiles contradict each other, or one leaves more than one answer; or a program for each way of a call through its machine",
    flags: ["all", ...targetFlags, "out", "json"],
    examples: ["spec", "spec show G7", "spec show linux-4.19", "spec diff manual-page linux-6.18/btrfs --target real",
      "spec diff linux-4.19 linux-4.20", "spec gaps manual-page", "spec paths linux-6.18/btrfs --out paths", "spec --all --json"] },
  { usage: "doctor", on: "nothing", run: doctor,
    about: "say what this machine can do, and how to get what is missing",
    flags: ["json"],
    examples: ["doctor"] },
];

async function main(argv: readonly string[]): Promise<number> {
  if (argv[0] === "--version") return say(version);
  const read = readCommand(commands, flags, { minimize: "minimise" }, argv);
  switch (read.kind) {
    case "help":
      return say(read.text);
    case "invalid":
      throw new UsageError(read.message);
    case "run":
      return runCommand(read.command, read, argv);
  }
}

async function runCommand(
  command: Command,
  context: Context,
  argv: readonly string[],
): Promise<number> {
  flagsAreRight(context.values);
  const on = typeof command.on === "string" ? command.on : command.on(context);
  const real = on !== "nothing" && choiceOf(context.values).kind !== "simulated";
  const supervisor = process.env[workerVariable];
  if (supervisor !== undefined) dieWithSupervisor(Number(supervisor));
  if (!real || supervisor !== undefined) return command.run(context);
  const mounts = on !== "files" && context.values["dir"] === undefined;
  const lack = lackOf(on === "traces" && context.values["fs"] === undefined, context, mounts);
  if (lack !== undefined) {
    if (on === "fleet" && !isChosen(context.values)) return demonstrate(context, lack);
    throw new HarnessError(lack);
  }
  const worker = workerFor(context.values, argv, mounts);
  return on === "fleet" ? runFleet(context, worker) : runInWorker(worker);
}

function workerFor(values: FlagValues, argv: readonly string[], mounts: boolean): WorkerOptions {
  return {
    script: fileURLToPath(import.meta.url),
    arguments: argv,
    mounts,
    timeoutMilliseconds: timeOf(values, "timeout", "60s"),
  };
}

/** What is missing on this machine, in one line; undefined when nothing is. */
function lackOf(ofAny: boolean, { values }: Context, mounts: boolean): string | undefined {
  const kind = ofAny ? undefined : fsOf(values);
  const [first, ...more] = examine(...(kind === undefined ? [] : [kind])).filter(
    (item) => !item.ok && (mounts || item.name === "koffi"),
  );
  if (first === undefined) return undefined;
  const names = more.map(({ name }) => name).join(", ");
  const others = names === "" ? "" : `; missing too: ${names}`;
  return `${first.name}: ${first.found}; to do: ${first.missing}${others}`;
}

/** Starts the same command line in a worker. */
async function runInWorker(worker: WorkerOptions): Promise<number> {
  const end = await supervise(worker);
  switch (end.kind) {
    case "exited":
      return end.code;
    case "interrupted":
      return exitCodes.interrupted;
    case "killed":
      if (endings.some((signal) => signal === end.signal)) return exitCodes.interrupted;
      throw new HarnessError(`the worker was killed by ${end.signal}`);
    case "hung":
      writeLine("hang: a call did not come back within --timeout; see the kernel's log");
      return exitCodes.hang;
  }
}

function replayFile({ values: given, words }: Context): Promise<number> {
  const trace = traceIn(words, "replay");
  const values = flagsFor(given, formatIn(trace).fs);
  const { compared } = settingsOf(values);
  return onTarget(values, (model, target) => {
    blocksAgree(trace, target);
    const end = performance.now() + timeOf(values, "max-total-time", "10m");
    const replayed = replay(model, target, trace, () => now() < end, compared);
    say(
      values["json"] === undefined
        ? replayText(model, replayed, values["layout"] !== undefined)
        : replayJson(replayed),
    );
    if (replayed.outOfTime) return exitCodes.cannot;
    return replayed.divergence === undefined ? exitCodes.nothing : exitCodes.divergence;
  });
}

function checkFile({ values, words }: Context): number {
  const trace = traceIn(words, "check");
  const model = newModel(namedProfile(values) ?? profileFor(formatIn(trace).fs));
  const verdict = check(model, trace);
  say(checkText(model, verdict));
  return { allowed: exitCodes.nothing, diverged: exitCodes.divergence, undecided: exitCodes.usage }[
    verdict.kind
  ];
}

function minimiseFile({ values: given, words }: Context): Promise<number> {
  const trace = traceIn(words, "minimise");
  const values = flagsFor(given, formatIn(trace).fs);
  const { out } = values;
  if (out !== undefined) refuse(fileProblem(out), "--out");
  if (process.env[workerVariable] !== undefined) stopAtSignals();
  return onTarget(values, (model, target) => {
    blocksAgree(trace, target);
    const maxMilliseconds = timeOf(values, "max-total-time", "5m");
    const small = minimiseTrace(model, target, trace, {
      maxTrials: 100_000,
      maxMilliseconds,
      now,
      stopped: isStopped,
      compared: "all",
    });
    writeLine(small.about);
    if (small.trace === undefined) return exitCodes.nothing;
    const text = printTrace(small.trace);
    if (out === undefined) say(text.trimEnd());
    else writeFileSync(out, text);
    return exitCodes.divergence;
  });
}

function exportFile({ values: given, words }: Context): Promise<number> {
  const trace = traceIn(words, "export");
  const values = flagsFor(given, formatIn(trace).fs);
  const choice = readExportChoice(values);
  if (choice.kind === "invalid") throw new UsageError(choice.message);
  return onTarget(values, (model, target) => {
    blocksAgree(trace, target);
    const end = performance.now() + timeOf(values, "max-total-time", "10m");
    const program = exportProgram(model, target, trace, () => now() < end);
    const made = exported(choice, program, ranOn(target));
    if (made.kind === "refused") throw new UsageError(made.message);
    const shown = runExported(target, made.language, made.source);
    const problem = shown === undefined ? undefined : made.disagreement(shown);
    if (problem !== undefined) throw new HarnessError(problem);
    if (shown === undefined) writeLine("not run: a simulated target has no place for a program");
    made.write(say);
    return program.divergence === undefined ? exitCodes.nothing : exitCodes.divergence;
  });
}

function callFiles({ values, words }: Context): number {
  const call = readCallWords(words);
  if (call.kind === "invalid") throw new UsageError(call.message);
  const profile = namedProfile(values);
  if (isOpen(profile)) throw new UsageError(leavesSets);
  const live = callLive(profile, call.length, call.source, call.targets);
  if (live.kind === "refused") throw new UsageError(plain(live.message));
  say(callText(live, call.targets));
  const agreed = live.prediction === undefined || agrees(live.prediction, live.outcome);
  return agreed ? exitCodes.nothing : exitCodes.divergence;
}

function explainCall({ values, words }: Context): number {
  const { strace, fs } = values;
  const held = { profile: namedProfile(values), fs: fs === undefined ? undefined : fsOf(values) };
  const how = howToTell(values);
  if (isOpen(held.profile)) throw new UsageError(leavesSets);
  if (values["live"] !== undefined) return tell(explainFiles(held, words, how));
  return tell(
    strace === undefined ? explain(held, words, how) : explainLog(held, strace, words, how),
  );
}

function isOpen(profile: Profile | undefined): boolean {
  return profile?.precedence === "any that applies";
}

const leavesSets =
  "this profile leaves sets of answers, and no rule alone decides: see explain FILE N --profiles, and spec gaps";

function explainFiles({ profile, fs }: HeldTo, words: readonly string[], how: HowToTell): Told {
  const call = readCallWords(words);
  if (call.kind === "invalid") return call;
  const { length, source, targets } = call;
  const named = profile ?? (fs === undefined ? undefined : profileFor(fs));
  const seen = lookLive(named, length, source, targets, (held, request, entries) =>
    explainLive(held, [source, ...targets], request, entries, how),
  );
  return seen.kind === "refused" ? { kind: "invalid", message: plain(seen.message) } : seen;
}

function spec(context: Context): Promise<number> | number {
  const { values, words } = context;
  return versions(context) ?? tell(specText(words, corpus, howToTell(values)));
}

function howToTell({ json, all, profiles }: FlagValues): HowToTell {
  return { json: json !== undefined, all: all !== undefined, profiles };
}

/** A campaign in a folder: it goes on from there, whatever ended it. */
function campaign({ values, words }: Context): Promise<number> | number {
  const simulated = choiceOf(values).kind === "simulated";
  return campaignVerb(values, words, (flagsOfRun, argv) => {
    const mounts = !simulated && flagsOfRun["dir"] === undefined;
    const lack = simulated ? undefined : lackOf(false, { values: flagsOfRun, words: [] }, mounts);
    if (lack !== undefined) throw new HarnessError(lack);
    return workerFor(flagsOfRun, argv, mounts);
  });
}

function tell(told: Told): number {
  if (told.kind === "invalid") throw new UsageError(told.message);
  return say(told.text);
}

function doctor({ values, words }: Context): number {
  wordsAre(words, 0, "doctor takes no words");
  const items = examine("btrfs");
  const able = items.every((item) => item.ok);
  if (values["json"] !== undefined) say(JSON.stringify({ able, items }, undefined, 2));
  else say(doctorLines(items).join("\n"));
  return able ? exitCodes.nothing : exitCodes.cannot;
}

function traceIn(words: readonly string[], command: string): Trace {
  const [path = ""] = words;
  wordsAre(words, 1, `${command} takes one FILE: a trace, or - for standard input`);
  const read = readTraceFile(path);
  if (read.kind === "trace") return read.trace;
  throw new UsageError(read.message);
}

function blocksAgree(trace: Trace, target: FileSystemUnderTest): void {
  if (suits(trace, target)) return;
  throw new UsageError(
    `the trace has blocks of ${trace.block} bytes, and the target has ${target.block}`,
  );
}

function failed(error: unknown): number {
  if (toldOfFailure(error)) return exitCodes.cannot;
  if (error instanceof UsageError) {
    writeLine(`extent-same: ${error.message}`);
    return exitCodes.usage;
  }
  if (error instanceof HarnessError) {
    for (const line of error.message.split("\n"))
      writeLine(`extent-same: this machine cannot: ${line}`);
    writeLine("extent-same: see extent-same doctor");
    return exitCodes.cannot;
  }
  const fault = error instanceof InvariantError ? "a fault of extent-same" : "an unexpected error";
  writeLine(`extent-same: ${fault}: ${error instanceof Error ? error.message : String(error)}`);
  if (process.env["EXTENT_SAME_STACK"] !== undefined && error instanceof Error)
    writeLine(error.stack ?? "");
  return exitCodes.cannot;
}

// What is thrown where nobody waits for it is no divergence either.
process.on("uncaughtException", (error) => process.exit(failed(error)));
process.exitCode = await main(process.argv.slice(2)).catch(failed).then(letGo);
