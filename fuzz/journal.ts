/**
 * The journal of a campaign: one JSON object a line, only ever added to. What a
 * campaign has done, found and lost is what its lines add up to.
 */

import { fits, type Shape } from "./json-shape.ts";
import { beginning, leavingOut, type Begin } from "./fleet.ts";
import { parts, timeByPart } from "./part-clock.ts";
import { plus, type Progress } from "./progress.ts";
import type { FindingEntry, Provenance } from "./report.ts";

export type JournalLine =
  /** The first line: the flags that every run of the campaign has. */
  | {
      readonly kind: "campaign";
      readonly version: 1;
      readonly seed: number;
      readonly jobs: number;
      readonly flags: readonly string[];
    }
  /** A process of the campaign began; `time` as of ISO 8601. */
  | { readonly kind: "began"; readonly time: string }
  /** It ended in good order, for this reason. */
  | { readonly kind: "ended"; readonly time: string; readonly why: string }
  | { readonly kind: "where"; readonly provenance: Provenance }
  /** How far a worker is, of all its processes together. */
  | { readonly kind: "at"; readonly worker: number; readonly total: Progress }
  | { readonly kind: "finding"; readonly worker: number; readonly entry: FindingEntry }
  /** A worker was lost with a program, which is left out from now on. */
  | {
      readonly kind: "lost";
      readonly worker: number;
      readonly program: number;
      readonly why: string;
    };

/** What the lines of a journal add up to. */
export interface CampaignState {
  readonly seed: number;
  readonly jobs: number;
  readonly flags: readonly string[];
  readonly provenance: Provenance | undefined;
  /** Of each worker, as far as it came. */
  readonly workers: readonly Begin[];
  readonly findings: readonly FindingEntry[];
  readonly lost: number;
  /** Times at which a process began, and whether the last one ended in good order. */
  readonly began: readonly string[];
  readonly ended: boolean;
  /** Why it did; empty where nobody says. */
  readonly why: string;
}

export type ReadJournal =
  | { readonly kind: "campaign"; readonly state: CampaignState }
  /** One line: which line of the journal, and what is wrong with it. */
  | { readonly kind: "invalid"; readonly message: string };

/**
 * Adds up the whole lines of a journal. Most say how far a worker is: of those the
 * last one of each is read, the others are passed over.
 */
export function readJournal(lines: Iterable<string>): ReadJournal {
  let number = 0;
  let first: First | undefined;
  const more: JournalLine[] = [];
  const far = new Map<string, readonly [number: number, text: string]>();
  for (const text of lines) {
    number++;
    const worker =
      first === undefined ? undefined : /^\{"kind":"at","worker":(\d+),/.exec(text)?.[1];
    if (worker !== undefined) {
      far.set(worker, [number, text]);
      continue;
    }
    const line = readLine(text);
    if (line === undefined) return noLine(number, text);
    if (first !== undefined && line.kind === "campaign")
      return invalid(`line ${number} begins another campaign`);
    if (first !== undefined) more.push(line);
    else if (line.kind === "campaign") first = line;
    else break;
  }
  if (first === undefined) return invalid("line 1 does not begin a campaign");
  for (const [at, text] of far.values()) {
    const line = readLine(text);
    if (line === undefined) return noLine(at, text);
    more.push(line);
  }
  return { kind: "campaign", state: stateOf(first, more) };
}

function noLine(number: number, text: string): ReadJournal {
  if (number === 1 && /^\{"kind":"campaign","version":(?!1,)/.test(text))
    return invalid("another version of this program has begun it: go on with that one");
  return invalid(
    `line ${number} is no line of a journal: without that line the campaign goes on, but for what it said`,
  );
}

/** The line as it is written, without a line end. */
export function journalText(line: JournalLine): string {
  return JSON.stringify(line);
}

/** What all workers did; undefined before they did anything. */
export function totalOf({ workers }: CampaignState): Progress | undefined {
  const totals = workers.map(({ total }) => total).filter((total) => total !== undefined);
  const [first, ...more] = totals;
  return first === undefined ? undefined : more.reduce(plus, first);
}

type First = Extract<JournalLine, { readonly kind: "campaign" }>;

function stateOf({ seed, jobs, flags }: First, lines: readonly JournalLine[]): CampaignState {
  const workers: Begin[] = Array.from({ length: jobs }, () => beginning);
  const findings: FindingEntry[] = [];
  const began: string[] = [];
  let provenance: Provenance | undefined;
  let lost = 0;
  let ended = false;
  let why = "";
  for (const line of lines) {
    const before = "worker" in line ? workers[line.worker] : undefined;
    switch (line.kind) {
      case "began":
        began.push(line.time);
        ended = false;
        break;
      case "ended":
        ended = true;
        ({ why } = line);
        break;
      case "where":
        ({ provenance } = line);
        break;
      case "at":
        if (before !== undefined)
          workers[line.worker] = { next: line.total.next, skip: before.skip, total: line.total };
        break;
      case "finding":
        findings.push(line.entry);
        break;
      case "lost":
        lost++;
        if (before !== undefined) workers[line.worker] = leavingOut(before, line.program);
        break;
      case "campaign":
    }
  }
  return { seed, jobs, flags, provenance, workers, findings, lost, began, ended, why };
}

const counts: Shape = { each: "number" };

const progress: Shape = {
  fields: {
    programs: "number",
    next: "number",
    milliseconds: "number",
    time: { fields: Object.fromEntries(parts.map((part) => [part, "number"])) },
    signatures: "number",
    repeats: "number",
    undecided: "number",
    partitions: "number",
    unattributed: counts,
    expected: counts,
    checks: { fields: { check: "number", scrub: "number", complaints: "number" } },
    reached: {
      fields: {
        ops: "number",
        calls: counts,
        dedupe: {
          fields: {
            calls: "number",
            targets: "number",
            compared: "number",
            shared: "number",
            differing: "number",
          },
        },
        status: counts,
        errno: counts,
        allowedSets: counts,
        looks: { each: { fields: { all: "number", determined: "number" } } },
        rules: counts,
        surprises: counts,
      },
    },
  },
};

const entry: Shape = {
  fields: {
    signature: "string",
    calls: "number",
    originalCalls: "number",
    trials: "number",
    milliseconds: "number",
    times: "number",
    flaky: "boolean",
  },
};

const provenance: Shape = {
  fields: {
    version: "string",
    kernel: "string",
    node: "string",
    target: "string",
    profile: "string",
    seed: "string",
    mkfs: "string",
    mount: "string",
    tainted: "string",
  },
};

const shapes: Readonly<Record<JournalLine["kind"], Shape>> = {
  campaign: {
    fields: { version: "number", seed: "number", jobs: "number", flags: { list: "string" } },
  },
  began: { fields: { time: "string" } },
  ended: { fields: { time: "string", why: "string" } },
  where: { fields: { provenance } },
  at: { fields: { worker: "number", total: progress } },
  finding: { fields: { worker: "number", entry } },
  lost: { fields: { worker: "number", program: "number", why: "string" } },
};

/** Characters of a line, and workers, at most. */
const maxLine = 1 << 20;
const maxJobs = 64;

/** The line that a text is; undefined for any other text. */
function readLine(text: string): JournalLine | undefined {
  if (text.length > maxLine) return undefined;
  let value: unknown;
  try {
    value = withReason(withTimes(JSON.parse(text)));
  } catch {
    return undefined;
  }
  return isLine(value) ? value : undefined;
}

/** A campaign that was begun when nobody told what time goes into, or less of it, goes on: of that nothing is known. */
function withTimes(value: unknown): unknown {
  if (!isObject(value) || !("total" in value) || !isObject(value.total)) return value;
  const { total } = value;
  const time = "time" in total ? total.time : {};
  if (!isObject(time)) return value;
  return { ...value, total: { ...total, time: { ...timeByPart(() => 0), ...time } } };
}

/** Nor did a campaign say at first why it ended. */
function withReason(value: unknown): unknown {
  return isObject(value) && "kind" in value && value.kind === "ended"
    ? { why: "", ...value }
    : value;
}

function isLine(value: unknown): value is JournalLine {
  if (!isObject(value) || !("kind" in value)) return false;
  const shape = Object.entries(shapes).find(([kind]) => kind === value.kind)?.[1];
  if (shape === undefined || !fits(value, shape)) return false;
  const jobs = "jobs" in value ? Number(value.jobs) : 1;
  const version = "version" in value ? value.version : 1;
  return version === 1 && Number.isInteger(jobs) && jobs >= 1 && jobs <= maxJobs;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function invalid(message: string): ReadJournal {
  return { kind: "invalid", message };
}
