import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { FromWorker } from "../../fuzz/messages.ts";
import { silence } from "../../fuzz/overheard.ts";
import { runSession, type Session } from "../../fuzz/session.ts";
import { readSettings } from "../../fuzz/settings.ts";
import { linux618Btrfs, newModel } from "../../model/index.ts";
import { programsIn, readTraceFile, simulate, unattributedFolder } from "../../replay/index.ts";

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "test-session-"));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

const task = {
  seed: 5,
  alone: false,
  from: 0,
  skip: [],
  known: [],
  maxRuns: 3,
  maxMilliseconds: 1000,
};

const nothing = { version: "", kernel: "", node: "", target: "", profile: "" };

/** Runs some programs, and keeps those that are worth it; gives what was told. */
async function run(corpus: string, more: Partial<Session> = {}): Promise<readonly FromWorker[]> {
  const told: FromWorker[] = [];
  const read = readSettings({ runs: "8", seed: "5", format: "default", corpus }, 0);
  if (read.kind === "invalid") throw new Error(read.message);
  await runSession({
    model: newModel(linux618Btrfs),
    target: simulate(linux618Btrfs, () => 0),
    settings: read.settings,
    provenance: { ...nothing, seed: "0x5", mkfs: "", mount: "", tainted: "" },
    expected: [],
    out: undefined,
    again: "",
    overheard: silence,
    tell: (message) => void told.push(message),
    task: undefined,
    shown: () => [],
    corpus,
    begins: () => undefined,
    news: () => [],
    reached: () => [],
    now: () => 0,
    pause: () => Promise.resolve(false),
    ...more,
  });
  return told;
}

function notesIn(told: readonly FromWorker[]): readonly string[] {
  return told.flatMap((message) => (message.kind === "note" ? [message.line] : []));
}

test("a session keeps programs that reach something new, each a trace that can be read", async () => {
  const corpus = join(folder, "kept");
  const told = await run(corpus);
  expect(notesIn(told)).toEqual([]);
  const { programs, problems } = programsIn(corpus);
  expect([programs.length, problems]).toEqual([readdirSync(corpus).length, []]);
  expect(programs.length).toBeGreaterThan(0);
});

test("a session whose programs cannot be kept says so once, and runs them all the same", async () => {
  writeFileSync(join(folder, "file"), "");
  const told = await run(join(folder, "file", "kept"));
  expect(notesIn(told)).toEqual([expect.stringMatching(/^a program is not kept: .*ENOTDIR/)]);
  expect(told.at(-1)).toMatchObject({ kind: "progress", progress: { programs: 8 } });
});

test("a report that nobody can be held for is kept, with the program of each worker, and counted by one of them", async () => {
  const out = join(folder, "out");
  const said = { kind: "sanitizer", title: "KASAN", line: "BUG: KASAN", seconds: 1, sequence: 7 };
  const counted = await Promise.all(
    [0, 1].map(async (worker) => {
      const unattributed = [said];
      const told = await run(join(folder, `kept-${worker}`), {
        out,
        overheard: {
          turn: () => undefined,
          heard: () => ({ ours: [], unattributed: unattributed.splice(0) }),
          lines: () => ["[1.000000] BUG: KASAN"],
        },
        task: { ...task, worker },
      });
      const last = told.at(-1);
      return last?.kind === "progress" ? last.progress.unattributed : undefined;
    }),
  );
  expect(counted).toEqual(expect.arrayContaining([{}, { KASAN: 1 }]));
  const kept = join(unattributedFolder(out), "1.000000-7");
  expect(readdirSync(kept).toSorted()).toEqual([
    "description",
    "dmesg.txt",
    "worker-0.trace",
    "worker-1.trace",
  ]);
  expect(readTraceFile(join(kept, "worker-1.trace"))).toMatchObject({ kind: "trace" });
});
