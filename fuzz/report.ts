/** What a campaign says: its one line while it runs, and its figures at the end. */

import { profileOf } from "../model/index.ts";
import { labelled, plain } from "../replay/index.ts";
import { sharesText, timeByPart } from "./part-clock.ts";
import type { Progress } from "./progress.ts";
import { outOfReachLines, whyNot } from "./out-of-reach.ts";
import { reachable, type Reached } from "./reached.ts";
import { surpriseLines } from "./surprises.ts";

/** Where and with what a campaign ran: shown at its start and with each finding. */
export interface Provenance {
  readonly version: string;
  readonly kernel: string;
  readonly node: string;
  /** "real" or "simulated", and the name of the target. */
  readonly target: string;
  readonly profile: string;
  /** Empty where nothing is left to chance. */
  readonly seed: string;
  /** The version of mkfs and its options; empty where none was run. */
  readonly mkfs: string;
  /** Options of mount; empty for the default. */
  readonly mount: string;
  /** Why the kernel was tainted before; empty where it was not. */
  readonly tainted: string;
}

/** A finding as it stands in the JSON of a campaign. */
export interface FindingEntry {
  readonly signature: string;
  /** Calls of the minimised program. */
  readonly calls: number;
  /** Calls of the program as it was generated. */
  readonly originalCalls: number;
  readonly trials: number;
  readonly milliseconds: number;
  /** Where it was saved; undefined, or not there, in a demonstration. */
  readonly folder?: string | undefined;
  /** How often it came so far, in all runs that saved to that folder. */
  readonly times: number;
  /** Whether it did not come at the first try on a fresh file system. */
  readonly flaky: boolean;
}

/**
 * One line, for a terminal or a log, of at most 72 columns; `memory` is in bytes, of the
 * supervisor and each worker, of which the largest is shown.
 */
export function statusLine(progress: Progress, memory: readonly number[] = []): string {
  const { reached, programs, signatures } = progress;
  const [own = 0, ...workers] = memory;
  const shown = workers.length === 0 ? [own] : [own, Math.max(...workers)];
  return [
    `runs ${short(programs)}`,
    `${short(perSecond(progress))} calls/s`,
    `rules ${rulesReached(reached).length}/${Object.keys(reached.rules).length}`,
    `findings ${signatures}`,
    ...(memory.length === 0
      ? []
      : [`memory ${shown.map((bytes) => Math.round(bytes / 2 ** 20)).join("+")}M`]),
  ].join("  ");
}

/** A count of at most seven characters: 123,456, and from a million on 1.2M. */
function short(value: number): string {
  return value < 1e6 ? count(value) : `${count(Math.floor(value / 1e5) / 10)}M`;
}

/** The same as a line of JSON, for machines. */
export function progressJson(progress: Progress, memory: readonly number[]): string {
  const { reached, programs, milliseconds, signatures } = progress;
  return JSON.stringify({
    programs,
    calls: reached.ops,
    seconds: milliseconds / 1000,
    rules: rulesReached(reached).length,
    rulesKnown: Object.keys(reached.rules).length,
    findings: signatures,
    memory,
  });
}

/** The first line of a campaign, in at most 72 columns a line. */
export function heading(provenance: Provenance): readonly string[] {
  const { version, target, kernel, profile, seed, mkfs, mount, tainted } = provenance;
  return [
    `extent-same ${version}`,
    ...labelled("  target", target, 12),
    ...labelled("  kernel", kernel, 12),
    ...(tainted === "" ? [] : labelled("  tainted", `${tainted}: results stand on this`, 12)),
    ...labelled("  held to", profile, 12),
    ...(mkfs === "" ? [] : labelled("  mkfs", mkfs, 12)),
    ...(mount === "" ? [] : labelled("  mount", mount, 12)),
    ...(seed === "" ? [] : labelled("  seed", seed, 12)),
  ];
}

/** The figures at the end. */
export function summary(
  progress: Progress,
  { profile }: Provenance,
  unattributed: string | undefined,
): readonly string[] {
  const { reached, programs, milliseconds, signatures, repeats, undecided } = progress;
  const missed = Object.entries(reached.rules).flatMap(([id, times]) => (times === 0 ? [id] : []));
  const all = Object.keys(reached.rules).length;
  const seconds = (milliseconds / 1000).toFixed(1);
  return [
    ...labelled(
      "ran",
      `${count(programs)} programs, ${count(reached.ops)} calls in ${seconds} s, ${count(perSecond(progress))} a second`,
    ),
    ...labelled("time", sharesText(progress.time)),
    ...reachedLines(reached),
    ...(undecided === 0
      ? []
      : labelled("undecided", `${count(undecided)} looks, at what a kernel may still give back`)),
    ...diskLines(progress),
    ...logLines(progress, unattributed),
    ...expectedLines(progress.expected),
    ...labelled(
      "rules",
      `${all - missed.length} of ${all} reached${missed.length === 0 ? "" : `; not reached: ${missed.join(" ")}`}`,
    ),
    ...outOfReachLines(beyond(profile, reached)),
    ...labelled(
      "found",
      signatures === 0
        ? "nothing: every answer was allowed"
        : `${signatures} different, ${repeats} more of the same`,
    ),
    ...surpriseLines(reached.surprises),
  ];
}

/** The rules of the profile that the target could not be brought to. */
function beyond(name: string, { rules }: Reached): readonly string[] {
  const profile = profileOf(name);
  return profile === undefined ? [] : reachable(profile).filter((id) => rules[id] === undefined);
}

/** What calls answered, and what was looked at. */
export function reachedLines(reached: Reached): readonly string[] {
  const { dedupe } = reached;
  return [
    ...labelled(
      "dedupe",
      `${count(dedupe.calls)} calls with ${count(dedupe.targets)} targets: ${share(dedupe.compared, dedupe.targets)} compared, ${share(dedupe.shared, dedupe.targets)} shared, ${share(dedupe.differing, dedupe.targets)} differed`,
    ),
    ...labelled("status", counted(reached.status)),
    ...labelled("errno", counted(reached.errno)),
    ...labelled(
      "allowed",
      `sets of ${Object.entries(reached.allowedSets)
        .map(([size, times]) => `${size}: ${count(times)}`)
        .join(", ")}`,
    ),
    ...Object.entries(reached.looks).flatMap(([format, counts]) =>
      labelled(
        "looked",
        `${count(counts.all)} times at ${format}, ${share(counts.determined, counts.all)} with one allowed answer`,
      ),
    ),
  ];
}

/** What became of the disks, where any was looked at as a whole. */
function diskLines({ checks: { check, scrub, complaints } }: Progress): readonly string[] {
  if (check + scrub === 0) return [];
  const scrubbed = scrub === 0 ? "" : `, scrubbed ${count(scrub)} times`;
  const found = complaints === 0 ? "nothing was wrong" : `${count(complaints)} complaints`;
  return labelled("disk", `checked ${count(check)} times${scrubbed}: ${found}`);
}

/** Differences that are no findings. */
export function expectedLines(expected: Progress["expected"]): readonly string[] {
  const rows = Object.entries(expected).map(([name, times]) => `${name} ${count(times)} times`);
  return rows.length === 0 ? [] : labelled("known", `${rows.join(", ")}; see corpus known`);
}

/** Reports in the log that are no findings, and the folder where they are. */
function logLines({ unattributed }: Progress, folder: string | undefined): readonly string[] {
  const titles = Object.entries(unattributed);
  if (titles.length === 0) return [];
  const all = titles.reduce((sum, [, times]) => sum + times, 0);
  const where = folder === undefined ? "" : `; kept in ${plain(folder)}`;
  const which = titles.map(([title]) => plain(title)).join("; ");
  return labelled("log", `${count(all)} reports that others may have led to: ${which}${where}`);
}

/** The figures for machines. */
export function toJson(
  progress: Progress,
  provenance: Provenance,
  findings: readonly FindingEntry[],
): Readonly<Record<string, unknown>> {
  const { reached, programs, milliseconds, repeats, undecided, checks, unattributed } = progress;
  const { expected, partitions } = progress;
  const { dedupe } = reached;
  return {
    ...provenance,
    programs,
    ops: reached.ops,
    seconds: milliseconds / 1000,
    time: timeByPart((part) => Math.round(progress.time[part])),
    opsPerSecond: perSecond(progress),
    calls: reached.calls,
    dedupe: {
      ...dedupe,
      comparedShare: ratio(dedupe.compared, dedupe.targets),
      sharedShare: ratio(dedupe.shared, dedupe.targets),
      differingShare: ratio(dedupe.differing, dedupe.targets),
    },
    status: shares(reached.status),
    errno: shares(reached.errno),
    allowedSets: reached.allowedSets,
    looks: reached.looks,
    partitions,
    rulesKnown: Object.keys(reached.rules).length,
    rulesReached: rulesReached(reached).length,
    rules: reached.rules,
    outOfReach: Object.fromEntries(
      beyond(provenance.profile, reached).map((id) => [id, whyNot(id)]),
    ),
    surprises: reached.surprises,
    repeats,
    undecided,
    checks,
    unattributed,
    expected,
    findings,
  };
}

function rulesReached(reached: Reached): readonly string[] {
  return Object.entries(reached.rules).flatMap(([id, times]) => (times > 0 ? [id] : []));
}

function perSecond({ reached, milliseconds }: Progress): number {
  return milliseconds === 0 ? 0 : Math.round((reached.ops * 1000) / milliseconds);
}

/** 1234567 as "1,234,567". */
export function count(value: number): string {
  return value.toLocaleString("en-US");
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}

function share(part: number, whole: number): string {
  return `${(100 * ratio(part, whole)).toFixed(1)} %`;
}

/** Words with how often each came, most often first. */
function counted(counts: Readonly<Record<string, number>>): string {
  const rows = Object.entries(counts).toSorted(([, a], [, b]) => b - a);
  return rows.length === 0
    ? "none"
    : rows.map(([word, times]) => `${word} ${count(times)}`).join(", ");
}

/** Each count with its share of all. */
function shares(
  counts: Readonly<Record<string, number>>,
): Readonly<Record<string, { readonly count: number; readonly share: number }>> {
  const all = Object.values(counts).reduce((sum, times) => sum + times, 0);
  return Object.fromEntries(
    Object.entries(counts).map(([word, times]) => [
      word,
      { count: times, share: ratio(times, all) },
    ]),
  );
}
