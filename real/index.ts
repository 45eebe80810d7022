/** The door of the real world: what other rooms may use. */

export { openImageTarget } from "./targets.ts";
export type { ImageOptions } from "./image.ts";
export type { FsKind } from "./mkfs.ts";
export { libcProblem } from "./libc.ts";
export { garbled } from "./tone-runs.ts";
export { maxReadBytes } from "./file-reader.ts";
export { maxWriteBytes } from "./pattern-writer.ts";
export type { RealTarget } from "./real-target.ts";
