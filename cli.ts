#!/usr/bin/env node
/** The command line: a table of commands, their flags, and exit codes. */

import { randomInt } from "node:crypto";
import { writeFileSync } from "node:fs";
import { release } from "node:os";
import { setImmediate } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import {
  againFlags,
  duration,
  flags,
  isChosen,
  flagsFor,
  fsOf,
  placeFlags,
  profileOfTarget,
  readSettings,
  readTarget,
  targetsFor,
  runSession,
  silence,
  timeForm,
  unknownProfile,
  type Settings,
  type TargetChoice,
} from "./fuzz/index.ts";
import {
  corruption2018,
  HarnessError,
  InvariantError,
  newModel,
  profileFor,
  profileOf,
  type FileSystemUnderTest,
  type Model,
  type Profile,
} from "./model/index.ts";
import {
  alive,
  btrfsCheckProblem,
  callLive,
  dieWithSupervisor,
  doctorLines,
  examine,
  lookLive,
  taint,
  watchKernel,
  openFolderTarget,
  openImageTarget,
  ranOn,
  runExported,
  supervise,
  workerVariable,
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
  fileSystemsOf,
  folderProblem,
  formatIn,
  hexText,
  minimiseTrace,
  notFolder,
  plain,
  printTrace,
  quoted,
  readCallWords,
  readCommand,
  readExportChoice,
  readTraceFile,
  replay,
  replayJson,
  replayText,
  simulate,
  specText,
  suits,
  tracesIn,
  verifyOn,
  verifyTrace,
  writeLine,
  writeResult,
  writeStatus,
  type CommandForm,
  type FlagValues,
  type HeldTo,
  type HowToTell,
  type Told,
  type Trace,
} from "./replay/index.ts";

const version = "0.1.0";

/** The traces that come with the program. */
const corpus = fileURLToPath(new URL("../corpus", import.meta.url));

const exitCodes = {
  nothing: 0,
  divergence: 1,
  usage: 2,
  cannot: 3,
  hang: 70,
  interrupted: 130,
} as const;

/** What a user got wrong: one line, with what to do. */
class UsageError extends Error {}

interface Context {
  readonly values: FlagValues;
  readonly words: readonly string[];
}

type Place = "target" | "traces" | "files" | "nothing";

interface Command extends CommandForm {
  /**
   * What it runs on: a file system of its own or in a folder, by its flags or by
   * what its traces are for; files that exist; or nothing.
   */
  readonly on: Place | ((values: FlagValues) => Place);
  readonly run: (context: Context) => Promise<number> | number;
}

const targetFlags = ["target", "fs", "profile", ...placeFlags, "timeout"];

// oxfmt-ignore
const commands: readonly Command[] = [
  { usage: "fuzz", on: "target", run: fuzz,
    about: "run generated programs on a file system and on the model, and compare",
    flags: ["seed", "runs", "max-total-time", "max-ops", "max-findings", "format", "compare", "scrub", ...targetFlags, "out", "json"],
    examples: ["fuzz --max-total-time 10m", "fuzz --seed 0x5eed --runs 100", "fuzz --fs xfs",
      "fuzz --dir /mnt/btrfs", "fuzz --target simulated:canary"] },
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
    on: ({ live }) => (live === undefined ? "nothing" : "files"),
    about: "say which check decided a call, and why: of a trace, of a log, on files that exist, or as described; what is not said is unknown",
    flags: ["strace", "live", "fs", "profile", "all", "json"],
    examples: ["explain repro.trace 3", "explain --strace strace.log", "explain --live 128K a.img 0 b.img 4K",
      'explain "dedupe s0 at 0 length 1 onto s1 at 0" target.size=4K'] },
  { usage: "corpus verify [FOLDER]", on: "traces", run: verifyCorpus,
    about: "run every trace of a folder (default: corpus), each on the file system that it is for, and hold it to its verdict",
    flags: targetFlags,
    examples: ["corpus verify", "corpus verify --target simulated my-traces"] },
  { usage: "spec [show RULE]", on: "nothing", run: spec,
    about: "print the rules of the specification as a table, or one of them with its source and its trace",
    flags: ["all", "json"],
    examples: ["spec", "spec show G7", "spec --all --json"] },
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
  const on = typeof command.on === "string" ? command.on : command.on(context.values);
  const real = on !== "nothing" && choiceOf(context.values).kind !== "simulated";
  const supervisor = process.env[workerVariable];
  if (!real) return command.run(context);
  if (supervisor === undefined) return runInWorker(command, on, context, argv);
  dieWithSupervisor(Number(supervisor));
  return command.run(context);
}

/** Starts the same command line in a worker, or says what is missing for that. */
async function runInWorker(
  command: Command,
  on: Place,
  context: Context,
  argv: readonly string[],
): Promise<number> {
  const { dir, fs } = context.values;
  const mounts = (on === "target" || on === "traces") && dir === undefined;
  const kind = on === "traces" && fs === undefined ? undefined : fsOf(context.values);
  const [first, ...more] = examine(...(kind === undefined ? [] : [kind])).filter(
    (item) => !item.ok && (mounts || item.name === "koffi"),
  );
  if (first !== undefined) {
    const names = more.map(({ name }) => name).join(", ");
    const others = names === "" ? "" : `; missing too: ${names}`;
    const line = `${first.name}: ${first.found}; to do: ${first.missing}${others}`;
    if (command.run === fuzz && !isChosen(context.values)) return demonstrate(context, line);
    throw new HarnessError(line);
  }
  const end = await supervise({
    script: fileURLToPath(import.meta.url),
    arguments: argv,
    mounts,
    timeoutMilliseconds: timeOf(context.values, "timeout", "60s"),
  });
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

async function fuzz(context: Context): Promise<number> {
  const { values, words } = context;
  wordsAre(words, 0, "fuzz takes no words, only flags");
  const { out = "findings" } = values;
  refuse(folderProblem(out), "--out");
  const settings = settingsOf(values);
  return onTarget(
    values,
    (model, target) => session(values, settings, model, target, out),
    (problem) => demonstrate(context, problem),
  );
}

/** A seed by which the planted bug is found first where it hurts: in the contents of a file. */
const tellingSeed = 7;

/** A known bug planted into the simulated kernel, found before the reader's eyes. */
async function demonstrate({ values }: Context, missing: string): Promise<number> {
  writeLine(`no real file system: ${missing}`);
  writeLine(`DEMONSTRATION: instead, a simulated kernel with a known bug planted:`);
  writeLine(`  ${corruption2018.about}`);
  const seed = values["seed"] === undefined ? tellingSeed : settingsOf(values).seed;
  const settings = { ...settingsOf({}), seed, maxMilliseconds: 20_000, maxSignatures: 1 };
  const target = simulate(corruption2018, () => 0);
  const code = await session(values, settings, modelOf(values, target), target, undefined);
  if (code === exitCodes.nothing) throw new InvariantError("the planted bug was not found");
  writeLine("DEMONSTRATION over: no real kernel was tested");
  return code === exitCodes.divergence ? exitCodes.nothing : code;
}

async function session(
  values: FlagValues,
  settings: Settings,
  model: Model,
  target: FileSystemUnderTest,
  out: string | undefined,
): Promise<number> {
  for (const signal of endings) process.on(signal, stop);
  const simulated = choiceOf(values).kind === "simulated" || out === undefined;
  const tainted = simulated ? undefined : taint();
  const mounted = !simulated && values["dir"] === undefined;
  const mkfs = mounted
    ? examine(target.format.fs).find((item) => item.name.startsWith("mkfs."))
    : undefined;
  const unchecked = mounted && target.format.fs === "btrfs" ? btrfsCheckProblem() : undefined;
  if (unchecked !== undefined) writeLine(unchecked);
  const found = await runSession({
    model,
    target,
    settings,
    provenance: {
      version,
      kernel: `Linux ${release()}`,
      node: process.version,
      target: `${simulated ? "simulated" : "real"} ${target.name}`,
      profile: model.profile.name,
      seed: hexText(BigInt(settings.seed)),
      mkfs: mounted ? `${mkfs?.found ?? ""}, options: ${values["mkfs"] ?? "none"}` : "",
      mount: values["mount"] ?? "",
      tainted: tainted ?? "",
    },
    out,
    json: values["json"] !== undefined,
    again: againFlags(values),
    overheard: simulated ? silence : watchKernel(target, true),
    result: say,
    heading: writeLine,
    progress: writeStatus,
    now,
    pause,
  });
  const since = simulated ? undefined : taint();
  if (since !== tainted) writeLine(`the kernel is tainted since this run: ${since}`);
  if (stopped) return exitCodes.interrupted;
  return found === 0 ? exitCodes.nothing : exitCodes.divergence;
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
  return onTarget(values, (model, target) => {
    blocksAgree(trace, target);
    const maxMilliseconds = timeOf(values, "max-total-time", "5m");
    const small = minimiseTrace(model, target, trace, {
      maxTrials: 100_000,
      maxMilliseconds,
      now,
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
  if (values["live"] !== undefined) return tell(explainFiles(held, words, how));
  return tell(
    strace === undefined ? explain(held, words, how) : explainLog(held, strace, words, how),
  );
}

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

async function verifyCorpus({ values, words }: Context): Promise<number> {
  const [verb, folder = corpus, ...more] = words;
  if (verb !== "verify" || more.length > 0)
    throw new UsageError("corpus goes: corpus verify [FOLDER]");
  refuse(notFolder(folder), "corpus verify");
  const paths = tracesIn(folder);
  const problems = paths.flatMap(verifyTrace);
  const names: string[] = [];
  for (const where of targetsFor(values, fileSystemsOf(paths))) {
    await onTarget(where, (model, target) => {
      names.push(target.name);
      for (const path of paths) {
        alive();
        problems.push(...verifyOn(path, model, target));
      }
      return exitCodes.nothing;
    });
  }
  for (const { path, message } of problems) say(`${plain(path)}: ${message}`);
  say(`${paths.length} traces, ${problems.length} surprises, on ${names.join(" and ")}`);
  return problems.length === 0 ? exitCodes.nothing : exitCodes.divergence;
}

function spec({ values, words }: Context): number {
  return tell(specText(words, corpus, howToTell(values)));
}

function howToTell({ json, all }: FlagValues): HowToTell {
  return { json: json !== undefined, all: all !== undefined };
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

function say(text: string): number {
  writeResult(text);
  return exitCodes.nothing;
}

/** Signals that end a campaign, with its figures, at its next turn. */
const endings = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

let stopped = false;

function stop(): void {
  stopped = true;
}

/** Throws UsageError for what is wrong with flags, before anything is started. */
function flagsAreRight(values: FlagValues): void {
  settingsOf(values);
  namedProfile(values);
  timeOf(values, "timeout", "60s");
  const choice = choiceOf(values);
  if (choice.kind === "folder") refuse(notFolder(choice.path), "--dir");
  if (values["scrub"] !== undefined && choice.kind !== "image") {
    throw new UsageError("--scrub is for a file system of the run's own");
  }
}

function choiceOf(values: FlagValues): TargetChoice {
  const read = readTarget(values);
  if (read.kind === "invalid") throw new UsageError(read.message);
  return read.choice;
}

/**
 * Opens the target that the flags name, and gives it back whatever happens.
 * `instead` stands in for one that cannot be opened and that nobody asked for.
 */
async function onTarget(
  values: FlagValues,
  run: (model: Model, target: FileSystemUnderTest) => Promise<number> | number,
  instead?: (problem: string) => Promise<number>,
): Promise<number> {
  let target: FileSystemUnderTest;
  try {
    target = targetOf(values);
  } catch (error) {
    const stands = error instanceof HarnessError && !isChosen(values);
    if (stands && instead !== undefined) return instead(error.message);
    throw error;
  }
  let broken = false;
  try {
    return await run(modelOf(values, target), target);
  } catch (error) {
    broken = true;
    throw error;
  } finally {
    closeTarget(target, broken);
  }
}

/** Gives a target back; behind an error that says more, one of this is not told. */
function closeTarget(target: FileSystemUnderTest, broken: boolean): void {
  try {
    target.close();
  } catch (error) {
    if (!broken) throw error;
  }
}

function targetOf(values: FlagValues): FileSystemUnderTest {
  const choice = choiceOf(values);
  switch (choice.kind) {
    case "simulated":
      return simulate(choice.profile, () => 0);
    case "image":
      return openImageTarget({ ...choice, kind: choice.fs, scratch: undefined });
    case "folder":
      return openFolderTarget(choice.path);
  }
}

/** What a target is held to. Throws HarnessError where no profile describes it. */
function modelOf(values: FlagValues, target: FileSystemUnderTest): Model {
  const profile = namedProfile(values) ?? profileOfTarget(values, target);
  if (typeof profile === "string") throw new HarnessError(profile);
  return newModel(profile);
}

/** The profile that a person names. */
function namedProfile({ profile: name }: FlagValues): Profile | undefined {
  if (name === undefined) return undefined;
  const profile = profileOf(name);
  if (profile === undefined) throw new UsageError(unknownProfile(name));
  return profile;
}

function settingsOf(values: FlagValues): Settings {
  const read = readSettings(values, randomInt(2 ** 32));
  if (read.kind === "invalid") throw new UsageError(read.message);
  return read.settings;
}

function timeOf(values: FlagValues, flag: string, usual: string): number {
  const text = values[flag] ?? usual;
  const milliseconds = duration(text);
  if (milliseconds !== undefined) return milliseconds;
  throw new UsageError(`--${flag} takes ${timeForm}, not ${quoted(text)}`);
}

/** Throws UsageError for a problem, with what has it. */
function refuse(problem: string | undefined, what: string): void {
  if (problem !== undefined) throw new UsageError(`${what}: ${problem}`);
}

function wordsAre(words: readonly string[], count: number, message: string): void {
  if (words.length !== count) throw new UsageError(message);
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

/** The time for a campaign or a minimiser; the worker's sign of life goes with it. */
function now(): number {
  alive();
  return performance.now();
}

/** Gives signals and timers their turn. */
async function pause(): Promise<boolean> {
  await setImmediate();
  return stopped;
}

function failed(error: unknown): number {
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

process.exitCode = await main(process.argv.slice(2)).catch(failed);
