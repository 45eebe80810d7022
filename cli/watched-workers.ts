/** Workers of a campaign, and the kernel's log, in which it may say why one of them died. */

import { isFromWorker, type Ended, type FromWorker, type Task } from "../fuzz/index.ts";
import type { StartedWorker } from "../fuzz/index.ts";
import {
  heardOfLost,
  logLine,
  recentLog,
  startWorker,
  type LogRecord,
  type WorkerEnd,
  type WorkerOptions,
} from "../real/index.ts";

export interface WatchedWorkers {
  readonly start: (task: Task, hear: (message: FromWorker) => void) => StartedWorker;
  /** Reads the log on; gives its last lines. */
  readonly lines: () => readonly string[];
}

export function watchedWorkers(options: WorkerOptions): WatchedWorkers {
  const log = recentLog();
  return {
    start: (task, hear) => {
      const from = log().at(-1)?.sequence ?? 0;
      const worker = startWorker(options, { ...task }, (message) => {
        if (isFromWorker(message)) hear(message);
      });
      return { ...worker, end: worker.end.then((end) => withSaid(end, log, from, task.alone)) };
    },
    lines: () => log().map(logLine),
  };
}

/** How a worker ended that was started behind a record of the log, and what the kernel said of its death. */
function withSaid(
  end: WorkerEnd,
  log: () => readonly LogRecord[],
  from: number,
  alone: boolean,
): Ended {
  switch (end.kind) {
    case "killed":
    case "hung": {
      const { ours, lines } = heardOfLost(log(), from, end.last, alone);
      return { ...end, last: { ...end.last, said: ours, lines } };
    }
    case "exited":
      return { ...end, last: { ...end.last, said: [], lines: [] } };
    case "interrupted":
      return end;
  }
}
