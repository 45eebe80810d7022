import { expect, test } from "vitest";
import {
  Fleet,
  type Ended,
  type FleetEnd,
  type FleetOptions,
  type Lost,
} from "../../fuzz/fleet.ts";
import {
  readJournal,
  journalText,
  totalOf,
  type CampaignState,
  type JournalLine,
} from "../../fuzz/journal.ts";
import type { FromWorker, Task, ToWorker } from "../../fuzz/messages.ts";
import { timeByPart } from "../../fuzz/part-clock.ts";
import type { FindingEntry } from "../../fuzz/report.ts";
import { entry, told } from "./told-messages.ts";
import { Reporter } from "../../fuzz/reporter.ts";

/** What a worker that is started tells, one after the other, and how it ends. */
type Script = (task: Task) => {
  readonly tells: readonly FromWorker[];
  readonly ended: Ended | Promise<Ended> | "when asked";
};

interface Ran {
  readonly end: FleetEnd;
  readonly tasks: readonly Task[];
  readonly lost: readonly Lost[];
  readonly journal: readonly JournalLine[];
  readonly reporter: Reporter;
  /** What each worker was told. */
  readonly heard: readonly (readonly [worker: number, message: ToWorker])[];
  /** Who was asked to end. */
  readonly asked: readonly number[];
}

async function run(jobs: number, script: Script, more: Partial<FleetOptions> = {}): Promise<Ran> {
  const tasks: Task[] = [];
  const lost: Lost[] = [];
  const heard: [number, ToWorker][] = [];
  const asked: number[] = [];
  const journal: JournalLine[] = [{ kind: "campaign", version: 1, seed: 7, jobs, flags: [] }];
  const reporter = quietReporter();
  const fleet = new Fleet({
    seed: 7,
    jobs,
    maxRuns: 100,
    maxMilliseconds: Infinity,
    maxSignatures: 20,
    start: (task, hear) => {
      tasks.push(task);
      const { tells, ended } = script(task);
      let interrupt: (ended: Ended) => void = () => undefined;
      const interrupted = new Promise<Ended>((resolve) => (interrupt = resolve));
      const end = Promise.resolve().then(() => {
        for (const message of tells) hear(message);
        return ended === "when asked" ? interrupted : ended;
      });
      return {
        end,
        tell: (message) => heard.push([task.worker, message]),
        interrupt: () => {
          asked.push(task.worker);
          interrupt({ kind: "interrupted" });
        },
        memoryBytes: () => 0,
      };
    },
    saveSaid: ({ said }) =>
      said.map(({ title }) => ({ kind: "found", entry: entry(`P.LOG.bug.${title}`), text: "" })),
    saveLost: (what) => {
      lost.push(what);
      return entry(`P.HANG.timeout.${lost.length}`);
    },
    record: (line) => journal.push(line),
    reporter,
    now: () => 0,
    ...more,
  });
  return { end: await fleet.run(), tasks, lost, journal, reporter, heard, asked };
}

function quietReporter(before?: CampaignState): Reporter {
  return new Reporter({
    json: false,
    conformance: false,
    result: () => undefined,
    line: () => undefined,
    status: () => undefined,
    now: () => 0,
    ...(before === undefined ? {} : { before }),
  });
}

const silent = { processes: "", said: [], lines: [] };

const last = (program: number) => ({
  program: `# program number ${program}\ntrace 1`,
  ...silent,
});
const atEnd: Ended = { kind: "exited", code: 0, last: { program: "", ...silent } };

test("each worker has programs of its own, and their sum is what was asked for", async () => {
  const { end, tasks, reporter } = await run(3, ({ maxRuns }) => ({
    tells: [told(maxRuns, maxRuns)],
    ended: atEnd,
  }));
  expect(end).toEqual({ kind: "done" });
  expect(tasks.map(({ worker, from, maxRuns }) => [worker, from, maxRuns])).toEqual([
    [0, 0, 34],
    [1, 0, 33],
    [2, 0, 33],
  ]);
  expect(reporter.progress()).toMatchObject({ programs: 100, reached: { ops: 300 } });
});

test.each([
  ["at all", /"time":\{[^}]*\},/, 0],
  ["of every part", /"programs":1,/, 1],
])(
  "a campaign whose journal does not say %s what its time went into goes on",
  async (_, gone, calls) => {
    const { journal } = await run(1, () => ({ tells: [told(100, 100)], ended: atEnd }));
    const lines = journal.map(journalText);
    const older = lines.map((line) => line.replace(gone, ""));
    expect(older).not.toEqual(lines);
    const read = readJournal(older);
    if (read.kind === "invalid") throw new Error(read.message);
    expect(totalOf(read.state)).toMatchObject({ programs: 100, time: { programs: 0, calls } });
  },
);

test("a worker that hangs is a finding, and the next one goes on where it was, without that program", async () => {
  let starts = 0;
  const { end, tasks, lost, reporter, journal } = await run(1, () =>
    starts++ === 0
      ? { tells: [told(40, 40)], ended: { kind: "hung", last: last(45) } }
      : { tells: [told(60, 101)], ended: atEnd },
  );
  expect(end).toEqual({ kind: "done" });
  expect(lost).toMatchObject([{ kind: "hang" }]);
  expect(tasks[1]).toMatchObject({ from: 40, skip: [45], maxRuns: 60 });
  expect(reporter.hung).toBe(true);
  expect(reporter.signatures()).toHaveLength(1);
  const lines = journal.map(journalText);
  const read = readJournal(lines);
  if (read.kind === "invalid") throw new Error(read.message);
  const passedOver = '{"kind":"at","worker":0,"total":"what nobody reads"}';
  expect(readJournal(lines.toSpliced(1, 0, passedOver))).toEqual(read);
  expect(read.state.workers).toMatchObject([{ next: 101, skip: [45] }]);
  expect(totalOf(read.state)).toMatchObject({
    programs: 100,
    milliseconds: 20,
    time: timeByPart(() => 2),
  });
});

test("what a worker keeps a program for is told to all the others", async () => {
  const kept = { kind: "kept", parts: ["a part"] } as const;
  const { heard } = await run(3, ({ worker, maxRuns }) => ({
    tells: [...(worker === 1 ? [kept] : []), told(maxRuns, maxRuns)],
    ended: atEnd,
  }));
  expect(heard).toEqual([
    [0, kept],
    [2, kept],
  ]);
});

test("three deaths in a row end a campaign; deaths with work between them do not", async () => {
  const ended: Ended = { kind: "killed", signal: "SIGSEGV", last: last(0) };
  const dead = await run(1, () => ({ tells: [], ended }));
  expect(dead.end).toEqual({ kind: "failed", message: "3 workers died: killed by SIGSEGV" });
  expect(dead.reporter.signatures()).toEqual([]);
  const alive = await run(1, ({ from, maxRuns }) =>
    maxRuns > 10
      ? { tells: [told(10, from + 10)], ended }
      : { tells: [told(maxRuns, from + maxRuns)], ended: atEnd },
  );
  expect([alive.end, alive.tasks.length]).toEqual([{ kind: "done" }, 10]);
});

test("a worker that its kernel killed is a finding, each fault once, and no death of the harness", async () => {
  const said = [{ kind: "bug", title: "oops", line: "BUG: oops", seconds: 1, sequence: 1 }];
  const ended: Ended = { kind: "killed", signal: "SIGKILL", last: { ...last(0), said } };
  let starts = 0;
  const { end, lost, tasks, reporter, journal } = await run(1, ({ from }) =>
    starts++ < 2
      ? { tells: [], ended }
      : starts === 3
        ? { tells: [], ended: { ...ended, last: last(2) } }
        : { tells: [told(100, from + 100)], ended: atEnd },
  );
  expect([end, tasks.length]).toEqual([{ kind: "done" }, 4]);
  expect(lost).toEqual([{ kind: "harness", why: "killed by SIGKILL" }]);
  expect(reporter.signatures()).toEqual(["P.LOG.bug.oops"]);
  expect(journal.filter(({ kind }) => kind === "finding")).toHaveLength(1);
});

test("a kernel that kills each worker at once ends the campaign, which does not fail", async () => {
  const said = [{ kind: "bug", title: "oops", line: "BUG: oops", seconds: 1, sequence: 1 }];
  const ended: Ended = { kind: "killed", signal: "SIGKILL", last: { ...last(0), said } };
  const { end, tasks } = await run(1, () => ({ tells: [], ended }));
  expect([end, tasks.length]).toEqual([{ kind: "done" }, 3]);
});

test("what the machine lacks ends a campaign at once", async () => {
  const { end, tasks } = await run(1, () => ({
    tells: [{ kind: "failed", fault: "machine", message: "no loop device" }],
    ended: { ...atEnd, code: 3 },
  }));
  expect([end, tasks.length]).toEqual([{ kind: "failed", message: "no loop device" }, 1]);
});

const broken = (): never => {
  throw new Error("broken");
};

test.each<[string, Script, Partial<FleetOptions>]>([
  ["a worker that cannot be started", broken, {}],
  [
    "a worker that does not come up",
    () => ({ tells: [], ended: Promise.reject(new Error("broken")) }),
    {},
  ],
  [
    "a journal that takes nothing more",
    () => ({ tells: [told(1, 1)], ended: "when asked" }),
    { record: broken },
  ],
  [
    "a hang that cannot be told of",
    () => ({ tells: [], ended: { kind: "hung", last: last(2) } }),
    { saveLost: broken },
  ],
])("%s ends all workers, and is said", async (_, script, more) => {
  const works: ReturnType<Script> = { tells: [], ended: "when asked" };
  const { end, asked } = await run(2, (task) => (task.worker === 0 ? works : script(task)), more);
  expect(end).toEqual({ kind: "failed", message: "broken" });
  expect(asked).toContain(0);
});

function found(signature: string): FromWorker {
  return { kind: "found", entry: entry(signature), text: signature };
}

test("workers are asked once to end, however many find enough", async () => {
  const { asked } = await run(
    3,
    ({ worker }) => ({ tells: [found(`P.G${worker}`)], ended: "when asked" }),
    { maxSignatures: 1 },
  );
  expect(asked.toSorted((a, b) => a - b)).toEqual([0, 1, 2]);
});

test("what two workers find at once is one finding that came again", async () => {
  const { reporter, journal } = await run(2, () => ({
    tells: [told(50, 50), found("P.G7")],
    ended: atEnd,
  }));
  expect(reporter.progress()).toMatchObject({ signatures: 1, repeats: 1 });
  expect(journal.filter(({ kind }) => kind === "finding")).toHaveLength(1);
});

test("a hang that comes again is one finding, also of a campaign that goes on", async () => {
  const saveLost = (): FindingEntry => entry("P.HANG.timeout.dedupe");
  const script: Script = ({ from }) =>
    from < 2
      ? { tells: [told(1, from + 1)], ended: { kind: "hung", last: last(from) } }
      : { tells: [told(1, from + 1)], ended: atEnd };
  const { reporter, journal } = await run(1, script, { saveLost });
  expect(reporter.progress()).toMatchObject({ signatures: 1, repeats: 1 });
  const read = readJournal(journal.map(journalText));
  if (read.kind === "invalid") throw new Error(read.message);
  expect(read.state.findings).toHaveLength(1);
  expect(quietReporter(read.state).hung).toBe(true);
});

test("hangs count among the findings that are enough", async () => {
  const ended: Ended = { kind: "hung", last: last(2) };
  const { end, tasks } = await run(1, () => ({ tells: [told(1, 1)], ended }), { maxSignatures: 2 });
  expect([end, tasks.length]).toEqual([{ kind: "done" }, 2]);
});

test("what one worker found is known to those that are started later", async () => {
  const { tasks } = await run(1, ({ known }) =>
    known.length === 0
      ? {
          tells: [told(1, 1), { kind: "found", entry: entry("P.G11.status.dedupe"), text: "" }],
          ended: { kind: "hung", last: last(2) },
        }
      : { tells: [told(1, 2)], ended: atEnd },
  );
  expect(tasks[1]?.known).toEqual(["P.G11.status.dedupe", "P.HANG.timeout.1"]);
});
