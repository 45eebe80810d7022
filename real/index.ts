/** The door of the real world: what other rooms may use. */

export { dedupeAbi, seedAbi } from "./abi.ts";
export { btrfsCheckProblem } from "./btrfs-check.ts";
export { callLive, lookLive, type LiveCall, type NamedRange } from "./call-live.ts";
export { doctorLines } from "./doctor-lines.ts";
export { examine, type Item } from "./doctor.ts";
export type { ImageOptions } from "./image.ts";
export { ranOn, runExported } from "./exported-run.ts";
export { isLocked, lockForLife } from "./folder-lock.ts";
export { logLine, recentLog } from "./kernel-log.ts";
export type { LogRecord } from "./kernel-report.ts";
export { heardOfLost, watchKernel } from "./log-watch.ts";
export { taint } from "./taint.ts";
export type { Observation } from "./observer.ts";
export type { Diary, RealTarget } from "./real-target.ts";
export {
  startWorker,
  supervise,
  sweepDead,
  taskVariable,
  workerVariable,
  type WorkerEnd,
  type WorkerOptions,
} from "./supervisor.ts";
export { openFolderTarget, openImageTarget } from "./targets.ts";
export { alive, dieWithSupervisor, isAskedToEnd, ownLogbook } from "./worker-guard.ts";
