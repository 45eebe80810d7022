/** What a campaign says while it runs and at its end, of all its workers together. */

import { labelled, plain } from "../replay/index.ts";
import { conformanceLines, conformanceOf } from "./conformance.ts";
import type { Lost } from "./fleet.ts";
import { junitText } from "./junit.ts";
import { isHang } from "./lost-program.ts";
import { totalOf, type CampaignState } from "./journal.ts";
import type { FromWorker } from "./messages.ts";
import { plus, type Progress } from "./progress.ts";
import {
  heading,
  progressJson,
  statusLine,
  summary,
  toJson,
  type FindingEntry,
  type Provenance,
} from "./report.ts";

export interface ReporterOptions {
  /** Whether results are JSON. */
  readonly json: boolean;
  /** Whether progress is a line of JSON each time, instead of one for a person. */
  readonly progress?: "json" | undefined;
  /** Writes the end as JUnit XML, where that is wanted. */
  readonly junit?: ((text: string) => void) | undefined;
  /** Writes a result, as a whole. */
  readonly result: (text: string) => void;
  /** Writes a line about the work. */
  readonly line: (text: string) => void;
  /** Shows how far the work is; told about every second. */
  readonly status: (line: string) => void;
  readonly now: () => number;
  /** Whether it is told which rules were held, broken and not reached. */
  readonly conformance: boolean;
  /** The folder of reports of the kernel that are no findings. */
  readonly unattributed?: string | undefined;
  /** What was done, and found, before; of a campaign that goes on. */
  readonly before?: CampaignState;
}

export class Reporter {
  private readonly options: ReporterOptions;
  private readonly started: number;
  private readonly findings: FindingEntry[] = [];
  /** What processes did that have ended. */
  private done: Progress | undefined;
  /** What running workers told last. */
  private readonly running = new Map<number, Progress>();
  /** Where the workers run, once one of them said so. */
  provenance: Provenance | undefined;
  /** What it took before. */
  private readonly milliseconds: number;
  private lostWorkers: number;
  /** Findings of workers that had come before, which did not know of each other. */
  private repeats = 0;
  private began = false;
  /** Whether all that was wanted of its end was written. */
  isWritten = true;

  constructor(options: ReporterOptions) {
    this.options = options;
    this.started = options.now();
    const { before } = options;
    this.done = before === undefined ? undefined : totalOf(before);
    this.milliseconds = this.done?.milliseconds ?? 0;
    for (const entry of before?.findings ?? []) this.keep(entry);
    this.lostWorkers = before?.lost ?? 0;
    this.provenance = before?.provenance;
  }

  /** A message of a worker. */
  hear(worker: number, message: FromWorker): void {
    switch (message.kind) {
      case "began":
        if (!this.began) for (const line of heading(message.provenance)) this.options.line(line);
        this.began = true;
        this.provenance ??= message.provenance;
        return;
      case "progress":
        this.running.set(worker, message.progress);
        return;
      case "found":
        this.add(message.entry, message.text);
        return;
      case "kept":
      case "note":
      case "failed":
        if (message.kind === "note") this.options.line(message.line);
    }
  }

  /** A worker has ended: what it told last stays. */
  ended(worker: number): void {
    const progress = this.running.get(worker);
    this.running.delete(worker);
    if (progress !== undefined)
      this.done = this.done === undefined ? progress : plus(this.done, progress);
  }

  /** A worker was lost, with the program of this name, and what was saved of it. */
  lost(worker: number, { kind, why }: Lost, program: string, entry: FindingEntry): void {
    this.lostWorkers++;
    const isNew = kind === "hang" && !this.knows(entry.signature);
    const text = [
      "",
      ...(isNew ? [`finding ${entry.signature}`] : [`worker ${worker} was lost`]),
      ...labelled("why", plain(why)),
      ...labelled("program", `${plain(program)}, of ${entry.calls} calls so far`),
      ...(entry.folder === undefined ? [] : [`saved      ${entry.folder}`]),
      "",
    ].join("\n");
    if (kind === "hang") this.add(entry, text);
    if (!isNew) this.options.line(text);
  }

  /** Different signatures that were found, also before. */
  signatures(): readonly string[] {
    return this.findings.map(({ signature }) => signature);
  }

  /** Whether it was found, also before. */
  knows(signature: string): boolean {
    return this.signatures().includes(signature);
  }

  /** Whether a call did not come back, also before. */
  get hung(): boolean {
    return this.signatures().some(isHang);
  }

  /** What all workers did so far; undefined before they did anything. */
  progress(): Progress | undefined {
    const all = [...(this.done === undefined ? [] : [this.done]), ...this.running.values()];
    const [first, ...more] = all;
    if (first === undefined) return undefined;
    const sum = more.reduce(plus, first);
    const milliseconds = this.milliseconds + this.options.now() - this.started;
    const repeats = sum.repeats + this.repeats;
    return { ...sum, milliseconds, signatures: this.findings.length, repeats };
  }

  /** Shows how far all workers are; `memory` is in bytes, the supervisor's and each worker's. */
  tick(memory: readonly number[]): void {
    const progress = this.progress();
    if (progress === undefined) return;
    if (this.options.progress === "json") this.options.line(progressJson(progress, memory));
    else this.options.status(statusLine(progress, memory));
  }

  /** The figures at the end, and, for machines, what else there is to say. */
  end(more: Readonly<Record<string, unknown>> = {}): void {
    const progress = this.progress();
    const { provenance } = this;
    if (progress === undefined || provenance === undefined) return;
    const conformance = this.options.conformance
      ? conformanceOf(progress.reached, this.findings)
      : undefined;
    const isKept = Object.keys(progress.unattributed).length > 0;
    const unattributedFolder = isKept ? this.options.unattributed : undefined;
    this.options.result(
      this.options.json
        ? JSON.stringify(
            {
              ...toJson(progress, provenance, this.findings),
              unattributedFolder,
              lostWorkers: this.lostWorkers,
              conformance,
              ...more,
            },
            undefined,
            2,
          )
        : [
            ...summary(progress, provenance, unattributedFolder),
            ...this.lostLines(),
            ...(conformance === undefined ? [] : conformanceLines(provenance.profile, conformance)),
          ].join("\n"),
    );
    this.writeJunit(progress);
  }

  private writeJunit(progress: Progress): void {
    try {
      this.options.junit?.(junitText(progress, this.findings));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.options.line(`--junit cannot be written: ${plain(reason)}`);
      this.isWritten = false;
    }
  }

  private lostLines(): readonly string[] {
    if (this.lostWorkers === 0) return [];
    return labelled("workers", `${this.lostWorkers} lost`);
  }

  private add(entry: FindingEntry, text: string): void {
    if (this.keep(entry) && !this.options.json) this.options.result(text);
  }

  /** Keeps the first finding of each signature; says whether it is. */
  private keep(entry: FindingEntry): boolean {
    const isNew = !this.knows(entry.signature);
    if (isNew) this.findings.push(entry);
    else this.repeats++;
    return isNew;
  }
}
