#!/usr/bin/env node
/** The command line: a table of commands, their flags, and exit codes. */

import { randomInt } from "node:crypto";
import { writeFileSync, writeSync } from "node:fs";
import { release } from "node:os";
import { setImmediate } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { duration, readSettings, runSession, type Settings } from "./fuzz/index.ts";
import {
  corruption2018,
  HarnessError,
  InvariantError,
  linux618Btrfs,
  newModel,
  profileOf,
  profiles,
  type FileSystemUnderTest,
  type Model,
  type Profile,
} from "./model/index.ts";
import {
  aliveDescriptor,
  aliveMilliseconds,
  callLive,
  dieWithSupervisor,
  doctorLines,
  examine,
  followKernelLog,
  openFolderTarget,
  openImageTarget,
  supervise,
  workerVariable,
} from "./real/index.ts";
import {
  agrees,
  callText,
  check,
  checkText,
  hexText,
  minimiseTrace,
  parseNumber,
  plain,
  printTrace,
  readCommand,
  readTraceFile,
  replay,
  replayJson,
  replayText,
  simulate,
  tracesIn,
  verifyTrace,
  type CommandForm,
  type FlagTable,
  type FlagValues,
  type Trace,
} from "./replay/index.ts";

const version = "0.1.0";

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

interface Command extends CommandForm {
  /** What it runs on: a file system of its own or in a folder, files that exist, or nothing. */
  readonly on: "target" | "files" | "nothing";
  readonly run: (context: Context) => Promise<number> | number;
}

// oxfmt-ignore
const flags: FlagTable = {
  seed: ["N", "the seed of a campaign, to repeat it (default: by chance)"],
  runs: ["N", "programs at most"],
  "max-total-time": ["TIME", "time at most, such as 60s or 2h (default: 60s)"],
  "max-ops": ["N", "calls of one program at most (default: 200)"],
  timeout: ["TIME", "a call that takes longer hangs (default: 60s)"],
  target: ["TARGET", "real (default), simulated, or simulated:PROFILE"],
  profile: ["NAME", "what the target is held to (default: linux-6.18/btrfs)"],
  mkfs: ["OPTIONS", 'options of mkfs.btrfs, such as "--nodesize 65536"'],
  mount: ["OPTIONS", "options of mount, such as nodatacow"],
  dir: ["DIR", "run in a folder of DIR, on its file system, without root"],
  out: ["PATH", "where findings (default: findings) or the small trace go"],
  json: ["", "results as JSON"],
};

const targetFlags = ["target", "profile", "mkfs", "mount", "dir", "timeout"];

// oxfmt-ignore
const commands: readonly Command[] = [
  { usage: "fuzz", on: "target", run: fuzz,
    about: "run generated programs on a file system and on the model, and compare",
    flags: ["seed", "runs", "max-total-time", "max-ops", ...targetFlags, "out", "json"],
    examples: ["fuzz --max-total-time 10m", "fuzz --seed 0x5eed --runs 100", "fuzz --dir /mnt/btrfs",
      "fuzz --target simulated:canary"] },
  { usage: "replay FILE", on: "target", run: replayFile,
    about: "run a trace's calls again, and hold the answers against a profile",
    flags: ["max-total-time", ...targetFlags, "json"],
    examples: ["replay findings/NAME/repro.trace", "replay --target simulated FILE"] },
  { usage: "check FILE", on: "nothing", run: checkFile,
    about: "hold the answers that a trace records against a profile; runs nothing",
    flags: ["profile"],
    examples: ["check repro.trace"] },
  { usage: "minimise FILE", on: "target", run: minimiseFile,
    about: "make a trace that diverges as small as it can be",
    flags: ["max-total-time", ...targetFlags, "out"],
    examples: ["minimise --out small.trace original.trace"] },
  { usage: "call LENGTH SOURCE OFFSET TARGET OFFSET [TARGET OFFSET]...", on: "files", run: callFiles,
    about: "make one raw call on files that exist, and say what was expected",
    flags: ["profile", "timeout"],
    examples: ["call 128K a.img 0 b.img 0 c.img 4K"] },
  { usage: "corpus verify [FOLDER]", on: "target", run: verifyCorpus,
    about: "run every trace of a folder (default: corpus), and hold it to its verdict",
    flags: targetFlags,
    examples: ["corpus verify", "corpus verify --target simulated my-traces"] },
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
  const real = command.on !== "nothing" && !isSimulated(context.values);
  const supervisor = process.env[workerVariable];
  if (!real) return command.run(context);
  if (supervisor === undefined) return runInWorker(command, context, argv);
  dieWithSupervisor(Number(supervisor));
  return command.run(context);
}

/** Starts the same command line in a worker, or says what is missing for that. */
async function runInWorker(
  command: Command,
  context: Context,
  argv: readonly string[],
): Promise<number> {
  const mounts = command.on === "target" && context.values["dir"] === undefined;
  const missing = examine().filter((item) => !item.ok && (mounts || item.name === "koffi"));
  if (missing.length > 0) {
    const lines = missing.map((item) => `${item.name}: ${item.found}; to do: ${item.missing}`);
    const chosen = context.values["target"] !== undefined || !mounts;
    if (command.run === fuzz && !chosen) return demonstrate(context, lines);
    throw new HarnessError(lines.join("\n"));
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
      throw new HarnessError(`the worker was killed by ${end.signal}`);
    case "hung":
      complain("hang: a call did not come back within --timeout; see the kernel's log");
      return exitCodes.hang;
  }
}

async function fuzz({ values, words }: Context): Promise<number> {
  wordsAre(words, 0, "fuzz takes no words, only flags");
  const settings = settingsOf(values);
  return onTarget(values, (model, target) =>
    session(values, settings, model, target, values["out"] ?? "findings"),
  );
}

/** A known bug planted into the simulated kernel, found before the reader's eyes. */
async function demonstrate({ values }: Context, missing: readonly string[]): Promise<number> {
  for (const line of missing) complain(`no real file system: ${line}`);
  complain(`DEMONSTRATION: instead, a simulated kernel with a known bug planted:`);
  complain(`  ${corruption2018.about}`);
  const settings = { ...settingsOf(values), maxMilliseconds: 20_000 };
  const target = simulate(corruption2018, () => 0);
  const code = await session(values, settings, modelOf(values), target, undefined);
  complain("DEMONSTRATION over: no real kernel was tested");
  return code === exitCodes.divergence ? exitCodes.nothing : exitCodes.divergence;
}

async function session(
  values: FlagValues,
  settings: Settings,
  model: Model,
  target: FileSystemUnderTest,
  out: string | undefined,
): Promise<number> {
  const log = isSimulated(values) || out === undefined ? undefined : followKernelLog();
  const mkfs = examine().find((item) => item.name === "mkfs.btrfs");
  const mounted = log !== undefined && values["dir"] === undefined;
  const found = await runSession({
    model,
    target,
    settings,
    provenance: {
      version,
      kernel: `Linux ${release()}`,
      node: process.version,
      target: `${log === undefined ? "simulated" : "real"} ${target.name}`,
      profile: model.profile.name,
      seed: hexText(BigInt(settings.seed)),
      mkfs: mounted ? `${mkfs?.found ?? ""}, options: ${values["mkfs"] ?? "none"}` : "",
      mount: values["mount"] ?? "",
    },
    out,
    json: values["json"] !== undefined,
    maxFindings: out === undefined ? 1 : 20,
    kernelLog: () => log?.lines() ?? [],
    result: say,
    heading: complain,
    progress: status,
    now,
    pause,
  });
  if (stopped) return exitCodes.interrupted;
  return found === 0 ? exitCodes.nothing : exitCodes.divergence;
}

function replayFile({ values, words }: Context): Promise<number> {
  const trace = traceIn(words, "replay");
  return onTarget(values, (model, target) => {
    blocksAgree(trace, target);
    const end = performance.now() + timeOf(values, "max-total-time", "10m");
    const replayed = replay(model, target, trace, () => goesOn() && performance.now() < end);
    say(values["json"] === undefined ? replayText(model, replayed) : replayJson(replayed));
    if (replayed.outOfTime) return exitCodes.cannot;
    return replayed.divergence === undefined ? exitCodes.nothing : exitCodes.divergence;
  });
}

function checkFile({ values, words }: Context): number {
  const trace = traceIn(words, "check");
  const model = modelOf(values);
  const verdict = check(model, trace);
  say(checkText(model, verdict));
  switch (verdict.kind) {
    case "allowed":
      return exitCodes.nothing;
    case "diverged":
      return exitCodes.divergence;
    case "undecided":
      return exitCodes.usage;
  }
}

function minimiseFile({ values, words }: Context): Promise<number> {
  const trace = traceIn(words, "minimise");
  return onTarget(values, (model, target) => {
    blocksAgree(trace, target);
    const maxMilliseconds = timeOf(values, "max-total-time", "5m");
    const small = minimiseTrace(model, target, trace, { maxTrials: 100_000, maxMilliseconds, now });
    complain(small.about);
    if (small.trace === undefined) return exitCodes.nothing;
    const text = printTrace(small.trace);
    if (values["out"] === undefined) say(text.trimEnd());
    else writeFileSync(values["out"], text);
    return exitCodes.divergence;
  });
}

function callFiles({ values, words }: Context): number {
  const [length = "", ...rest] = words;
  if (rest.length < 4 || rest.length % 2 !== 0) {
    throw new UsageError("call takes LENGTH SOURCE OFFSET TARGET OFFSET [TARGET OFFSET]...");
  }
  const ranges = rest.flatMap((path, index) =>
    index % 2 === 0 ? [{ path, offset: number(rest[index + 1] ?? "", "an offset") }] : [],
  );
  const [source = { path: "", offset: 0n }, ...targets] = ranges;
  const { profile } = modelOf(values);
  const live = callLive(profile, number(length, "a length"), source, targets);
  if (live.kind === "refused") throw new UsageError(plain(live.message));
  say(callText(live, targets));
  const agreed = live.prediction === undefined || agrees(live.prediction, live.outcome);
  return agreed ? exitCodes.nothing : exitCodes.divergence;
}

function verifyCorpus({ values, words }: Context): Promise<number> {
  const [verb, folder = fileURLToPath(new URL("../corpus", import.meta.url)), ...more] = words;
  if (verb !== "verify" || more.length > 0)
    throw new UsageError("corpus goes: corpus verify [FOLDER]");
  return onTarget(values, (model, target) => {
    const paths = tracesIn(folder);
    const problems = paths.flatMap((path) => {
      alive();
      return verifyTrace(path, target, model);
    });
    for (const { path, message } of problems) say(`${plain(path)}: ${message}`);
    say(`${paths.length} traces, ${problems.length} surprises, on ${target.name}`);
    return problems.length === 0 ? exitCodes.nothing : exitCodes.divergence;
  });
}

function doctor({ values, words }: Context): number {
  wordsAre(words, 0, "doctor takes no words");
  const items = examine();
  const able = items.every((item) => item.ok);
  if (values["json"] !== undefined) say(JSON.stringify({ able, items }, undefined, 2));
  else say(doctorLines(items).join("\n"));
  return able ? exitCodes.nothing : exitCodes.cannot;
}

function say(text: string): number {
  endLiveLine();
  writeSync(1, `${text}\n`);
  return exitCodes.nothing;
}

function complain(line: string): void {
  endLiveLine();
  writeSync(2, `${line}\n`);
}

/** Shows how far a campaign is: one live line on a terminal, a line every ten seconds elsewhere. */
function status(line: string): void {
  if (process.stderr.isTTY) {
    writeSync(2, `\r${line}\u001b[K`);
    live = true;
  } else if (performance.now() - shownAt >= statusMilliseconds) {
    shownAt = performance.now();
    complain(line);
  }
}

const statusMilliseconds = 10_000;
let shownAt = 0;

/** Whether a live line stands on the terminal, and must be ended before other text. */
let live = false;

function endLiveLine(): void {
  if (live) writeSync(2, "\n");
  live = false;
}

/** Set by a signal; campaigns and replays end at the next call. */
let stopped = false;
process.on("SIGINT", () => {
  stopped = true;
});

function isSimulated(values: FlagValues): boolean {
  return values["target"]?.startsWith("simulated") === true;
}

/** Opens the target that the flags name, and gives it back whatever happens. */
async function onTarget(
  values: FlagValues,
  run: (model: Model, target: FileSystemUnderTest) => Promise<number> | number,
): Promise<number> {
  const model = modelOf(values);
  const target = targetOf(values);
  try {
    return await run(model, target);
  } finally {
    target.close();
  }
}

function targetOf(values: FlagValues): FileSystemUnderTest {
  const { target = "real", dir, mkfs = "", mount = "" } = values;
  const [kind, planted] = target.split(":");
  if (kind === "simulated") return simulate(profileNamed(planted ?? linux618Btrfs.name), () => 0);
  if (target !== "real")
    throw new UsageError(`--target is real, simulated or simulated:PROFILE, not ${plain(target)}`);
  if (dir !== undefined) return openFolderTarget(dir);
  return openImageTarget({
    kind: "btrfs",
    mkfs: mkfs.split(" ").filter((word) => word !== ""),
    mount,
    scratch: undefined,
  });
}

function modelOf(values: FlagValues): Model {
  return newModel(profileNamed(values["profile"] ?? linux618Btrfs.name));
}

function profileNamed(name: string): Profile {
  const profile = profileOf(name);
  if (profile !== undefined) return profile;
  const known = profiles.map((each) => each.name).join(", ");
  throw new UsageError(`${plain(name)} is not a profile; there are: ${known}`);
}

function settingsOf(values: FlagValues): Settings {
  const read = readSettings(values, randomInt(2 ** 32));
  if (read.kind === "invalid") throw new UsageError(read.message);
  return read.settings;
}

function timeOf(values: FlagValues, flag: string, usual: string): number {
  const milliseconds = duration(values[flag] ?? usual);
  if (milliseconds !== undefined) return milliseconds;
  throw new UsageError(
    `--${flag} takes a time such as 60s, 5m or 2h, not ${plain(values[flag] ?? "")}`,
  );
}

function number(text: string, what: string): bigint {
  const parsed = parseNumber(text);
  if (parsed.kind === "number") return parsed.value;
  throw new UsageError(`${what} is needed: ${parsed.message}`);
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
  if (trace.block === target.block) return;
  throw new UsageError(
    `the trace has blocks of ${trace.block} bytes, and the target has ${target.block}`,
  );
}

/** The time for a campaign or a minimiser; the worker's sign of life goes with it. */
function now(): number {
  alive();
  return performance.now();
}

let told = 0;

/** Tells the supervisor that no call hangs. */
function alive(): void {
  const time = performance.now();
  if (process.env[workerVariable] === undefined || time - told < aliveMilliseconds) return;
  told = time;
  writeSync(aliveDescriptor, ".");
}

function goesOn(): boolean {
  alive();
  return !stopped;
}

/** Gives signals and timers their turn. */
async function pause(): Promise<boolean> {
  await setImmediate();
  return stopped;
}

function failed(error: unknown): number {
  if (error instanceof UsageError) {
    complain(`extent-same: ${error.message}`);
    return exitCodes.usage;
  }
  if (error instanceof HarnessError) {
    for (const line of error.message.split("\n"))
      complain(`extent-same: this machine cannot: ${line}`);
    complain("extent-same: see extent-same doctor");
    return exitCodes.cannot;
  }
  const fault = error instanceof InvariantError ? "a fault of extent-same" : "an unexpected error";
  complain(`extent-same: ${fault}: ${error instanceof Error ? error.message : String(error)}`);
  if (process.env["EXTENT_SAME_STACK"] !== undefined && error instanceof Error)
    complain(error.stack ?? "");
  return exitCodes.cannot;
}

process.exitCode = await main(process.argv.slice(2)).catch(failed);
