/**
 * A campaign, or a worker's part of it: it tells where it runs, how far it is, and
 * what it found; a finding is on disk before it is told of.
 */

import {
  cameText,
  describe,
  excerpt,
  keepTrace,
  keepUnattributed,
  labelled,
  lastPictures,
  plain,
  printEvent,
  printTrace,
  programsIn,
  saveFinding,
  type Event,
  type FindingFiles,
  type Programs,
  type SavedFinding,
  type Trace,
} from "../replay/index.ts";
import type { FileSystemUnderTest, Model, Op } from "../model/index.ts";
import { campaign, type CampaignHooks, type Expected } from "./campaign.ts";
import type { Found, RanProgram, Reported } from "./discoveries.ts";
import { occasionOf } from "./lost-program.ts";
import type { FromWorker, Task } from "./messages.ts";
import { openersOf } from "./openers.ts";
import type { Overheard, Said } from "./overheard.ts";
import { Repeats } from "./repeats.ts";
import type { FindingEntry, Provenance } from "./report.ts";
import type { Settings } from "./settings.ts";

/** What findings are saved with, and told to. */
export interface Saving {
  readonly model: Model;
  readonly target: FileSystemUnderTest;
  readonly settings: Settings;
  readonly provenance: Provenance;
  /** Differences that are no findings. */
  readonly expected: Expected;
  /** The folder for findings; undefined for a demonstration, which saves none. */
  readonly out: string | undefined;
  /** Flags, each with a space behind it, by which a replay meets the same target and profile. */
  readonly again: string;
  /** What the kernel says meanwhile. */
  readonly overheard: Overheard;
  readonly tell: (message: FromWorker) => void;
}

export interface Session extends Saving {
  /** Which part of the campaign is this worker's; all of it where nobody says. */
  readonly task: Task | undefined;
  /** Reads the programs that show rules at work; asked where they are run alone. */
  readonly shown: () => readonly (readonly Op[])[];
  /** A folder of programs that are worth running again; undefined where none is kept. */
  readonly corpus: string | undefined;
  readonly begins: NonNullable<CampaignHooks["begins"]>;
  readonly news: NonNullable<CampaignHooks["news"]>;
  readonly reached: NonNullable<CampaignHooks["reached"]>;
  readonly now: () => number;
  /** Whether a finding is to be told of as small as it is by now, for the campaign must end. */
  readonly stopped?: () => boolean;
  readonly pause: CampaignHooks["pause"];
}

/** Runs it to its end. */
export async function runSession(session: Session): Promise<void> {
  const { model, target, settings, provenance, task, tell } = session;
  tell({ kind: "began", provenance });
  const started = session.now();
  const repeats = new Repeats(session.now);
  const { programs: kept, problems } =
    session.corpus === undefined ? noPrograms : programsIn(session.corpus);
  for (const line of problems) tell({ kind: "note", line });
  const progress = await campaign(
    model,
    target,
    {
      ...settings,
      ...task,
      openers: openersOf(session),
      kept,
      expected: session.expected,
      now: session.now,
      stopped: session.stopped,
    },
    {
      overheard: session.overheard,
      reported: (reported) => {
        keepReported(session, reported, session.now() - started);
      },
      unattributed: (said, program) => keepOther(session, task?.worker ?? 0, said, program),
      found: (found) => {
        keep(session, found, session.now() - started);
      },
      kept: keeper(session),
      again: (signature) => {
        repeats.add(signature);
      },
      progress: (latest) => {
        repeats.flushNowAndThen(session.out, provenance);
        tell({ kind: "progress", progress: latest });
      },
      begins: session.begins,
      news: session.news,
      reached: session.reached,
      pause: session.pause,
    },
  );
  repeats.flush(session.out, provenance);
  tell({ kind: "progress", progress });
}

/** Keeps programs in the folder for them, if any; one that cannot be written is run all the same, and that is said once. */
function keeper(session: Session): NonNullable<CampaignHooks["kept"]> {
  const { corpus, tell } = session;
  let isTold = false;
  return (events, parts) => {
    if (corpus === undefined) return;
    try {
      keepTrace(corpus, { ...traceOf(session, events), expect: [] });
      tell({ kind: "kept", parts });
    } catch (error) {
      if (!isTold) tell({ kind: "note", line: `a program is not kept: ${reasonOf(error)}` });
      isTold = true;
    }
  };
}

const noPrograms: Programs = { programs: [], problems: [] };

/** Saves a finding, and then tells of it. */
export function keep(session: Saving, found: Found, milliseconds: number): void {
  const entry = save(session, found, milliseconds);
  session.tell({ kind: "found", entry, text: findingText(session, found, entry) });
}

/** The same for a report of the kernel. */
export function keepReported(session: Saving, reported: Reported, milliseconds: number): void {
  const entry = saveReported(session, reported, milliseconds);
  session.tell({ kind: "found", entry, text: reportedText(session, reported, entry) });
}

/** Keeps a report that somebody else may have led to, with the program of this worker; whether no other worker has. */
export function keepOther(
  session: Saving,
  worker: number,
  said: Said,
  { events }: RanProgram,
): boolean {
  const { out, overheard, tell } = session;
  if (out === undefined) return true;
  const program = printTrace({ ...traceOf(session, events), expect: [] });
  try {
    return keepUnattributed(out, said, { worker, lines: overheard.lines(), program });
  } catch (error) {
    tell({ kind: "note", line: `a report of the kernel is not kept: ${reasonOf(error)}` });
    return true;
  }
}

function eventsOf(found: Found): readonly Event[] {
  return found.minimised?.events ?? found.original;
}

function save(session: Saving, found: Found, milliseconds: number): FindingEntry {
  const { out, provenance } = session;
  const entry: FindingEntry = {
    signature: found.signature,
    calls: eventsOf(found).length,
    originalCalls: found.original.length,
    trials: found.minimised?.trials ?? 0,
    milliseconds: Math.round(milliseconds),
    folder: undefined,
    times: 1,
    flaky: found.flaky,
  };
  if (out === undefined) return entry;
  const kept = saved(session, out, found.signature, {
    description: `${findingText(session, found, entry)}\n`,
    "repro.trace": printTrace(traceOf(session, eventsOf(found))),
    "original.trace": printTrace(traceOf(session, found.original)),
    "dmesg.txt": logText(session),
    "env.json": `${JSON.stringify({ ...provenance, program: found.program, ...entry }, undefined, 2)}\n`,
  });
  return { ...entry, ...kept };
}

/** Saves a report of the kernel, with the program that ran then; nobody made it smaller. */
function saveReported(session: Saving, reported: Reported, milliseconds: number): FindingEntry {
  const { out, provenance } = session;
  const { signature, program, events } = reported;
  const entry: FindingEntry = {
    signature,
    calls: events.length,
    originalCalls: events.length,
    trials: 0,
    milliseconds: Math.round(milliseconds),
    folder: undefined,
    times: 1,
    flaky: false,
  };
  if (out === undefined) return entry;
  const kept = saved(session, out, signature, {
    description: `${reportedText(session, reported, entry)}\n`,
    "repro.trace": printTrace({ ...traceOf(session, events), expect: [] }),
    "dmesg.txt": logText(session),
    "env.json": `${JSON.stringify({ ...provenance, program, ...entry }, undefined, 2)}\n`,
  });
  return { ...entry, ...kept };
}

function logText(session: Saving): string {
  return session.overheard
    .lines()
    .map((line) => `${line}\n`)
    .join("");
}

/** Where a finding is; nowhere, and said, where it cannot be written: it is shown all the same. */
function saved(
  session: Saving,
  out: string,
  name: string,
  files: FindingFiles,
): Partial<SavedFinding> {
  try {
    return saveFinding(out, name, files, occasionOf(session.provenance));
  } catch (error) {
    session.tell({ kind: "note", line: `finding ${name} is not saved: ${reasonOf(error)}` });
    return {};
  }
}

function reasonOf(error: unknown): string {
  return plain(error instanceof Error ? error.message : String(error));
}

function traceOf(session: Saving, events: readonly Event[]): Trace {
  const { model, target, settings, provenance } = session;
  return {
    version: 1,
    target: target.name,
    block: target.block,
    format: target.format.name,
    seed: provenance.seed === "" ? undefined : BigInt(settings.seed),
    expect: [{ profile: model.profile.name, verdict: { kind: "diverged", at: events.length } }],
    comments: [],
    events,
    trailing: [],
  };
}

/** Lines of at most 72 columns, calls apart. */
function findingText(session: Saving, found: Found, entry: FindingEntry): string {
  const divergence = found.minimised?.divergence ?? found.divergence;
  const events = eventsOf(found);
  const made =
    found.minimised === undefined
      ? "it did not diverge again in some runs: kept as it was, and called flaky"
      : `made from ${entry.originalCalls} in ${entry.trials} trials${found.minimised.finished ? "" : ", and not to its end"}${entry.flaky ? `; flaky: ${cameText(found.minimised.came)}` : ", confirmed on a fresh file system"}`;
  return [
    "",
    `finding ${found.signature}`,
    ...describe(session.model, divergence),
    ...labelled("program", `${events.length} calls, ${made}`),
    ...events.map((event) => excerpt(printEvent(event), "")),
    ...lastPictures(session.model, session.target.format.name, events),
    ...savedLines(session, entry),
    "",
  ].join("\n");
}

/** Of a report of the kernel: what it says, and the program that ran. */
function reportedText(session: Saving, { said, events }: Reported, entry: FindingEntry): string {
  return [
    "",
    `finding ${entry.signature}`,
    ...labelled("log", plain(said.line)),
    ...labelled(
      "program",
      `${events.length} calls, which ran when the kernel said so; not made smaller`,
    ),
    ...savedLines(session, entry),
    "",
  ].join("\n");
}

function savedLines(session: Saving, { folder, times }: FindingEntry): readonly string[] {
  if (folder === undefined) return [];
  const before = times === 1 ? "" : ` holds an earlier one: this is time ${times}`;
  return [
    `saved      ${folder}${before}`,
    `replay     npm run extent-same -- replay ${session.again}${folder}/repro.trace`,
  ];
}
