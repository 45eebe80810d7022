/**
 * A process of its own that a worker has something done by: what this process
 * must not do itself, or cannot. It ends with the worker, and puts right before
 * what it had changed: the end of its pipe tells it.
 */

import { spawn, type ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { HarnessError } from "../model/index.ts";
import type { Reply, Request } from "./helper-messages.ts";
import type { Libc } from "./libc.ts";
import { Lines, readable, writeText } from "./lines.ts";
import { newPipe } from "./pipe.ts";
import { print, revive } from "./plain-json.ts";

/** Time that a helper may take for anything. */
const patienceMilliseconds = 20_000;

/** Where a process sleeps that waits for a file system to be thawed: sb_start_write, Linux 6.18. */
const freezeWait = /rwsem|sb_start|freeze|^0?$/;

export class Helper {
  private readonly libc: Libc;
  private readonly child: ChildProcess;
  private readonly requests: number;
  private readonly replies: number;
  private readonly lines: Lines;

  constructor(libc: Libc) {
    this.libc = libc;
    const [requestsIn, requestsOut] = newPipe(libc);
    const [repliesIn, repliesOut] = newPipe(libc);
    const script = fileURLToPath(new URL("./helper-process.js", import.meta.url));
    this.child = spawn(process.execPath, [script], {
      stdio: [requestsIn, repliesOut, "inherit"],
      detached: true,
    });
    this.child.on("error", () => undefined);
    this.child.unref();
    libc.close(requestsIn);
    libc.close(repliesOut);
    this.requests = requestsOut;
    this.replies = repliesIn;
    this.lines = new Lines(repliesIn);
  }

  /** Has something done, and waits for it. Throws HarnessError where the helper is gone, or says why it cannot. */
  ask(request: Request): Reply {
    this.send(request);
    return this.reply();
  }

  /** Has something begun. */
  send(request: Request): void {
    try {
      writeText(this.requests, print(request));
    } catch {
      throw gone();
    }
  }

  /** Waits for the end of what was begun. */
  reply(): Reply {
    if (!this.hasReplied(patienceMilliseconds)) throw new HarnessError("a helper does not answer");
    const line = this.lines.next();
    if (line === undefined) throw gone();
    const reply: Reply = JSON.parse(line, revive);
    return reply;
  }

  /** Whether there is an answer, or comes one within the time. */
  hasReplied(milliseconds: number): boolean {
    return readable(this.libc, [this.replies], milliseconds).length > 0;
  }

  /** Whether it sleeps in a call that no signal ends, as on a frozen file system. */
  isStuck(): boolean {
    const folder = `/proc/${this.child.pid}`;
    const [, state] = /\) (.) /.exec(textOf(`${folder}/stat`)) ?? [];
    return state === "D" && freezeWait.test(textOf(`${folder}/wchan`));
  }

  /** Lets it end. */
  close(): void {
    this.libc.close(this.requests);
    this.libc.close(this.replies);
  }
}

function gone(): HarnessError {
  return new HarnessError("a helper is gone");
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}
