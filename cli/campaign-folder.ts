/** `campaign`: a campaign whose state is a folder, so that it goes on after whatever ended it. */

import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import {
  journalText,
  readJournal,
  type CampaignState,
  type FindingEntry,
  type FleetEnd,
  type JournalLine,
  type Reporter,
} from "../fuzz/index.ts";
import { HarnessError } from "../model/index.ts";
import { isLocked, lockForLife, type WorkerOptions } from "../real/index.ts";
import {
  flagWords,
  folderProblem,
  linesOf,
  notFolder,
  openLineFile,
  plain,
  quoted,
  readFlagWords,
  writeLine,
  type FlagValues,
  type LineFile,
} from "../replay/index.ts";
import { codeOf, reporterFor, runWorkers } from "./campaigns.ts";
import { exitCodes, refuse, settingsOf, UsageError } from "./context.ts";

/** Makes the worker of a run with these flags, whose command line is this. Throws HarnessError. */
type MakeWorker = (values: FlagValues, argv: readonly string[]) => WorkerOptions;

export function campaignVerb(
  values: FlagValues,
  [verb = "", folder = "", ...more]: readonly string[],
  worker: MakeWorker,
): Promise<number> | number {
  if (folder === "" || more.length > 0 || !["run", "resume", "status"].includes(verb))
    throw new UsageError(
      "campaign goes: campaign run DIR, campaign resume DIR, or campaign status DIR",
    );
  if (verb === "run") return begin(values, folder, worker);
  const other = Object.keys(values).find((flag) => !shown.includes(flag));
  if (other !== undefined)
    throw new UsageError(
      `campaign ${verb} takes ${shown.map((flag) => `--${flag}`).join(", ")}: --${other} was said at its run`,
    );
  return verb === "status" ? status(values, folder) : goOn(values, folder, worker);
}

/** Flags about what is shown, which each run of a campaign takes anew. */
const shown: readonly string[] = ["json", "progress", "junit"];

/** The journal of a campaign, below its folder. */
function journalOf(folder: string): string {
  return join(folder, "journal.jsonl");
}

/** The folder of a campaign's findings. */
function findingsOf(folder: string): string {
  return join(folder, "findings");
}

async function begin(values: FlagValues, folder: string, worker: MakeWorker): Promise<number> {
  refuse(folderProblem(folder), "campaign run");
  if (existsSync(journalOf(folder)))
    throw new UsageError(`${quoted(folder)} holds a campaign: campaign resume ${plain(folder)}`);
  if (existsSync(folder) && readdirSync(folder).length > 0)
    throw new UsageError(`${quoted(folder)} is not empty: name a new folder`);
  const endless = values["runs"] === undefined && values["max-total-time"] === undefined;
  const given = Object.fromEntries(
    Object.entries(values)
      .filter(([flag]) => !shown.includes(flag))
      .map(([flag, value]) => [flag, places.has(flag) ? resolve(value ?? "") : value]),
  );
  const flags = endless ? { ...given, "max-total-time": longest } : given;
  const { seed, jobs } = settingsOf(flags);
  mkdirSync(folder, { recursive: true });
  const first = { ...flags, seed: String(seed) };
  const line: JournalLine = { kind: "campaign", version: 1, seed, jobs, flags: flagWords(first) };
  return inFolder(folder, (journal) => {
    journal.add([journalText(line)], true);
    return run(folder, journal, values, worker);
  });
}

/** Flags that name a place, which stays the same wherever the campaign goes on from. */
const places: ReadonlySet<string> = new Set(["corpus", "dir", "known"]);

/** What a campaign is given that names no end. */
const longest = "480h";

function goOn(values: FlagValues, folder: string, worker: MakeWorker): Promise<number> {
  stateIn(folder);
  return inFolder(folder, (journal) => run(folder, journal, values, worker));
}

async function run(
  folder: string,
  journal: LineFile,
  given: FlagValues,
  worker: MakeWorker,
): Promise<number> {
  const state = stateIn(folder);
  const flags = readFlagWords(state.flags);
  const corpus = flags["guided"] === undefined ? {} : { corpus: join(folder, "corpus") };
  const kept = { ...corpus, ...flags, out: findingsOf(folder) };
  const { json, progress, junit } = given;
  const values = { ...kept, json, progress, junit };
  const record = (line: JournalLine): void => {
    try {
      journal.add([journalText(line)], line.kind !== "at");
    } catch (error) {
      throw new HarnessError(
        `the journal: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  };
  record({ kind: "began", time: new Date().toISOString() });
  const argv = ["fuzz", ...flagWords(kept)];
  const { end, reporter } = await runWorkers(values, worker(values, argv), { state, record });
  record({ kind: "ended", time: new Date().toISOString(), why: reasonOf(end, flags, reporter) });
  if (end.kind === "interrupted") writeLine(`to go on: campaign resume ${plain(folder)}`);
  return codeOf(end, reporter);
}

/** Why it ended, in words. */
function reasonOf(end: FleetEnd, flags: FlagValues, reporter: Reporter): string {
  if (end.kind === "failed") return end.message;
  if (end.kind === "interrupted") return "it was interrupted";
  const found = reporter.signatures().length;
  return found >= settingsOf(flags).maxSignatures
    ? `it found ${found}, as many as --max-findings says`
    : "its time or its programs are used up";
}

/** Where a finding lies, from here. */
function placeOf(folder: string, { signature, folder: saved }: FindingEntry): string {
  return saved === undefined
    ? `${signature}, which was not saved`
    : plain(join(findingsOf(folder), basename(saved)));
}

/** Does something as the only process in a campaign's folder. */
async function inFolder(
  folder: string,
  act: (journal: LineFile) => Promise<number>,
): Promise<number> {
  if (!lockForLife(folder))
    throw new UsageError(`${quoted(folder)} is in use: its campaign runs already`);
  const path = journalOf(folder);
  const journal = opened(path, () => openLineFile(path));
  try {
    return await act(journal);
  } finally {
    journal.close();
  }
}

function status(values: FlagValues, folder: string): number {
  const state = stateIn(folder);
  const reporter = reporterFor({ ...values, out: findingsOf(folder) }, state);
  const runs = isLocked(folder);
  const how = runs ? "runs" : state.ended ? "has ended" : "was killed";
  const { began, jobs, findings } = state;
  const why = runs || !state.ended || state.why === "" ? "" : `: ${plain(state.why)}`;
  if (values["json"] === undefined) writeLine(`the campaign in ${plain(folder)} ${how}${why}`);
  reporter.end({ state: how, why: state.ended ? state.why : "", began, jobs });
  if (values["json"] === undefined)
    for (const entry of findings) writeLine(`finding    ${placeOf(folder, entry)}`);
  if (!runs && !state.ended) writeLine(`to go on: campaign resume ${plain(folder)}`);
  return exitCodes.nothing;
}

/** What is done with a journal; throws UsageError where it cannot be opened. */
function opened<T>(path: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(`${plain(path)} is no journal that can be read and written: ${reason}`);
  }
}

/** Throws UsageError where there is no campaign. */
function stateIn(folder: string): CampaignState {
  refuse(notFolder(folder), "campaign");
  const path = journalOf(folder);
  if (!existsSync(path)) throw new UsageError(`${quoted(folder)} holds no campaign`);
  const read = opened(path, () => readJournal(linesOf(path)));
  if (read.kind === "invalid") throw new UsageError(`${plain(path)}: ${read.message}`);
  return read.state;
}
