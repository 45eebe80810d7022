/** Why a call on live files would be answered as it would be, without making it. */

import {
  knownCall,
  knownTarget,
  type EntryFacts,
  type Profile,
  type RequestFacts,
} from "../model/index.ts";
import type { NamedRange } from "./call-words.ts";
import { explainDedupe } from "./explain.ts";
import { numberText } from "./number-text.ts";
import { plain } from "./plain.ts";
import { told, type HowToTell, type Told } from "./told.ts";

/** Explains it from the facts that were read of the files. */
export function explainLive(
  profile: Profile,
  [source, ...targets]: readonly [NamedRange, ...NamedRange[]],
  request: RequestFacts,
  entries: readonly EntryFacts[],
  how: HowToTell,
): Told {
  const names = targets.map(rangeText);
  const explanation = explainDedupe(profile, {
    call: `dedupe ${rangeText(source)} length ${numberText(request.length)} onto ${names.join(", ")}`,
    got: "",
    known: knownCall(request),
    targets: entries.map((entry, index) => ({
      name: names[index] ?? "",
      known: knownTarget(entry),
    })),
    unseen: 0,
    answer: { errno: undefined, targets: [] },
  });
  return told(explanation, how);
}

function rangeText({ path, offset }: NamedRange): string {
  return `${plain(path)} at ${numberText(offset)}`;
}
