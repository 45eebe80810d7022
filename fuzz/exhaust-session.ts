/** A scope gone through as a person runs it: it goes on where it was stopped, and says how far it is. */

import { labelled, openRecord, type OpenedRecord, type RunRecord } from "../replay/index.ts";
import { exhaust, type Exhausted } from "./exhaust.ts";
import { Repeats } from "./repeats.ts";
import { count, expectedLines, heading, reachedLines, type FindingEntry } from "./report.ts";
import { newScope, scopeBounds, type ScopeName } from "./scope.ts";
import type { FromWorker } from "./messages.ts";
import { keep, keepOther, keepReported, type Saving } from "./session.ts";

/** Of what is found `out` has it and the record. */
export interface ExhaustSession extends Omit<Saving, "tell" | "out"> {
  readonly out: string;
  readonly json: boolean;
  readonly result: (text: string) => void;
  /** Lines of the heading, each told once; and the line of progress, told about every second. */
  readonly heading: (line: string) => void;
  readonly progress: (line: string) => void;
  readonly now: () => number;
  /** Whether a finding is to be told of as small as it is by now, for the run must end. */
  readonly stopped: () => boolean;
  readonly pause: () => Promise<boolean>;
}

/** The name of the record among the findings. */
const recordName = "exhaustive.record";

/** Runs what is left of a scope; gives the number of different findings, those of earlier runs too, or, in one line, why it cannot go on. */
export async function runExhaustive(
  session: ExhaustSession,
  name: ScopeName,
): Promise<number | string> {
  const opened = openRun(session, name);
  return opened.kind === "refused" ? opened.message : runFrom(session, name, opened.record);
}

/** Opens what is known of this run in its folder: of the same target, profile, format and scope. */
function openRun({ out, provenance, settings }: ExhaustSession, scope: ScopeName): OpenedRecord {
  const { target, kernel, profile, mkfs, mount } = provenance;
  const [format] = settings.formats;
  const words = [
    `exhaustive 1`,
    scope,
    target,
    kernel,
    `held to ${profile}`,
    format.name,
    mkfs,
    mount,
  ];
  return openRecord(`${out}/${recordName}`, words.filter((word) => word !== "").join("   "));
}

async function runFrom(
  session: ExhaustSession,
  name: ScopeName,
  record: RunRecord,
): Promise<number> {
  const { model, target, settings, provenance } = session;
  const findings: FindingEntry[] = [];
  for (const line of heading(provenance)) session.heading(line);
  target.use(settings.formats[0]);
  target.begin();
  const { format } = target;
  const scope = newScope(scopeBounds[name], format.block);
  for (const line of scopeLines(name, scope.states.length, scope.count, record.done)) {
    session.heading(line);
  }
  const started = session.now();
  const repeats = new Repeats(session.now);
  const tell = (message: FromWorker): void => {
    if (message.kind === "note") session.heading(message.line);
    if (message.kind !== "found") return;
    record.note(message.entry.signature);
    findings.push(message.entry);
    if (!session.json) session.result(message.text);
  };
  const saving: Saving = { ...session, tell };
  const exhausted = await exhaust(
    model,
    target,
    scope,
    {
      ...settings,
      format,
      done: record.done,
      known: record.found,
      expected: session.expected,
      now: session.now,
      stopped: session.stopped,
    },
    {
      overheard: session.overheard,
      reported: (reported) => {
        keepReported(saving, reported, session.now() - started);
      },
      unattributed: (said, program) => keepOther(saving, 0, said, program),
      found: (found) => {
        keep(saving, found, session.now() - started);
      },
      again: (signature) => {
        repeats.add(signature);
      },
      progress: (progress) => {
        repeats.flushNowAndThen(session.out, provenance);
        record.add(progress.done);
        session.progress(statusLine(progress));
      },
      pause: session.pause,
    },
  );
  repeats.flush(session.out, provenance);
  record.add(exhausted.done);
  session.result(
    session.json
      ? JSON.stringify({ ...provenance, ...exhausted, findings }, undefined, 2)
      : summary(exhausted, record.found).join("\n"),
  );
  return record.found.length + findings.length;
}

function scopeLines(
  name: ScopeName,
  states: number,
  cases: number,
  done: number,
): readonly string[] {
  const before = done === 0 ? "" : `; ${count(done)} were done before`;
  return labelled(
    "  scope",
    `${name}: ${count(states)} states, ${count(cases)} cases${before}`,
    12,
  );
}

/** One line, for a terminal or a log. */
function statusLine({ done, count: all, cases, milliseconds, signatures }: Exhausted): string {
  const left = cases === 0 ? 0 : ((all - done) * milliseconds) / cases;
  return [
    `cases ${count(done)}/${count(all)}`,
    `${((100 * done) / all).toFixed(1)} %`,
    `${count(rate(cases, milliseconds))}/s`,
    `${Math.ceil(left / 60_000)} min left`,
    `findings ${signatures}`,
  ].join("   ");
}

function summary(exhausted: Exhausted, before: readonly string[]): readonly string[] {
  const { done, count: all, cases, milliseconds, signatures, diverged, reached } = exhausted;
  const end =
    done === all ? "all are done" : `${count(all - done)} are left: the same line goes on`;
  return [
    ...labelled(
      "ran",
      `${count(cases)} cases in ${(milliseconds / 1000).toFixed(1)} s, ${count(rate(cases, milliseconds))} a second`,
    ),
    ...labelled("scope", `${count(done)} of ${count(all)} cases; ${end}`),
    ...reachedLines(reached),
    ...expectedLines(exhausted.expected),
    ...(before.length === 0 ? [] : labelled("found", `before: ${before.join(", ")}`)),
    ...labelled(
      "found",
      signatures === 0
        ? "nothing: every answer was allowed"
        : `${signatures} different, in ${count(diverged)} cases`,
    ),
  ];
}

function rate(cases: number, milliseconds: number): number {
  return milliseconds === 0 ? 0 : Math.round((cases * 1000) / milliseconds);
}
