/** What commands share: flags as they are meant, targets opened and closed, signs of life. */

import { randomInt } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import {
  duration,
  profileOfTarget,
  readSettings,
  readTarget,
  timeForm,
  unknownProfile,
  type Settings,
  type TargetChoice,
} from "../fuzz/index.ts";
import {
  HarnessError,
  newModel,
  profileOf,
  type FileSystemUnderTest,
  type Model,
  type Profile,
} from "../model/index.ts";
import {
  alive,
  dedupeAbi,
  isAskedToEnd,
  openFolderTarget,
  openImageTarget,
  ownLogbook,
  seedAbi,
  type Diary,
} from "../real/index.ts";
import {
  emptyTrace,
  knownIn,
  fileProblem,
  folderProblem,
  notFolder,
  printEvent,
  quoted,
  simulate,
  writeResult,
  type FlagValues,
  type KnownDifference,
} from "../replay/index.ts";

export const exitCodes = {
  nothing: 0,
  divergence: 1,
  usage: 2,
  cannot: 3,
  hang: 70,
  interrupted: 130,
} as const;

/** The traces that come with the program. */
export const corpus: string = fileURLToPath(new URL("../../corpus", import.meta.url));

/** What a user got wrong: one line, with what to do. */
export class UsageError extends Error {}

export interface Context {
  readonly values: FlagValues;
  readonly words: readonly string[];
}

/** Throws UsageError for what is wrong with flags, before anything is started. */
export function flagsAreRight(values: FlagValues): void {
  settingsOf(values);
  namedProfile(values);
  timeOf(values, "timeout", "60s");
  knownOf(values);
  const { progress = "text", junit } = values;
  if (!["text", "json"].includes(progress))
    throw new UsageError(`--progress takes text or json, not ${quoted(progress)}`);
  if (junit !== undefined) refuse(fileProblem(junit), "--junit");
  if (values["corpus"] !== undefined) refuse(folderProblem(values["corpus"]), "--corpus");
  const choice = choiceOf(values);
  if (choice.kind === "folder") refuse(notFolder(choice.path), "--dir");
  if (values["scrub"] !== undefined && choice.kind !== "image") {
    throw new UsageError("--scrub is for a file system of the run's own");
  }
}

/** Throws UsageError. */
export function choiceOf(values: FlagValues): TargetChoice {
  const read = readTarget(values);
  if (read.kind === "invalid") throw new UsageError(read.message);
  return read.choice;
}

/** Differences that are expected of any target. Throws UsageError. */
export function knownOf({ known: folder }: FlagValues): readonly KnownDifference[] {
  if (folder !== undefined) refuse(notFolder(folder), "--known");
  const read = knownIn(folder ?? `${corpus}/known`);
  if (read.kind === "invalid") throw new UsageError(read.message);
  return read.known;
}

/** Opens the target that the flags name, and gives it back whatever happens. */
export async function onTarget(
  values: FlagValues,
  run: (model: Model, target: FileSystemUnderTest) => Promise<number> | number,
): Promise<number> {
  const target = targetOf(values);
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
    case "folder": {
      const diary = diaryOf(() => target);
      const abi = namedProfile(values)?.countsFiles === true ? seedAbi : dedupeAbi;
      const target =
        choice.kind === "folder"
          ? openFolderTarget(choice.path, diary, abi)
          : openImageTarget({ ...choice, kind: choice.fs, scratch: undefined }, diary, abi);
      return target;
    }
  }
}

/** What the supervisor reads of this worker's calls; nothing outside a worker. */
function diaryOf(target: () => FileSystemUnderTest): Diary | undefined {
  const book = ownLogbook();
  if (book === undefined) return undefined;
  return {
    begun: () => {
      book.begin(emptyTrace(target(), `program ${runningProgram}`), target().device);
    },
    called: (op) => {
      book.add(printEvent({ comments: [], op, outcome: undefined }));
    },
  };
}

let runningProgram = "";

/** The name of the program that runs from now on, for the logbook. */
export function programBegins(name: string): void {
  runningProgram = name;
}

/** What a target is held to. Throws HarnessError where no profile describes it. */
export function modelOf(values: FlagValues, target: FileSystemUnderTest): Model {
  const profile = namedProfile(values) ?? profileOfTarget(values, target);
  if (typeof profile === "string") throw new HarnessError(profile);
  return newModel(profile);
}

/** The profile that a person names. */
export function namedProfile({ profile: name }: FlagValues): Profile | undefined {
  if (name === undefined) return undefined;
  const profile = profileOf(name);
  if (profile === undefined) throw new UsageError(unknownProfile(name));
  return profile;
}

/** Throws UsageError. */
export function settingsOf(values: FlagValues): Settings {
  const read = readSettings(values, randomInt(2 ** 32));
  if (read.kind === "invalid") throw new UsageError(read.message);
  return read.settings;
}

/** Milliseconds. Throws UsageError. */
export function timeOf(values: FlagValues, flag: string, usual: string): number {
  const text = values[flag] ?? usual;
  const milliseconds = duration(text);
  if (milliseconds !== undefined) return milliseconds;
  throw new UsageError(`--${flag} takes ${timeForm}, not ${quoted(text)}`);
}

/** Throws UsageError for a problem, with what has it. */
export function refuse(problem: string | undefined, what: string): void {
  if (problem !== undefined) throw new UsageError(`${what}: ${problem}`);
}

/** Throws UsageError unless there are so many words. */
export function wordsAre(words: readonly string[], count: number, message: string): void {
  if (words.length !== count) throw new UsageError(message);
}

/** Signals that end a campaign, with its figures, at its next turn. */
export const endings = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

let stopped = false;

/** From now on those signals end what asks `isStopped` now and then. */
export function stopAtSignals(): void {
  for (const signal of endings) process.on(signal, stop);
}

function stop(): void {
  stopped = true;
}

export function isStopped(): boolean {
  return stopped || isAskedToEnd();
}

/** Writes a result; gives the exit code of a command that did so. */
export function say(text: string): number {
  writeResult(text);
  return exitCodes.nothing;
}

/** The time for a campaign or a minimiser; the worker's sign of life goes with it. */
export function now(): number {
  alive();
  return performance.now();
}

/** Gives signals and timers their turn. */
export async function pause(): Promise<boolean> {
  await setImmediate();
  return isStopped();
}
