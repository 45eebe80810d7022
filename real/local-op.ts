/** Ops sorted by how system calls are made of them. */

import type { DiskCheck, Op, ReadOp, ScatterOp, StoreOp, WriteOp } from "../model/index.ts";
import type { SubvolumeOp } from "./subvolume-calls.ts";

/** Every op but those that take the file system away, or look at all of its disk. */
export type LocalOp = Exclude<Op, { readonly kind: "remount" | DiskCheck }>;

/** Those that put bytes into a file. */
export type PutOp = WriteOp | StoreOp | ScatterOp;

/** Those that say who calls. */
export type CallersOp = Extract<Op, { readonly kind: "as" | "limit" }>;

/** Those that it makes a difference to who makes them; the others are the harness's own. */
export type CallerOp = Exclude<
  LocalOp,
  | CallersOp
  | PutOp
  | ReadOp
  | SubvolumeOp
  | Extract<LocalOp, { readonly kind: "dedupe" | "mode" | "observe" }>
>;

export function isPut(op: LocalOp): op is PutOp {
  return op.kind === "write" || op.kind === "store" || op.kind === "scatter";
}

/** Whether a call is made of several, or counts on memory that a limit on files would touch. */
export function isUnlimited(op: PutOp): boolean {
  return op.kind !== "write" || op.direct;
}

export function isRead(op: LocalOp): op is ReadOp {
  return op.kind === "read" || op.kind === "inspect";
}
