import { readdirSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readTraceFile, verifyTrace } from "../../replay/index.ts";
import type { Ran } from "../cli/extent-same.ts";
import { nothing, ownMachine, type OwnMachine } from "../cli/own-machine.ts";
import { describeMounted } from "../real/machine.ts";
import { compileShim, type Shim } from "../shim/shim.ts";
import { faults, type Fault } from "./faults.ts";
import { RunningCampaign } from "./running-campaign.ts";

/** How often each fault is tried, where `npm run faults` says it. */
const wanted = process.env["FAULT_TIMES"];

/** In the folder of every finding. */
const always = ["description", "dmesg.txt", "env.json", "repro.trace", "seen.txt"];

/** The exit code of a campaign in which a call did not come back. */
const hang = 70;

/** How long one try may take. */
const patienceMilliseconds = 60_000;

let machine: OwnMachine;
let shim: Shim;

describeMounted("btrfs", "a campaign that something happens to", () => {
  beforeAll(async () => {
    const full = "mkdir /mnt/found /mnt/full && mount -t tmpfs -o size=64K none /mnt/full";
    machine = await ownMachine(`${full} && ! head -c 1M /dev/zero > /mnt/full/filler 2>/dev/null`);
    shim = compileShim();
  });

  afterAll(() => {
    machine.close();
    shim.close();
  });

  for (const [index, fault] of faults.entries()) {
    const times = wanted === undefined ? fault.times : Number(wanted);
    test(
      `meets ${fault.name}, ${times} times: its exit code is right, it keeps what it told of, and leaves nothing`,
      async () => {
        let told = 0;
        for (let done = 0; done < times; done += fault.beside) {
          const tries = Array.from({ length: Math.min(fault.beside, times - done) }, (_, other) =>
            meet(fault, fault.folder ?? `/mnt/found/${index}-${done + other}`),
          );
          for (const ran of await Promise.all(tries)) told += findingsTold(fault, ran);
          expect(await machine.settled()).toMatchObject({ ...nothing, entries: expect.anything() });
          expect(filesIn(machine.path("/dev/shm"))).toEqual([]);
        }
        if (fault.finds !== undefined) expect(told).toBeGreaterThanOrEqual(Math.floor(times / 2));
        // The next run removes the folders of those that were killed.
        machine.extentSame(["replay", "-"], { input: "trace 1   target t   block 4K\n" });
        expect(machine.left()).toEqual(nothing);
      },
      times * patienceMilliseconds,
    );
  }
});

async function meet(fault: Fault, folder: string): Promise<Ran> {
  const { flags, forgery, strike } = fault;
  const environment = forgery === undefined ? {} : shim.environment(forgery);
  const campaign = new RunningCampaign(machine, folder, flags.split(" "), environment);
  const putRight = await strike(campaign);
  const ran = await campaign.end();
  await putRight?.();
  return ran;
}

/** Holds a campaign that has ended to what is said of it; gives how many findings it told of. */
function findingsTold({ codes, sudden, says, finds, surely }: Fault, ran: Ran): number {
  const { code, stdout, stderr } = ran;
  expect(codes, `the exit code is ${code}\n${stdout}\n${stderr}`).toContain(code);
  if (sudden !== true) expect(ran.stdout).toMatch(/^ran +[0-9,]+ programs/m);
  if (says !== undefined) expect(ran.stderr).toMatch(says);
  const found = [...ran.stdout.matchAll(/^finding (\S+)$/gm)].map(
    ([, signature = ""]) => signature,
  );
  for (const signature of found) expect(signature).toMatch(finds ?? /^nothing is to be found$/);
  if (surely === true || code === hang) expect(found).not.toEqual([]);
  for (const [, folder = ""] of ran.stdout.matchAll(/^saved +(\S+)$/gm)) checkFolder(folder);
  return found.length;
}

/**
 * Its files are there, and its program can be read; of a divergence the verdict is
 * right, of a call that did not come back it stands last, and where it stood is
 * there; of a report of the kernel the log is there.
 */
function checkFolder(folder: string): void {
  const inside = machine.path(folder);
  expect(readdirSync(inside)).toEqual(expect.arrayContaining(always));
  const textOf = (name: string): string => readFileSync(`${inside}/${name}`, "utf8");
  const read = readTraceFile(`${inside}/repro.trace`);
  if (read.kind === "invalid") throw new Error(read.message);
  // A worker that dies of an oops may do so before its program's first call.
  if (!folder.includes(".LOG.")) expect(read.trace.events.length).toBeGreaterThan(0);
  const [, call] = /\.HANG\.timeout\.(\w+)/.exec(folder) ?? [];
  if (call !== undefined) {
    expect(read.trace.events.at(-1)?.op.kind).toBe(call);
    expect(textOf("processes.txt")).toMatch(/^== [0-9]+ wchan\n/m);
  } else if (folder.includes(".LOG.")) expect(textOf("dmesg.txt")).toContain("BUG: a test of");
  else {
    expect(read.trace.expect).toMatchObject([{ verdict: { kind: "diverged" } }]);
    expect(verifyTrace(`${inside}/repro.trace`)).toEqual([]);
  }
}

/** Whatever is not an empty folder. */
function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map(({ name }) => name);
}
