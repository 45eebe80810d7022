import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { describeMounted } from "../real/machine.ts";
import { nothing, ownMachine } from "./own-machine.ts";

describeMounted("btrfs", "a campaign beside whose calls the kernel reports a BUG", () => {
  test("tells of it as a finding, with the program and the log, and goes on", async () => {
    const machine = await ownMachine("mkdir /mnt/found");
    const [command = "", ...rest] = machine.command(
      "fuzz --max-total-time 6s --json --out /mnt/found".split(" "),
    );
    const env = { ...process.env, ...machine.environment };
    const supervisor = spawn(command, rest, { env, stdio: ["ignore", "pipe", "pipe"] });
    let stdout = "";
    supervisor.stdout.on("data", (chunk: Buffer) => (stdout += String(chunk)));
    for await (const told of supervisor.stderr) if (String(told).includes("  seed ")) break;
    supervisor.stderr.resume();
    const worker = readFileSync(`/proc/${supervisor.pid}/task/${supervisor.pid}/children`, "utf8");
    const report = `BUG: a test of findings in the log, PID: ${worker.trim()} Comm: node`;
    writeFileSync("/dev/kmsg", report);
    writeFileSync("/dev/kmsg", `BUG: of another process, PID: ${process.pid} Comm: node`);
    await once(supervisor, "close");
    expect(supervisor.exitCode).toBe(1);
    const { findings, programs } = JSON.parse(stdout);
    expect(programs).toBeGreaterThan(2);
    expect(findings).toMatchObject([
      { signature: expect.stringMatching(/\.LOG\.bug\.bug-a-test-of-findings-in-the-log/) },
    ]);
    const folder = machine.path(findings[0].folder);
    expect(readdirSync(folder).toSorted()).toEqual([
      "description",
      "dmesg.txt",
      "env.json",
      "repro.trace",
      "seen.txt",
    ]);
    expect(readFileSync(`${folder}/dmesg.txt`, "utf8")).toContain(report);
    expect(readFileSync(`${folder}/repro.trace`, "utf8")).toContain("\n  open ");
    expect(machine.left()).toEqual(nothing);
    machine.close();
  });
});
