/**
 * The workers of a campaign: each is started with its own programs, and started
 * anew where it was lost, behind the program that it was lost with. It knows
 * nothing of processes: who can start a worker is handed in.
 */

import type { JournalLine } from "./journal.ts";
import type { FoundMessage, FromWorker, Task, ToWorker } from "./messages.ts";
import type { Said } from "./overheard.ts";
import { plus, type Progress } from "./progress.ts";
import type { FindingEntry } from "./report.ts";
import type { Reporter } from "./reporter.ts";

/** How a worker ended. */
export type Ended =
  | { readonly kind: "exited"; readonly code: number; readonly last: LostProgram }
  | { readonly kind: "killed"; readonly signal: string; readonly last: LostProgram }
  | { readonly kind: "hung"; readonly last: LostProgram }
  | { readonly kind: "interrupted" };

/** What a lost worker was doing: its program as a trace, and where its processes stood. */
export interface LostProgram {
  readonly program: string;
  readonly processes: string;
  /** What a kernel said of it that the worker did not come to judge, and all that was said then, in lines. */
  readonly said: readonly Said[];
  readonly lines: readonly string[];
}

export interface StartedWorker {
  readonly end: Promise<Ended>;
  readonly tell: (message: ToWorker) => void;
  /** Asks it to end; asked again, it is ended. */
  readonly interrupt: () => void;
  readonly memoryBytes: () => number;
}

export interface FleetOptions {
  readonly seed: number;
  readonly jobs: number;
  readonly maxRuns: number;
  readonly maxMilliseconds: number;
  readonly maxSignatures: number;
  readonly start: (task: Task, hear: (message: FromWorker) => void) => StartedWorker;
  /** Saves what a lost worker left; `what` is `HANG` or how it died. */
  readonly saveLost: (what: Lost, last: LostProgram) => FindingEntry;
  /** Saves what a kernel said of it, each fault once. */
  readonly saveSaid: (last: LostProgram) => readonly FoundMessage[];
  readonly reporter: Reporter;
  /** Where each worker goes on; they begin at their first program where nothing is said. */
  readonly from?: readonly Begin[];
  /** Told of what must outlive this process; of how far a worker is, every now and then. */
  readonly record?: (line: JournalLine) => void;
  readonly now: () => number;
}

export interface Begin {
  readonly next: number;
  readonly skip: readonly number[];
  /** What the worker did before. */
  readonly total: Progress | undefined;
}

/** How a worker was lost: in a call, by its kernel, which says so, or by a fault that is neither's. */
export interface Lost {
  readonly kind: "hang" | "kernel" | "harness";
  readonly why: string;
}

export type FleetEnd =
  | { readonly kind: "done" | "interrupted" }
  /** The machine lacks something, or workers die again and again: one line. */
  | { readonly kind: "failed"; readonly message: string };

/** Deaths of one kind, of one worker without a program between them, and of all workers, that are enough. */
const maxInARow = 3;
const maxDeaths = 30;

/** How far a worker is stands in the journal every second at first, and later every ten. */
const soonMilliseconds = 60_000;
const laterMilliseconds = 10_000;

export class Fleet {
  private readonly options: FleetOptions;
  private readonly workers = new Set<StartedWorker>();
  private readonly started: number;
  /** Milliseconds that earlier processes took. */
  private readonly before: number;
  private failure: string | undefined;
  private stopping = false;
  private interrupted = false;
  private readonly deaths = { hang: 0, kernel: 0, harness: 0 };
  /** Whether it was recorded where the workers run. */
  private placed = false;

  constructor(options: FleetOptions) {
    this.options = options;
    this.started = options.now();
    const times = (options.from ?? []).map(({ total }) => total?.milliseconds ?? 0);
    this.before = Math.max(0, ...times);
  }

  /** Runs all workers to their end; whatever is thrown meanwhile ends them, and is what failed. */
  async run(): Promise<FleetEnd> {
    const { jobs } = this.options;
    const failing = (error: unknown): void => {
      this.failAs(error);
    };
    await Promise.all(
      Array.from({ length: jobs }, (_, worker) => this.keepRunning(worker).catch(failing)),
    );
    if (this.failure !== undefined) return { kind: "failed", message: this.failure };
    return { kind: this.interrupted ? "interrupted" : "done" };
  }

  /** What a person wants who wants no more of it; said again, no worker is waited for. */
  interrupt(): void {
    if (this.interrupted) this.askAll();
    this.interrupted = true;
    this.stop();
  }

  /** Bytes of memory of each worker. */
  memory(): readonly number[] {
    return [...this.workers].map((worker) => worker.memoryBytes());
  }

  /** Once, for a worker that is asked again is killed. */
  private stop(): void {
    if (this.stopping) return;
    this.stopping = true;
    this.askAll();
  }

  private askAll(): void {
    for (const worker of this.workers) worker.interrupt();
  }

  /** Starts one worker, and the next one in its place, until its programs or the time are used up. */
  private async keepRunning(worker: number): Promise<void> {
    let begin: Begin = this.options.from?.[worker] ?? beginning;
    let inARow = 0;
    let before: Lost["kind"] | undefined;
    while (!this.stopping) {
      const task = this.task(worker, begin);
      if (task.maxMilliseconds <= 0 || task.maxRuns <= 0) return;
      const { ended, progress, failed } = await this.runOnce(worker, task, begin.total);
      if (progress !== undefined)
        begin = { next: progress.next, skip: begin.skip, total: sum(begin.total, progress) };
      const lost = lossOf(ended, failed);
      if (lost === undefined || ended.kind === "interrupted") return;
      if (failed?.fault === "machine") {
        this.fail(failed.message);
        return;
      }
      const index = this.lose(worker, lost, ended);
      if (index !== undefined) begin = leavingOut(begin, index);
      const isIdle = progress === undefined || progress.programs === 0;
      inARow = isIdle && lost.kind === before ? inARow + 1 : 1;
      before = lost.kind;
      this.endAfter(lost, inARow);
    }
  }

  /** Ends the campaign where so many workers died that more would die as well. */
  private endAfter({ kind, why }: Lost, inARow: number): void {
    const deaths = inARow >= maxInARow ? inARow : this.deaths[kind];
    if (kind === "hang" || (inARow < maxInARow && deaths < maxDeaths)) return;
    const message = `${deaths} workers died: ${why}`;
    if (kind === "harness") this.fail(message);
    else {
      this.options.reporter.hear(0, { kind: "note", line: message });
      this.stop();
    }
  }

  /** Saves and tells of what a lost worker left; gives the number of its program, or of the next one. */
  private lose(
    worker: number,
    lost: Lost,
    ended: Exclude<Ended, { kind: "interrupted" }>,
  ): number | undefined {
    const { reporter, saveLost, saveSaid, record } = this.options;
    const [name, program] = programIn(ended.last.program);
    const found = saveSaid(ended.last);
    for (const message of found) this.hear(worker, message);
    const [said] = found;
    const isTold = lost.kind === "kernel" && said !== undefined;
    const entry = isTold ? said.entry : saveLost(lost, ended.last);
    const isNew = !reporter.knows(entry.signature);
    reporter.lost(worker, lost, name, entry);
    if (lost.kind === "hang" && isNew) record?.({ kind: "finding", worker, entry });
    if (program !== undefined) record?.({ kind: "lost", worker, program, why: lost.why });
    this.deaths[lost.kind]++;
    this.stopAtEnough();
    return program;
  }

  private fail(message: string): void {
    this.failure ??= message;
    this.stop();
  }

  private failAs(error: unknown): void {
    this.fail(error instanceof Error ? error.message : String(error));
  }

  private task(worker: number, { next, skip, total }: Begin): Task {
    const { seed, jobs, maxRuns, maxMilliseconds, reporter, now } = this.options;
    const share = Math.floor(maxRuns / jobs) + (worker < maxRuns % jobs ? 1 : 0);
    const all = Number.isFinite(maxRuns) ? share : Number.MAX_SAFE_INTEGER;
    const most = Number.isFinite(maxMilliseconds) ? maxMilliseconds : Number.MAX_SAFE_INTEGER;
    return {
      seed,
      worker,
      alone: jobs === 1,
      from: next,
      skip,
      known: reporter.signatures(),
      maxRuns: all - (total?.programs ?? 0),
      maxMilliseconds: most - this.before - (now() - this.started),
    };
  }

  private async runOnce(worker: number, task: Task, before: Progress | undefined): Promise<Ran> {
    const { reporter, record, now } = this.options;
    const started = now();
    let recorded = started;
    const checkpoint = (): void => {
      recorded = now();
      if (progress !== undefined) record?.({ kind: "at", worker, total: sum(before, progress) });
    };
    let progress: Progress | undefined;
    let failed: Failed | undefined;
    const hear = (message: FromWorker): void => {
      if (message.kind === "progress") ({ progress } = message);
      if (message.kind === "failed") failed = message;
      this.hear(worker, message, process);
      const often = now() - started < soonMilliseconds;
      if (message.kind === "progress" && (often || now() - recorded >= laterMilliseconds))
        checkpoint();
    };
    const process = this.options.start(task, (message) => {
      try {
        hear(message);
      } catch (error) {
        this.failAs(error);
      }
    });
    this.workers.add(process);
    if (this.stopping) process.interrupt();
    const ended = await process.end.finally(() => {
      this.workers.delete(process);
      reporter.ended(worker);
    });
    checkpoint();
    return { ended, progress, failed };
  }

  /** A message of a worker, which is told of and recorded, and what the others are to know of it; `from` is its process, if it still runs. */
  private hear(worker: number, message: FromWorker, from?: StartedWorker): void {
    const { reporter, record } = this.options;
    const tellOthers = (news: ToWorker): void => {
      for (const other of this.workers) if (other !== from) other.tell(news);
    };
    const isNew = message.kind === "found" && !reporter.knows(message.entry.signature);
    reporter.hear(worker, message);
    if (message.kind === "began" && !this.placed) {
      this.placed = true;
      record?.({ kind: "where", provenance: message.provenance });
    }
    if (message.kind === "kept") tellOthers(message);
    if (message.kind !== "found" || !isNew) return;
    record?.({ kind: "finding", worker, entry: message.entry });
    tellOthers({ kind: "known", signature: message.entry.signature });
    this.stopAtEnough();
  }

  private stopAtEnough(): void {
    const { reporter, maxSignatures } = this.options;
    if (reporter.signatures().length >= maxSignatures) this.stop();
  }
}

type Failed = Extract<FromWorker, { readonly kind: "failed" }>;

interface Ran {
  readonly ended: Ended;
  /** The last that it told. */
  readonly progress: Progress | undefined;
  readonly failed: Failed | undefined;
}

/** How a worker begins, and goes on without a program. */
export const beginning: Begin = { next: 0, skip: [], total: undefined };

export function leavingOut({ next, skip, total }: Begin, program: number): Begin {
  return { next, skip: [...skip, program], total };
}

/** What a worker's processes did, one after the other. */
function sum(before: Progress | undefined, progress: Progress): Progress {
  if (before === undefined) return progress;
  const milliseconds = before.milliseconds + progress.milliseconds;
  return { ...plus(before, progress), milliseconds };
}

/** How a worker was lost; undefined when it came to its end. */
function lossOf(ended: Ended, failed: Failed | undefined): Lost | undefined {
  switch (ended.kind) {
    case "hung":
      return { kind: "hang", why: "a call did not come back within --timeout" };
    case "killed": {
      const [said] = ended.last.said;
      const why = `killed by ${ended.signal}`;
      if (said === undefined) return { kind: "harness", why };
      return { kind: "kernel", why: `${why}; the kernel said: ${said.line}` };
    }
    case "exited":
      if (ended.code === 0 && failed === undefined) return undefined;
      return { kind: "harness", why: failed?.message ?? `exit code ${ended.code}` };
    case "interrupted":
      return undefined;
  }
}

/** The name of the program that a trace of a logbook is, and the number at its end. */
function programIn(text: string): readonly [name: string, number: number | undefined] {
  const [, name, number] = /^# program (.*number ([0-9]+))$/m.exec(text) ?? [];
  return [name ?? "unknown", number === undefined ? undefined : Number(number)];
}
