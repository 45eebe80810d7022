/** One raw call on files that exist, with what the model expects of it. */

import {
  type EntryFacts,
  errnoName,
  type Outcome,
  predict,
  type Prediction,
  type Profile,
  profileFor,
  type RequestFacts,
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
  | Refused;

/** A file that cannot be opened: one line. */
export interface Refused {
  readonly kind: "refused";
  readonly message: string;
}

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
  return whileOpen(source, targets, (from, onto) => {
    const expected = expectation(profileOfFile(named, from), length, from, onto);
    return { kind: "called", outcome: dedupeLive(from, length, onto), ...expected };
  });
}

/** Opens the files as `callLive` does, lets their facts be looked at, makes no call, and closes them. */
export function lookLive<Seen>(
  named: Profile | undefined,
  length: bigint,
  source: NamedRange,
  targets: readonly NamedRange[],
  see: (profile: Profile, request: RequestFacts, entries: readonly EntryFacts[]) => Seen,
): Seen | Refused {
  return whileOpen(source, targets, (from, onto) => {
    const { request, entries } = factsOf(length, from, onto);
    return see(profileOfFile(named, from), request, entries);
  });
}

function whileOpen<Done>(
  source: NamedRange,
  targets: readonly NamedRange[],
  run: (from: LiveRange, onto: readonly LiveRange[]) => Done,
): Done | Refused {
  const opened: LiveFile[] = [];
  try {
    const ranges: LiveRange[] = [];
    for (const [index, { path, offset }] of [source, ...targets].entries()) {
      const opening: Opening = index === 0 ? openSource(path) : openTarget(path);
      if (opening.kind === "refused") {
        const message = `${path} cannot be opened: ${errnoName(opening.errno)}`;
        return { kind: "refused", message };
      }
      opened.push(opening.file);
      ranges.push({ file: opening.file, offset });
    }
    const [from, ...onto] = ranges;
    return from === undefined
      ? { kind: "refused", message: "no source was named" }
      : run(from, onto);
  } finally {
    opened.forEach(closeLive);
  }
}

function profileOfFile(named: Profile | undefined, { file }: LiveRange): Profile {
  return named ?? profileFor(file.fs ?? "btrfs");
}

function factsOf(
  length: bigint,
  source: LiveRange,
  targets: readonly LiveRange[],
): { readonly request: RequestFacts; readonly entries: readonly EntryFacts[] } {
  const request = liveRequest(source, length, targets.length);
  return { request, entries: targets.map((target) => liveEntry(request, source, target)) };
}

function expectation(
  profile: Profile,
  length: bigint,
  source: LiveRange,
  targets: readonly LiveRange[],
): Pick<Extract<LiveCall, { kind: "called" }>, "prediction" | "unknown"> {
  const { request, entries } = factsOf(length, source, targets);
  try {
    return { prediction: predict(profile, request, entries), unknown: "" };
  } catch (error) {
    if (error instanceof UnknownFact) return { prediction: undefined, unknown: error.message };
    throw error;
  }
}
