/**
 * How much a trace may ask for. A trace comes from a stranger and runs as root,
 * so reading one, and running one, is bounded before the first call is made.
 */

import { maxSlots } from "../model/index.ts";
import { numberText } from "./number-text.ts";

export interface Bound {
  readonly most: number;
  /** What is counted, as it stands in a message. */
  readonly counts: string;
  readonly why: string;
}

export type BoundName =
  | "text"
  | "line"
  | "comment"
  | "expectations"
  | "calls"
  | "names"
  | "slots"
  | "targets"
  | "runs"
  | "argument"
  | "write"
  | "written"
  | "reserved"
  | "read"
  | "readInAll"
  | "compared"
  | "comparedAtOnce"
  | "cloned"
  | "subvolumes"
  | "remounts"
  | "syncs"
  | "circumstances";

const K = 2 ** 10;
const M = 2 ** 20;
const G = 2 ** 30;

/** One row for each bound; `breach.ts` counts what calls ask for, the parsers count the rest. */
export const bounds: Readonly<Record<BoundName, Bound>> = {
  text: row(4 * M, "characters of text", "10,000 calls and their comments need less"),
  line: row(1 * M, "characters in a line", "the most runs that an outcome may have need less"),
  comment: row(4 * K, "characters in a comment", "a comment is a line that people read"),
  expectations: row(64, "expectations", "there are fewer profiles"),
  calls: row(10_000, "calls", "a longer program tells nobody anything; campaigns make 200 at most"),
  names: row(64, "different names", "a program needs a handful of files"),
  slots: row(maxSlots, "slots", "a program needs a handful of descriptors"),
  targets: row(128, "targets in one call", "127 fit into the page that the kernel takes"),
  runs: row(
    16 * K,
    "runs in one outcome",
    "16M of blocks of 4K, each with four tones, show no more",
  ),
  argument: row(24 + 128 * 32, "bytes of an argument", "a header and 128 entries have no more"),
  write: row(16 * M, "bytes in one write or store", "the bytes are built in memory"),
  written: row(1 * G, "bytes written in all", "the image of a run holds 2G"),
  reserved: row(1 * G, "bytes reserved by fallocate in all", "the image of a run holds 2G"),
  read: row(16 * M, "bytes in one read or inspect", "the bytes are looked at one by one"),
  readInAll: row(16 * G, "bytes read in all", "that is minutes of looking at bytes"),
  comparedAtOnce: row(16 * G, "bytes compared by one call", "that is seconds of a kernel's time"),
  compared: row(256 * G, "bytes compared by dedupe in all", "that is minutes of a kernel's time"),
  cloned: row(1 * M, "extents cloned in all", "clones of clones double, and each costs metadata"),
  subvolumes: row(64, "subvolumes and snapshots", "a snapshot has every file of its source again"),
  remounts: row(16, "remounts, checks and scrubs", "each syncs and costs tens of milliseconds"),
  circumstances: row(
    200,
    "calls of dedupe under a circumstance",
    "each may wait for a disk and for another process",
  ),
  syncs: row(1_000, "calls of fsync, syncfs and observe", "each may wait for a disk"),
};

/** The message for a trace that asks for more than a bound allows. */
export function overBound(name: BoundName): string {
  const { most, counts, why } = bounds[name];
  return `more than ${numberText(BigInt(most))} ${counts}, the most that a trace may have (${why})`;
}

function row(most: number, counts: string, why: string): Bound {
  return { most, counts, why };
}
