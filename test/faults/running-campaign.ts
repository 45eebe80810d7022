/** A campaign that runs in a machine of the test's own, so that something can happen to it. */

import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { openSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { Ran } from "../cli/extent-same.ts";
import type { OwnMachine } from "../cli/own-machine.ts";
import { textOf, workersOf } from "../cli/run-processes.ts";

/** How often something that is waited for is looked at, and how long, in milliseconds. */
const lookMilliseconds = 5;
const patienceMilliseconds = 60_000;

/** Time in which what was written last is read. */
const lastMilliseconds = 1000;

export class RunningCampaign {
  readonly machine: OwnMachine;
  readonly supervisor: ChildProcess;
  /** Where its findings go, in the machine. */
  readonly folder: string;
  private readonly closed: Promise<unknown>;
  private first: Promise<Seat> | undefined;
  private out = "";
  private said = "";

  /** Starts it; `environment` is added to its own. */
  constructor(
    machine: OwnMachine,
    folder: string,
    flags: readonly string[],
    environment: Readonly<Record<string, string>> = {},
  ) {
    this.machine = machine;
    this.folder = folder;
    const [command = "", ...rest] = machine.command(["fuzz", "--out", folder, ...flags]);
    const child = spawn(command, rest, {
      env: { ...process.env, ...environment, ...machine.environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
    child.stdout.on("data", (chunk: Buffer) => (this.out += String(chunk)));
    child.stderr.on("data", (chunk: Buffer) => (this.said += String(chunk)));
    this.supervisor = child;
    this.closed = once(child, "close");
  }

  /** Waits until it has said something that goes like this, on either stream. */
  async says(form: RegExp): Promise<void> {
    await until(() => form.test(this.out) || form.test(this.said) || this.hasEnded);
  }

  /** Its first worker's process id, as soon as there is one. */
  async worker(): Promise<number> {
    let found: number | undefined;
    await until(
      () => ([found] = workersOf(this.supervisor.pid ?? 0))[0] !== undefined || this.hasEnded,
    );
    if (found === undefined) throw new Error("no worker was started");
    return found;
  }

  /** Runs a command where the first worker's mounts are seen; `MOUNT` stands for the file system under test. */
  async besideWorker(words: readonly string[]): Promise<Ran> {
    const { worker, mount } = await (this.first ??= this.seat());
    const inside = ["nsenter", "--target", String(worker), "--mount", "--"];
    return this.machine.run([...inside, ...words.map((word) => word.replaceAll("MOUNT", mount))]);
  }

  /** A descriptor of the file system under test of the first worker, which outlives it. */
  async underTest(): Promise<number> {
    const { worker, mount } = await (this.first ??= this.seat());
    return openSync(`/proc/${worker}/root${mount}`, "r");
  }

  private async seat(): Promise<Seat> {
    const worker = await this.worker();
    const form = /^[0-9]+ [0-9]+ [0-9:]+ \S+ (\S+\/under-test) /m;
    let mount: string | undefined;
    await until(
      () => ([, mount] = form.exec(textOf(`/proc/${worker}/mountinfo`)) ?? [])[1] !== undefined,
    );
    return { worker, mount: mount ?? "" };
  }

  /** Waits for its end. A worker that sleeps for ever may hold its streams for longer. */
  async end(): Promise<Ran> {
    await until(() => this.hasEnded);
    await Promise.race([this.closed, sleep(lastMilliseconds)]);
    return { code: this.supervisor.exitCode, stdout: this.out, stderr: this.said };
  }

  private get hasEnded(): boolean {
    return this.supervisor.exitCode !== null || this.supervisor.signalCode !== null;
  }
}

/** A worker, and where its file system under test is mounted. */
interface Seat {
  readonly worker: number;
  readonly mount: string;
}

async function until(isSo: () => boolean): Promise<void> {
  const end = performance.now() + patienceMilliseconds;
  while (!isSo()) {
    if (performance.now() > end) throw new Error("what was waited for did not come");
    await sleep(lookMilliseconds);
  }
}
