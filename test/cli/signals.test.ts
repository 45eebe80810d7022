import { spawn } from "node:child_process";
import { once } from "node:events";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeMounted } from "../real/machine.ts";
import { built } from "./extent-same.ts";
import { nothing, ownMachine, type OwnMachine } from "./own-machine.ts";

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
}

/** Starts a command, signals it when it has said its seed, and waits for its end. */
async function interrupted(
  command: readonly string[],
  signals: readonly NodeJS.Signals[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  const [first = "", ...rest] = command;
  const env = { ...process.env, ...environment };
  const child = spawn(first, rest, { env, stdio: ["ignore", "pipe", "pipe"] });
  const chunks: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
  for await (const told of child.stderr) {
    if (!String(told).includes("  seed ")) continue;
    for (const signal of signals) child.kill(signal);
    break;
  }
  child.stderr.resume();
  await once(child, "close");
  const stdout = Buffer.concat(chunks).toString();
  return { code: child.exitCode, signal: child.signalCode, stdout };
}

const long = ["fuzz", "--max-total-time", "60s"];

test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
  "%s ends a simulated campaign with its figures",
  async (signal) => {
    const command = [process.execPath, built, ...long, "--target", "simulated"];
    const ended = await interrupted(command, [signal]);
    expect(ended).toMatchObject({ code: 130, signal: null });
    expect(ended.stdout).toMatch(/^ran +[0-9,]+ programs/);
  },
);

let machine: OwnMachine;

describeMounted("btrfs", "a real campaign", () => {
  beforeAll(async () => {
    machine = await ownMachine();
  });

  afterAll(() => {
    machine.close();
  });

  test.each(["SIGINT", "SIGTERM"] as const)(
    "ends at %s with its figures, and leaves nothing",
    async (signal) => {
      const ended = await interrupted(machine.command(long), [signal], machine.environment);
      expect(ended).toMatchObject({ code: 130, signal: null });
      expect(ended.stdout).toMatch(/^ran +[0-9,]+ programs.*\nfound +nothing: /s);
      expect(machine.left()).toEqual(nothing);
    },
  );

  test("ends at once at a second SIGINT, and leaves nothing", async () => {
    const twice = ["SIGINT", "SIGINT"] as const;
    const ended = await interrupted(machine.command(long), twice, machine.environment);
    expect(ended).toMatchObject({ code: 130, signal: null });
    expect(await machine.settled()).toEqual(nothing);
  });
});
