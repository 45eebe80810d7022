import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import seedrandom from "seedrandom";
import { afterAll, beforeAll, expect, test } from "vitest";
import { verifyTrace } from "../../replay/index.ts";
import { workerVariable } from "../../real/supervisor.ts";
import { describeMounted } from "../real/machine.ts";
import { nothing, ownMachine, type OwnMachine } from "./own-machine.ts";

/** Kills of each process, and how many campaigns run beside each other. */
const kills = 20;
const beside = 4;

/** A kill comes within this time of the start of the worker or, every second one, of its first finding. */
const latestMs = 600;

const random = seedrandom("kill -9");

/** Each of them is there before its finding is told of. */
const files = ["description", "dmesg.txt", "env.json", "original.trace", "repro.trace", "seen.txt"];

let machine: OwnMachine;

describeMounted("btrfs", "a campaign that is killed", () => {
  beforeAll(async () => {
    machine = await ownMachine("mkdir /mnt/found");
  });

  afterAll(() => {
    machine.close();
  });

  test.each(["supervisor", "worker"] as const)(
    `with kill -9 of its %s, at ${kills} moments, loses no finding that it told of, and leaves empty folders that the next run removes`,
    async (role) => {
      let told = 0;
      for (let round = 0; round < kills / beside; round++) {
        const killed = Array.from({ length: beside }, (_, index) =>
          kill(role, `/mnt/found/${role}-${round}-${index}`, index % 2 === 0),
        );
        for (const { stdout, code } of await Promise.all(killed)) {
          expect(code).toBe(role === "worker" ? 130 : null);
          told += findingsTold(stdout);
        }
        expect(await machine.settled()).toMatchObject({ ...nothing, entries: expect.any(Array) });
      }
      expect(told).toBeGreaterThanOrEqual(kills / 2);
      expect(filesIn(machine.path("/dev/shm"))).toEqual([]);
      machine.extentSame(["replay", "-"], { input: "trace 1   target t   block 4K\n" });
      expect(machine.left()).toEqual(nothing);
    },
    180_000,
  );
});

/** Whatever is not an empty folder. */
function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map(({ name }) => name);
}

interface Killed {
  readonly stdout: string;
  /** The exit code of the supervisor; null when it was killed itself. */
  readonly code: number | null;
}

/**
 * Starts a campaign that finds something soon, and kills one of its processes. A
 * campaign that lost its worker is interrupted once it has said so and goes on.
 */
async function kill(role: "supervisor" | "worker", out: string, early: boolean): Promise<Killed> {
  const words = ["fuzz", "--profile", "canary", "--max-ops", "6", "--out", out];
  const [command = "", ...rest] = machine.command(words);
  const env = { ...process.env, ...machine.environment };
  const supervisor = spawn(command, rest, { env, stdio: ["ignore", "pipe", "pipe"] });
  const chunks: Buffer[] = [];
  supervisor.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
  let told = "";
  supervisor.stderr.on("data", (chunk: Buffer) => (told += String(chunk)));
  const worker = await workerOf(supervisor);
  if (!early) while (!said(chunks)) await once(supervisor.stdout, "data");
  await sleep(random() * latestMs);
  process.kill(role === "worker" ? worker : (supervisor.pid ?? 0), "SIGKILL");
  if (role === "worker") {
    while (!told.includes("was lost")) await once(supervisor.stderr, "data");
    supervisor.kill("SIGINT");
  }
  await once(supervisor, "close");
  return { stdout: Buffer.concat(chunks).toString(), code: supervisor.exitCode };
}

/** Whether a finding was told of. */
function said(chunks: readonly Buffer[]): boolean {
  return Buffer.concat(chunks).includes("\nsaved ");
}

/** The worker's process id, as soon as there is one. */
async function workerOf({ pid }: ChildProcess): Promise<number> {
  for (;;) {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ");
    const worker = children.find((child) => child !== "" && isWorker(child));
    if (worker !== undefined) return Number(worker);
    await sleep(5);
  }
}

function isWorker(process: string): boolean {
  try {
    return readFileSync(`/proc/${process}/environ`, "utf8").includes(`\0${workerVariable}=`);
  } catch {
    return false; // It was another child, and is gone.
  }
}

/** Looks at every finding that was told of, and counts them. */
function findingsTold(stdout: string): number {
  const folders = stdout.matchAll(/^saved +(\S+)$/gm);
  let count = 0;
  for (const [, folder = ""] of folders) {
    const inside = machine.path(folder);
    expect(readdirSync(inside).toSorted()).toEqual(files);
    const repro = `${inside}/repro.trace`;
    expect(verifyTrace(repro)).toEqual([]);
    expect(readFileSync(repro, "utf8")).toMatch(/^expect +canary diverged at call /m);
    expect(JSON.parse(readFileSync(`${inside}/env.json`, "utf8"))).toMatchObject({
      profile: "canary",
    });
    count++;
  }
  return count;
}
