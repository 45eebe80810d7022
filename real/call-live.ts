/** One raw call on files that exist, with what the model expects of it. */

import {
  errnoName,
  type Outcome,
  predict,
  type Prediction,
  type Profile,
  profileFor,
  UnknownFact,
} from "../model/index.ts";
import { dedupeLive, type LiveRange } from "./live-call.ts";
import { liveEntry, liveRequest } from "./live-facts.ts";
import { closeLive, openSource, openTarget, type LiveFile, type Opening } from "./live-file.ts";

/** A range as it is named on a command line. */
export interface NamedRange {
  readonly path: string;
  readonly offset: bigint;
}

export type LiveCall =
  | {
      readonly kind: "called";
      readonly outcome: Outcome;
      /** Undefined where a fact that counts is not known: `unknown` names it. */
      readonly prediction: Prediction | undefined;
      readonly unknown: string;
    }
  /** A file cannot be opened: one line. */
  | { readonly kind: "refused"; readonly message: string };

/**
 * Opens the files, predicts from them as they are, makes the call, and closes
 * them. Without a profile they are held to that of the source's file system.
 */
export function callLive(
  named: Profile | undefined,
  length: bigint,
  source: NamedRange,
  targets: readonly NamedRange[],
): LiveCall {
  const opened: LiveFile[] = [];
  try {
    const ranges: LiveRange[] = [];
    for (const [index, { path, offset }] of [source, ...targets].entries()) {
      const opening: Opening = index === 0 ? openSource(path) : openTarget(path);
      if (opening.kind === "refused") {
        return {
          kind: "refused",
          message: `${path} cannot be opened: ${errnoName(opening.errno)}`,
        };
      }
      opened.push(opening.file);
      ranges.push({ file: opening.file, offset });
    }
    const [from, ...onto] = ranges;
    if (from === undefined) return { kind: "refused", message: "no source was named" };
    const profile = named ?? profileFor(from.file.fs ?? "btrfs");
    const expected = expectation(profile, length, from, onto);
    return { kind: "called", outcome: dedupeLive(from, length, onto), ...expected };
  } finally {
    opened.forEach(closeLive);
  }
}

function expectation(
  profile: Profile,
  length: bigint,
  source: LiveRange,
  targets: readonly LiveRange[],
): Pick<Extract<LiveCall, { kind: "called" }>, "prediction" | "unknown"> {
  const request = liveRequest(source, length, targets.length);
  const entries = targets.map((target) => liveEntry(request, source, target));
  try {
    return { prediction: predict(profile, request, entries), unknown: "" };
  } catch (error) {
    if (error instanceof UnknownFact) return { prediction: undefined, unknown: error.message };
    throw error;
  }
}
