import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import seedrandom from "seedrandom";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeMounted } from "../real/machine.ts";
import { nothing, ownMachine, type OwnMachine } from "./own-machine.ts";
import { childrenOf, textOf, workersOf } from "./run-processes.ts";

/** Kills of each process, and runs beside each other. */
const kills = 6;
const beside = 3;

/** A kill comes within this time of a call's falling asleep. */
const latestMs = 25;

const random = seedrandom("frozen");

/** Calls that sleep on a frozen file system, one after the other. */
const trace = [
  "trace 1   target t   block 4K",
  "open s0 rw a",
  "write s0 at 0 length 8K pattern 1",
  ...Array.from({ length: 150 }, () => "dedupe s0 at 0 length 4K while frozen onto s0 at 4K"),
].join("\n");

let machine: OwnMachine;

describeMounted("btrfs", "a run that is killed while a file system is frozen", () => {
  beforeAll(async () => {
    machine = await ownMachine();
    writeFileSync(machine.path("/mnt/frozen.trace"), trace);
  });

  afterAll(() => {
    machine.close();
  });

  test.each([
    ["worker", 3],
    ["supervisor", null],
    ["guard", 3],
    ["caller", 3],
  ] as const)(
    `by kill -9 of its %s, at ${kills} moments, leaves nothing frozen`,
    async (role, code) => {
      for (let round = 0; round < kills / beside; round++) {
        const killed = Array.from({ length: beside }, () => killedAsleep(role));
        expect(await Promise.all(killed)).toEqual(killed.map(() => code));
        expect(await machine.settled()).toMatchObject({ ...nothing, entries: expect.any(Array) });
      }
    },
    60_000,
  );

  test("by nobody, but stopped, is thawed when time is up, and says so when it goes on", async () => {
    const codes: (number | null)[] = [];
    // A worker that was stopped too late had thawed by itself: then it is tried once more.
    do codes.push(await stoppedAsleep());
    while (codes.at(-1) === 0 && codes.length < maxTries);
    expect(codes.at(-1)).toBe(3);
    expect(await machine.settled()).toEqual(nothing);
  }, 120_000);
});

const maxTries = 5;

/** Runs the trace, and stops its worker while a call sleeps, until that was thawed; the exit code. */
async function stoppedAsleep() {
  const { supervisor, ended } = started();
  const { worker, caller } = await asleep(supervisor);
  process.kill(worker, "SIGSTOP");
  await sleep(latestMs);
  while (isAsleep(caller)) await sleep(100);
  process.kill(worker, "SIGCONT");
  await ended;
  return supervisor.exitCode;
}

/** Runs the trace, and kills one of its processes soon after a call was seen to sleep; the exit code. */
async function killedAsleep(role: "worker" | "supervisor" | "guard" | "caller") {
  const { supervisor, ended } = started();
  const { worker, guard, caller } = await asleep(supervisor);
  await sleep(random() * latestMs);
  process.kill({ worker, guard, caller, supervisor: supervisor.pid ?? 0 }[role], "SIGKILL");
  await ended;
  return supervisor.exitCode;
}

/** A run of the trace, and its end. */
function started() {
  const [command = "", ...rest] = machine.command(["replay", "/mnt/frozen.trace"]);
  const env = { ...process.env, ...machine.environment };
  const supervisor = spawn(command, rest, { env, stdio: "ignore" });
  return { supervisor, ended: once(supervisor, "close") };
}

/** The processes of a run, as soon as its caller, which is started last, sleeps on the frozen file system. */
async function asleep({ pid = 0 }: ChildProcess) {
  for (;;) {
    for (const worker of workersOf(pid)) {
      const [guard, caller] = childrenOf(worker);
      if (guard !== undefined && caller !== undefined && isAsleep(caller)) {
        return { worker, guard, caller };
      }
    }
    await sleep(1);
  }
}

function isAsleep(process: number): boolean {
  return / \(.*\) D /.test(textOf(`/proc/${process}/stat`));
}
