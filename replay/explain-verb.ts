/** What `explain` answers about a call of a trace, or one that is described. */

import { newModel } from "../model/index.ts";
import { explainDescribed } from "./explain-described.ts";
import { explainTrace } from "./explain-trace.ts";
import { heldTo, told, type HeldTo, type HowToTell, type Told } from "./told.ts";
import { opinionLines, opinionsOf } from "./explain-profiles.ts";
import { formatIn, type Trace } from "./trace.ts";
import { readTraceFile } from "./trace-file.ts";

const form =
  "explain takes FILE N: a trace and the number of a call; or CALL [FACT=VALUE]...; see extent-same explain --help";

const ofTraces = "--profiles is for a call of a trace: explain FILE N --profiles A,B";

/** Words that a call begins with, where a file does not: two of them in one. */
const isCall = /^\s*[a-z]+\s+\S/;

/** Explains what the words behind `explain` name. */
export function explain(held: HeldTo, words: readonly string[], how: HowToTell): Told {
  const [first = "", second = "", ...more] = words;
  if (isCall.test(first)) {
    if (how.profiles !== undefined) return { kind: "invalid", message: ofTraces };
    const explained = explainDescribed(heldTo(held, "btrfs"), first, words.slice(1));
    return explained.kind === "invalid" ? explained : told(explained.value, how);
  }
  if (more.length > 0 || !/^[0-9]{1,6}$/.test(second)) return { kind: "invalid", message: form };
  const read = readTraceFile(first);
  if (read.kind === "invalid") return read;
  const model = newModel(heldTo(held, formatIn(read.trace).fs));
  const explained = explainTrace(model, read.trace, Number(second));
  if (explained.kind === "invalid") return explained;
  return withOpinions(told(explained.explanation, how), read.trace, Number(second), how);
}

/** What is told, with what the other profiles say that were asked for. */
function withOpinions(said: Told, trace: Trace, at: number, { profiles, json }: HowToTell): Told {
  if (said.kind === "invalid" || profiles === undefined) return said;
  const read = opinionsOf(profiles, trace, at);
  if (read.kind === "invalid") return read;
  const more = json ? [JSON.stringify({ profiles: read.opinions })] : opinionLines(read.opinions);
  return { kind: "text", text: [said.text, ...more].join("\n") };
}
