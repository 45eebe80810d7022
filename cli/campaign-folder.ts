/** `campaign`: a campaign whose state is a folder, so that it goes on after whatever ended it. */

import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { journalText, readJournal, type CampaignState, type JournalLine } from "../fuzz/index.ts";
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
  const other = Object.keys(values).find((flag) => flag !== "json");
  if (other !== undefined)
    throw new UsageError(`campaign ${verb} takes --json alone: --${other} was said at its run`);
  return verb === "status" ? status(values, folder) : goOn(values, folder, worker);
}

/** The journal of a campaign, below its folder. */
function journalOf(folder: string): string {
  return join(folder, "journal.jsonl");
}

async function begin(values: FlagValues, folder: string, worker: MakeWorker): Promise<number> {
  refuse(folderProblem(folder), "campaign run");
  if (existsSync(journalOf(folder)))
    throw new UsageError(`${quoted(folder)} holds a campaign: campaign resume ${plain(folder)}`);
  if (existsSync(folder) && readdirSync(folder).length > 0)
    throw new UsageError(`${quoted(folder)} is not empty: name a new folder`);
  const endless = values["runs"] === undefined && values["max-total-time"] === undefined;
  const { json, ...given } = values;
  const flags = endless ? { ...given, "max-total-time": longest } : given;
  const { seed, jobs } = settingsOf(flags);
  mkdirSync(folder, { recursive: true });
  const first = { ...flags, seed: String(seed) };
  const line: JournalLine = { kind: "campaign", version: 1, seed, jobs, flags: flagWords(first) };
  return inFolder(folder, (journal) => {
    journal.add([journalText(line)], true);
    return run(folder, journal, json, worker);
  });
}

/** What a campaign is given that names no end. */
const longest = "480h";

function goOn({ json }: FlagValues, folder: string, worker: MakeWorker): Promise<number> {
  stateIn(folder);
  return inFolder(folder, (journal) => run(folder, journal, json, worker));
}

async function run(
  folder: string,
  journal: LineFile,
  json: string | undefined,
  worker: MakeWorker,
): Promise<number> {
  const state = stateIn(folder);
  const values = {
    ...readFlagWords(state.flags),
    out: join(folder, "findings"),
    ...(json === undefined ? {} : { json }),
  };
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
  const argv = ["fuzz", ...flagWords({ ...values, json: undefined })];
  const { end, reporter } = await runWorkers(values, worker(values, argv), { state, record });
  record({ kind: "ended", time: new Date().toISOString() });
  if (end.kind === "interrupted") writeLine(`to go on: campaign resume ${plain(folder)}`);
  return codeOf(end, reporter);
}

/** Does something as the only process in a campaign's folder. */
async function inFolder(
  folder: string,
  act: (journal: LineFile) => Promise<number>,
): Promise<number> {
  if (!lockForLife(folder))
    throw new UsageError(`${quoted(folder)} is in use: its campaign runs already`);
  const journal = openLineFile(journalOf(folder));
  try {
    return await act(journal);
  } finally {
    journal.close();
  }
}

function status(values: FlagValues, folder: string): number {
  const state = stateIn(folder);
  const reporter = reporterFor(values, state);
  const runs = isLocked(folder);
  const how = runs ? "runs" : state.ended ? "has ended" : "was killed";
  if (values["json"] === undefined) writeLine(`the campaign in ${plain(folder)} ${how}`);
  reporter.end({ state: how, began: state.began, jobs: state.jobs });
  if (!runs && !state.ended) writeLine(`to go on: campaign resume ${plain(folder)}`);
  return exitCodes.nothing;
}

/** Throws UsageError where there is no campaign. */
function stateIn(folder: string): CampaignState {
  refuse(notFolder(folder), "campaign");
  const path = journalOf(folder);
  if (!existsSync(path)) throw new UsageError(`${quoted(folder)} holds no campaign`);
  const read = readJournal(linesOf(path));
  if (read.kind === "invalid") throw new UsageError(`${plain(path)}: ${read.message}`);
  return read.state;
}
