/** A trace: a program with what came back from it, where it ran, and which verdict it must get. */

import { formats, type Format, type FormatName, type Op, type Outcome } from "../model/index.ts";

export interface Trace {
  readonly version: 1;
  /** What it ran on, such as `linux-6.18/btrfs`; see `isHeaderName`. */
  readonly target: string;
  /** Bytes of a block, the period of patterns: a power of two, 512 to 64K. */
  readonly block: number;
  /** How the file system was made. */
  readonly format: FormatName;
  /** u64; undefined when nobody recorded one. Concrete ops need none. */
  readonly seed: bigint | undefined;
  /** One for each profile, in the order of the text. */
  readonly expect: readonly Expectation[];
  /** Lines before the header, as in `Event.comments`. */
  readonly comments: readonly string[];
  readonly events: readonly Event[];
  /** Lines behind the last call. */
  readonly trailing: readonly string[];
}

/** How the file system of a trace was made, with the block that the trace names. */
export function formatIn({ format, block }: Pick<Trace, "format" | "block">): Format {
  return { ...formats[format], block: BigInt(block) };
}

/** A call, and what came back. */
export interface Event {
  /** The comment lines before it, without their `# `, control characters and spaces at the end. */
  readonly comments: readonly string[];
  readonly op: Op;
  /** Undefined when the call did not run yet. */
  readonly outcome: Outcome | undefined;
}

/** The verdict that a profile must come to. */
export interface Expectation {
  /** See `isHeaderName`. */
  readonly profile: string;
  readonly verdict: ExpectedVerdict;
}

export type ExpectedVerdict =
  | { readonly kind: "allowed" }
  /** `at` counts calls from 1. */
  | { readonly kind: "diverged"; readonly at: number };

/** Whether a target or profile can stand in a header: one word without `..`, 128 characters at most. */
export function isHeaderName(text: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._+~/@-]{0,127}$/.test(text) && !text.includes("..");
}

/** Whether a number of bytes can be the block of a trace. */
export function isBlock(block: bigint): boolean {
  return block >= 512n && block <= 65_536n && (block & (block - 1n)) === 0n;
}
