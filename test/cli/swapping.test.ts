import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import seedrandom from "seedrandom";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeMounted } from "../real/machine.ts";
import { nothing, ownMachine, type OwnMachine } from "./own-machine.ts";
import { childrenOf, workersOf } from "./run-processes.ts";

const kills = 2;

/** A kill comes within this time of a file's being swapped to. */
const latestMs = 5;

/** Milliseconds in which a file is swapped to. */
const patienceMs = 20_000;

const random = seedrandom("swapping");

const trace = [
  "trace 1   target t   block 4K",
  "open s0 rw a",
  "nocow s0",
  "write s0 at 0 length 64K pattern 1",
  ...Array.from({ length: 150 }, () => "dedupe s0 at 0 length 4K while swapping s0 onto s0 at 4K"),
].join("\n");

let machine: OwnMachine;

describeMounted("btrfs", "a run that is killed while a file is swapped to", () => {
  beforeAll(async () => {
    machine = await ownMachine();
    writeFileSync(machine.path("/mnt/swapping.trace"), trace);
  });

  afterAll(() => {
    machine.close();
  });

  test.each([
    ["worker", 3],
    ["supervisor", null],
    ["guard", 3],
  ] as const)(
    `by kill -9 of its %s, at ${kills} moments, leaves no swap file`,
    async (role, code) => {
      for (let round = 0; round < kills; round++) {
        expect(await killedSwapping(role)).toBe(code);
        expect(await machine.settled()).toMatchObject({ ...nothing, entries: expect.any(Array) });
        expect(swapFiles()).toEqual([]);
      }
    },
    60_000,
  );
});

/** Runs the trace, and kills one of its processes while a file is swapped to; the exit code. */
async function killedSwapping(role: "worker" | "supervisor" | "guard"): Promise<number | null> {
  const [command = "", ...rest] = machine.command(["replay", "/mnt/swapping.trace"]);
  const env = { ...process.env, ...machine.environment };
  const supervisor = spawn(command, rest, { env, stdio: "ignore" });
  const ended = once(supervisor, "close");
  const { worker, guard } = await swapping(supervisor);
  await sleep(random() * latestMs);
  process.kill({ worker, guard, supervisor: supervisor.pid ?? worker }[role], "SIGKILL");
  await ended;
  return supervisor.exitCode;
}

/** The processes of a run, as soon as a file is swapped to; somebody else's may be before its own. */
async function swapping({ pid = 0 }: ChildProcess) {
  for (let waited = 0; waited < patienceMs; waited++) {
    const [worker] = workersOf(pid);
    const [guard] = worker === undefined ? [] : childrenOf(worker);
    if (worker !== undefined && guard !== undefined && swapFiles().length > 0)
      return { worker, guard };
    await sleep(1);
  }
  throw new Error("nothing is swapped to");
}

/** Swap files of this machine that lie in the place of a program. */
function swapFiles(): readonly string[] {
  return readFileSync("/proc/swaps", "utf8")
    .split("\n")
    .filter((line) => /\sfile\s/.test(line));
}
