import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { HarnessError } from "../../model/fault.ts";
import { libc } from "../../real/libc.ts";
import { scratchParents, sweep } from "../../real/scratch.ts";
import { dieWithSupervisor } from "../../real/worker-guard.ts";
import { describeMounted, describeNative } from "./machine.ts";
import { compiled } from "./mounted.ts";

/** Kills, and the longest wait before one, in milliseconds: a worker needs about 100 to mount, and several times that on a machine that is busy. */
const kills = 20;
const longestWaitMs = 900;

/** Time for the kernel to clear a loop device. */
const patienceMs = 5_000;

let scratch: string;

beforeAll(() => {
  scratch = mkdtempSync(join(scratchParents()[0] ?? tmpdir(), "test-kill-"));
});

afterAll(() => {
  rmdirSync(scratch);
});

describeMounted("btrfs", "a worker or supervisor that is killed", () => {
  test(`at ${kills} moments leaves no loop device, mount, image or process`, async () => {
    let attached = 0;
    for (let kill = 0; kill < kills; kill++) {
      const wait = (kill * 97) % longestWaitMs;
      attached += await killed(wait, kill % 2 === 0 ? "supervisor" : "worker");
      await until(() => loops().length === 0 && mounts().length === 0);
    }
    expect(attached).toBeGreaterThan(0);
    sweep(libc(), [scratch]);
    expect(readdirSync(scratch)).toEqual([]);
  }, 60_000);
});

describeMounted("btrfs", "a worker that called as another user", () => {
  test("ends with its supervisor all the same", async () => {
    const child = startSupervisor();
    let said = "";
    child.stdout.on("data", (chunk: Buffer) => (said += chunk.toString()));
    await until(() => said.includes("called\n"));
    child.kill("SIGKILL");
    await until(() => !isAlive(Number.parseInt(said, 10)));
    await until(() => loops().length === 0 && mounts().length === 0);
    sweep(libc(), [scratch]);
  });
});

describeNative("a worker", () => {
  test("that never waits for a signal ends within a second or two when it is asked to", async () => {
    const child = spawn(process.execPath, [compiled("asked-child")], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [kind, milliseconds] = String((await once(child.stdout, "data"))[0]).split(" ");
    expect(kind).toBe("interrupted");
    expect(Number(milliseconds)).toBeLessThan(3_000);
  });

  test("whose supervisor is gone refuses to start", () => {
    expect(() => {
      dieWithSupervisor(-1);
    }).toThrow(HarnessError);
  });
});

/** Kills one of the two processes; returns how many loop devices there were just before. */
async function killed(waitMs: number, role: "supervisor" | "worker"): Promise<number> {
  const child = startSupervisor();
  const worker = Number(String((await once(child.stdout, "data"))[0]));
  await sleep(waitMs);
  const attached = loops().length;
  if (role === "supervisor") child.kill("SIGKILL");
  else process.kill(worker, "SIGKILL");
  await once(child, "exit");
  await until(() => !isAlive(worker));
  return attached;
}

function startSupervisor() {
  return spawn(process.execPath, [compiled("killed-child"), "supervisor", scratch], {
    stdio: ["ignore", "pipe", "inherit"],
  });
}

/** A process that has ended stays in /proc until its parent, here often init, asks for it. */
function isAlive(process: number): boolean {
  const status = readIfThere(`/proc/${process}/stat`);
  return status !== "" && !status.includes(") Z ");
}

/** Loop devices of images in the scratch folder. */
function loops(): readonly string[] {
  return readdirSync("/sys/block").filter((name) =>
    readIfThere(`/sys/block/${name}/loop/backing_file`).startsWith(scratch),
  );
}

/** Processes that have something mounted in the scratch folder. */
function mounts(): readonly string[] {
  return readdirSync("/proc").filter(
    (name) => /^[0-9]+$/.test(name) && readIfThere(`/proc/${name}/mountinfo`).includes(scratch),
  );
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

async function until(holds: () => boolean): Promise<void> {
  const end = Date.now() + patienceMs;
  while (!holds() && Date.now() < end) await sleep(5);
  expect(holds()).toBe(true);
}
