/** Campaigns: in this process, in a worker, or of many workers below it. */

import { writeFileSync } from "node:fs";
import { release } from "node:os";
import {
  againFlags,
  Fleet,
  isChosen,
  isToWorker,
  readTask,
  Reporter,
  runSession,
  saveLostProgram,
  saveSaid,
  silence,
  type CampaignState,
  type FleetEnd,
  type FromWorker,
  type JournalLine,
  type Provenance,
  type Settings,
  type Task,
} from "../fuzz/index.ts";
import {
  corruption,
  HarnessError,
  InvariantError,
  type FileSystemUnderTest,
  type Model,
} from "../model/index.ts";
import {
  btrfsCheckProblem,
  examine,
  sweepDead,
  taint,
  taskVariable,
  watchKernel,
  type WorkerOptions,
} from "../real/index.ts";
import {
  expectedOf,
  folderProblem,
  hexText,
  labelled,
  rulePrograms,
  simulate,
  unattributedFolder,
  writeLine,
  writeStatus,
  type FlagValues,
} from "../replay/index.ts";
import {
  choiceOf,
  corpus,
  endings,
  exitCodes,
  isStopped,
  knownOf,
  modelOf,
  now,
  onTarget,
  pause,
  programBegins,
  refuse,
  say,
  settingsOf,
  stopAtSignals,
  wordsAre,
  type Context,
} from "./context.ts";
import { watchedWorkers } from "./watched-workers.ts";

/** A campaign, or a worker's part of it. */
export async function fuzz(context: Context): Promise<number> {
  const { values } = context;
  fuzzTakesNoWords(context);
  const out = outOf(values);
  const settings = settingsOf(values);
  return onTarget(values, (model, target) => session(values, settings, model, target, out));
}

/** Where a campaign keeps what outlives it, and what it did before. */
export interface Kept {
  readonly state: CampaignState;
  readonly record: (line: JournalLine) => void;
}

/** Runs `fuzz` in workers, each with a file system of its own. */
export async function runFleet(context: Context, worker: WorkerOptions): Promise<number> {
  fuzzTakesNoWords(context);
  const { values } = context;
  const { end, reporter } = await runWorkers(values, worker);
  const wanted = isChosen(values) || reporter.provenance !== undefined;
  if (end.kind === "failed" && !wanted) return demonstrate(context, end.message);
  return codeOf(end, reporter);
}

/** The exit code of a campaign. Throws HarnessError where it failed. */
export function codeOf(end: FleetEnd, reporter: Reporter): number {
  if (end.kind === "failed") throw new HarnessError(end.message);
  return end.kind === "interrupted" ? exitCodes.interrupted : resultCode(reporter);
}

/** What was found says more than that not all of it was written. */
function resultCode(reporter: Reporter): number {
  if (reporter.hung) return exitCodes.hang;
  if (reporter.signatures().length > 0) return exitCodes.divergence;
  return reporter.isWritten ? exitCodes.nothing : exitCodes.cannot;
}

/** Runs all workers of a campaign, new or kept, to their end, and tells its figures. */
export async function runWorkers(
  values: FlagValues,
  worker: WorkerOptions,
  kept?: Kept,
): Promise<{ readonly end: FleetEnd; readonly reporter: Reporter }> {
  const settings = settingsOf(values);
  const out = outOf(values);
  const reporter = reporterFor(values, kept?.state);
  const workers = watchedWorkers(worker);
  const fleet = new Fleet({
    ...settings,
    ...(kept === undefined ? {} : { from: kept.state.workers, record: kept.record }),
    start: workers.start,
    saveLost: (lost, last) =>
      saveLostProgram(out, lost, last, workers.lines(), reporter.provenance),
    saveSaid: (last) => saveSaid(out, last, reporter.provenance),
    reporter,
    now: () => performance.now(),
  });
  const stopAll = (): void => {
    fleet.interrupt();
  };
  for (const signal of endings) process.on(signal, stopAll);
  const ticking = setInterval(() => {
    workers.lines();
    reporter.tick([process.memoryUsage.rss(), ...fleet.memory()]);
  }, tickMilliseconds);
  const end = await fleet.run().finally(() => {
    clearInterval(ticking);
    for (const signal of endings) process.off(signal, stopAll);
  });
  sweepDead();
  reporter.end();
  return { end, reporter };
}

export function fuzzTakesNoWords({ words }: Context): void {
  wordsAre(words, 0, "fuzz takes no words, only flags");
}

/** How often it is shown how far all workers are. */
const tickMilliseconds = 1000;

export function reporterFor(values: FlagValues, state?: CampaignState): Reporter {
  const { junit } = values;
  return new Reporter({
    json: values["json"] !== undefined,
    unattributed: unattributedFolder(values["out"] ?? "findings"),
    conformance: values["conformance"] !== undefined,
    progress: values["progress"] === "json" ? "json" : undefined,
    junit: junit === undefined ? undefined : (text) => writeFileSync(junit, text),
    result: say,
    line: writeLine,
    status: writeStatus,
    now: () => performance.now(),
    ...(state === undefined ? {} : { before: state }),
  });
}

export function outOf({ out = "findings" }: FlagValues): string {
  refuse(folderProblem(out), "--out");
  return out;
}

/** A seed by which the planted bug is found first where it hurts: in the contents of a file. */
const tellingSeed = 7;

/** A known bug planted into the simulated kernel, found before the reader's eyes. */
export async function demonstrate({ values }: Context, missing: string): Promise<number> {
  writeLine(`no real file system: ${missing}`);
  writeLine(`DEMONSTRATION: instead, a simulated kernel with a known bug planted:`);
  for (const line of labelled(corruption.id, `${corruption.says}; commit ${corruption.commit}`))
    writeLine(line);
  const seed = values["seed"] === undefined ? tellingSeed : settingsOf(values).seed;
  const settings = { ...settingsOf({}), seed, maxMilliseconds: 20_000, maxSignatures: 1 };
  const target = simulate(corruption.kernel, () => 0);
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
  stopAtSignals();
  const task = taskOf();
  const simulated = choiceOf(values).kind === "simulated" || out === undefined;
  const tainted = simulated ? undefined : taint();
  const mounted = !simulated && values["dir"] === undefined;
  const unchecked = mounted && target.format.fs === "btrfs" ? btrfsCheckProblem() : undefined;
  const reporter = reporterFor(values);
  const said = task === undefined ? (message: FromWorker) => reporter.hear(0, message) : tellUp;
  if (unchecked !== undefined) said({ kind: "note", line: unchecked });
  const heard: string[] = [];
  const reached: string[] = [];
  process.on("message", (message) => {
    if (!isToWorker(message)) return;
    if (message.kind === "known") heard.push(message.signature);
    else reached.push(...message.parts);
  });
  try {
    await runSession({
      model,
      target,
      settings,
      task,
      shown: () => rulePrograms(corpus),
      corpus: values["corpus"],
      provenance: {
        ...provenanceOf(values, model, target, simulated),
        seed: hexText(BigInt(settings.seed)),
      },
      out,
      expected: expectedOf(knownOf(values), model.profile.name, target.name),
      again: againFlags(values),
      overheard: simulated ? silence : watchKernel(target, task?.alone === true),
      tell: (message) => {
        said(message);
        if (task === undefined && message.kind === "progress") reporter.tick([]);
      },
      begins: programBegins,
      news: () => heard.splice(0),
      reached: () => reached.splice(0),
      now,
      stopped: isStopped,
      pause,
    });
  } finally {
    if (task === undefined) reporter.end();
  }
  const since = simulated ? undefined : taint();
  if (since !== tainted)
    said({ kind: "note", line: `the kernel is tainted since this run: ${since}` });
  return isStopped() ? exitCodes.interrupted : resultCode(reporter);
}

/** Where calls are made and what they are held to; without a seed. */
export function provenanceOf(
  values: FlagValues,
  model: Model,
  target: FileSystemUnderTest,
  simulated: boolean,
): Provenance {
  const mounted = !simulated && values["dir"] === undefined;
  const mkfs = mounted
    ? examine(target.format.fs).find((item) => item.name.startsWith("mkfs."))
    : undefined;
  return {
    version,
    kernel: `Linux ${release()}`,
    node: process.version,
    target: `${simulated ? "simulated" : "real"} ${target.name}`,
    profile: model.profile.name,
    seed: "",
    mkfs: mounted ? `${mkfs?.found ?? ""}, options: ${values["mkfs"] ?? "none"}` : "",
    mount: values["mount"] ?? "",
    tainted: (simulated ? undefined : taint()) ?? "",
  };
}

/** Tells the supervisor. */
function tellUp(message: FromWorker): void {
  process.send?.(message);
}

/** What this process is to do as a worker of a campaign; undefined for any other. */
function taskOf(): Task | undefined {
  const text = process.env[taskVariable];
  return text === undefined ? undefined : readTask(text);
}

export const version = "0.1.0";

/** Tells the supervisor why this worker cannot go on; false in any other process. */
export function toldOfFailure(error: unknown): boolean {
  if (!process.connected) return false;
  const fault = error instanceof HarnessError ? "machine" : "own";
  tellUp({
    kind: "failed",
    fault,
    message: error instanceof Error ? error.message : String(error),
  });
  return true;
}

/** Ends this process as a worker: its supervisor has all that was told before it is let go. */
export async function letGo(code: number): Promise<number> {
  if (process.connected) await new Promise((resolve) => process.send?.({ kind: "bye" }, resolve));
  if (process.connected) process.disconnect();
  return code;
}
