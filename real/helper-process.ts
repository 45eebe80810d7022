/**
 * What a helper runs: it does what a worker asks, one request after the other,
 * until the worker is gone. Signals of a terminal are not for it.
 */

import { CallerSwitch } from "./caller-switch.ts";
import { DedupeCall } from "./dedupe-call.ts";
import { FreezeGuard } from "./freeze-guard.ts";
import { done, replyFd, requestFd, type Reply, type Request } from "./helper-messages.ts";
import { libc } from "./libc.ts";
import { Lines, writeText } from "./lines.ts";
import { print, revive } from "./plain-json.ts";
import { SwapGuard } from "./swap-guard.ts";
import { sendSnapshot } from "./subvolumes.ts";
import { TakenDescriptors } from "./taken-descriptors.ts";
import { AccessWatch } from "./access-watch.ts";

const lines = new Lines(requestFd);
const freeze = new FreezeGuard(libc(), requestFd);
const watch = new AccessWatch(libc(), requestFd);
const swap = new SwapGuard(libc(), requestFd);
const call = new DedupeCall(libc());
const caller = new CallerSwitch(libc());

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP", "SIGPIPE"] as const) {
  process.on(signal, () => undefined);
}

try {
  for (let line = lines.next(); line !== undefined; line = lines.next()) {
    const request: Request = JSON.parse(line, revive);
    if (!tells(print(answer(request)))) break;
    freeze.wait();
    swap.wait();
    watch.serve();
  }
} finally {
  swap.end();
  freeze.end();
}

/** Replies; false where the worker is gone. */
function tells(reply: string): boolean {
  try {
    writeText(replyFd, reply);
    return true;
  } catch {
    return false;
  }
}

/** Returns when all is sent, or when nobody reads any more. */
function sent(folder: number, pipe: number): number {
  const taken = new TakenDescriptors(libc(), process.ppid);
  try {
    return sendSnapshot(libc(), taken.take(folder), taken.take(pipe)) === 0 ? 0 : libc().errno();
  } finally {
    taken.close();
  }
}

function swappedTo(fd: number): number {
  const taken = new TakenDescriptors(libc(), process.ppid);
  try {
    return swap.begin(taken.take(fd));
  } finally {
    taken.close();
  }
}

function answer(request: Request): Reply {
  switch (request.kind) {
    case "freeze":
      return { ...done, errno: freeze.begin(request.path) };
    case "thaw":
      return { ...done, errno: freeze.end() };
    case "watch":
      return { ...done, errno: watch.begin(request.path, request.event) };
    case "unwatch":
      return { ...done, errno: watch.end() };
    case "swapon":
      return { ...done, errno: swappedTo(request.fd) };
    case "swapoff":
      return { ...done, errno: swap.end() };
    case "send":
      return { ...done, errno: sent(request.folder, request.pipe) };
    case "dedupe": {
      const taken = new TakenDescriptors(libc(), process.ppid);
      const source = taken.take(request.source);
      const targets = request.targets.map((fd) => taken.take(fd));
      let next = 0;
      caller.become(request.caller);
      const outcome = caller.make(() =>
        call.perform(request.op, source, () => targets[next++] ?? -1),
      );
      taken.close();
      return { ...done, outcome };
    }
  }
}
