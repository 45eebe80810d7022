import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";
import { built } from "./extent-same.ts";

test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
  "%s ends a simulated campaign with its figures",
  async (signal) => {
    const words = [built, "fuzz", "--max-total-time", "60s", "--target", "simulated"];
    const child = spawn(process.execPath, words, { stdio: ["ignore", "pipe", "pipe"] });
    const chunks: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
    for await (const told of child.stderr) {
      if (!String(told).includes("  seed ")) continue;
      child.kill(signal);
      break;
    }
    child.stderr.resume();
    await once(child, "close");
    expect([child.exitCode, child.signalCode]).toEqual([130, null]);
    expect(Buffer.concat(chunks).toString()).toMatch(/^ran +[0-9,]+ programs/);
  },
);
