import { readFileSync, readdirSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { replay } from "../../replay/replay.ts";
import { readTraceFile } from "../../replay/trace-file.ts";
import { nothing, ownMachine, type OwnMachine } from "../cli/own-machine.ts";
import { describeMounted } from "../real/machine.ts";
import { compileShim, type Shim } from "../shim/shim.ts";
import { linux618Btrfs, newModel } from "../../model/index.ts";
import { simulate } from "../../replay/simulate.ts";

let machine: OwnMachine;
let shim: Shim;

describeMounted("btrfs", "a call that does not come back", () => {
  beforeAll(async () => {
    machine = await ownMachine("mkdir /mnt/found");
    shim = compileShim();
  });

  afterAll(() => {
    machine.close();
    shim.close();
  });

  test.each([1, 2])(
    "is a finding with its program, with %s workers, and others take their place",
    (jobs) => {
      const out = `/mnt/found/${jobs}`;
      const words = `fuzz --timeout 2s --max-total-time 12s --jobs ${jobs} --seed 5 --json --out ${out}`;
      const { code, stdout } = machine.extentSame(words.split(" "), {
        env: shim.environment("sleep"),
      });
      expect(code).toBe(70);
      const { findings, lostWorkers, programs } = JSON.parse(stdout);
      expect(lostWorkers).toBeGreaterThan(jobs);
      expect(programs).toBeGreaterThan(0);
      for (const { signature, folder } of findings) {
        expect(signature).toMatch(/^linux-6.18-btrfs\.HANG\.timeout\.dedupe$/);
        checkFolder(machine.path(folder));
      }
      expect(machine.left()).toEqual(nothing);
    },
  );
});

/** The program is whole, up to the call that hung, and the stacks are those of a task that sleeps. */
function checkFolder(folder: string): void {
  const files = [
    "description",
    "dmesg.txt",
    "env.json",
    "processes.txt",
    "repro.trace",
    "seen.txt",
  ];
  expect(readdirSync(folder).toSorted()).toEqual(files);
  expect(readFileSync(`${folder}/processes.txt`, "utf8")).toMatch(/^== [0-9]+ wchan\n.*sleep/m);
  const read = readTraceFile(`${folder}/repro.trace`);
  if (read.kind === "invalid") throw new Error(read.message);
  expect(read.trace.events.at(-1)?.op.kind).toBe("dedupe");
  const target = simulate(linux618Btrfs, () => 0);
  const ran = replay(newModel(linux618Btrfs), target, read.trace, () => true, "all");
  expect(ran.divergence).toBeUndefined();
}
