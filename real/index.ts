/** The door of the real world: what other rooms may use. */

export { examine, type Item } from "./doctor.ts";
export { maxReadBytes } from "./file-reader.ts";
export type { ImageOptions } from "./image.ts";
export { followKernelLog, type KernelLog } from "./kernel-log.ts";
export { libcProblem } from "./libc.ts";
export { dedupeLive, firstLiveDifference, type LiveRange } from "./live-call.ts";
export { closeLive, openSource, openTarget, type LiveFile, type Opening } from "./live-file.ts";
export type { FsKind } from "./mkfs.ts";
export { maxWriteBytes } from "./pattern-writer.ts";
export type { RealTarget } from "./real-target.ts";
export { sweep } from "./scratch.ts";
export { supervise, workerVariable, type WorkerEnd, type WorkerOptions } from "./supervisor.ts";
export { openFolderTarget, openImageTarget } from "./targets.ts";
export { garbled } from "./tone-runs.ts";
export { dieWithSupervisor } from "./worker-guard.ts";
