/** What a worker asks its helpers, and what they answer: one line of JSON each. */

import type { Caller, DedupeOp, Outcome } from "../model/index.ts";

export type Request =
  /** Freezes the file system at a path, until `thaw`, the end of the worker, or time is up. */
  | { readonly kind: "freeze"; readonly path: string }
  | { readonly kind: "thaw" }
  /**
   * Denies the access number `event`, from 0, to files of the file system at a
   * path, and allows all others, until `unwatch` or the end of the worker.
   */
  | { readonly kind: "watch"; readonly path: string; readonly event: number }
  | { readonly kind: "unwatch" }
  /** Makes the file of a descriptor of the worker an active swap file, until `swapoff`, the end of the worker, or time is up. */
  | { readonly kind: "swapon"; readonly fd: number }
  | { readonly kind: "swapoff" }
  /** Sends the snapshot that a descriptor of the worker lies in into another one. */
  | { readonly kind: "send"; readonly folder: number; readonly pipe: number }
  /** Makes the call as a caller, with the worker's descriptors: its source, and one for each target. */
  | {
      readonly kind: "dedupe";
      readonly op: DedupeOp;
      readonly source: number;
      readonly targets: readonly number[];
      readonly caller: Caller;
    };

export interface Reply {
  /** Why it could not be done; 0 when it was; `noSwapFile` for a file that can be none. */
  readonly errno: number;
  /** For `dedupe`. */
  readonly outcome: Outcome | undefined;
}

export const done: Reply = { errno: 0, outcome: undefined };

/** Descriptors of a helper: requests come in on the one, replies go out on the other. */
export const requestFd = 0;
export const replyFd = 1;
