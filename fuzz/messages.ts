/** What workers and their supervisor tell each other: plain data. */

import type { Progress } from "./progress.ts";
import type { FindingEntry, Provenance } from "./report.ts";

/** What one worker is to do. */
export interface Task {
  readonly seed: number;
  /** Which worker, from 0; each has programs of its own. */
  readonly worker: number;
  /** Whether it is the only one. */
  readonly alone: boolean;
  /** The first of its programs to run, and those to leave out. */
  readonly from: number;
  readonly skip: readonly number[];
  /** Signatures that were found before. */
  readonly known: readonly string[];
  /** Programs and time at most. */
  readonly maxRuns: number;
  readonly maxMilliseconds: number;
}

export type FromWorker =
  | { readonly kind: "began"; readonly provenance: Provenance }
  /** How far it is: all that it did since it was started. */
  | { readonly kind: "progress"; readonly progress: Progress }
  /** Saved before it is told of; `text` is what a person reads. */
  | { readonly kind: "found"; readonly entry: FindingEntry; readonly text: string }
  /** It keeps a program that reached these parts of the inputs of a dedupe first. */
  | { readonly kind: "kept"; readonly parts: readonly string[] }
  | { readonly kind: "note"; readonly line: string }
  /** It cannot go on: the `machine` lacks something, or a fault is our `own`. */
  | { readonly kind: "failed"; readonly fault: "machine" | "own"; readonly message: string };

export type FoundMessage = Extract<FromWorker, { readonly kind: "found" }>;

export type ToWorker =
  /** Somebody else found this. */
  | { readonly kind: "known"; readonly signature: string }
  /** Somebody else keeps a program for these parts. */
  | { readonly kind: "kept"; readonly parts: readonly string[] };

const kinds: ReadonlySet<unknown> = new Set([
  "began",
  "progress",
  "found",
  "kept",
  "note",
  "failed",
]);

/** Whether a message is a worker's: nobody else has the channel, so that its kind says all. */
export function isFromWorker(message: unknown): message is FromWorker {
  return isTagged(message) && kinds.has(message.kind);
}

/** Whether a message is the supervisor's. */
export function isToWorker(message: unknown): message is ToWorker {
  return isTagged(message) && (message.kind === "known" || message.kind === "kept");
}

function isTagged(message: unknown): message is { readonly kind: unknown } {
  return typeof message === "object" && message !== null && "kind" in message;
}

/** The task that a text holds. Throws what JSON.parse throws. */
export function readTask(text: string): Task {
  const task: Task = JSON.parse(text);
  return task;
}
