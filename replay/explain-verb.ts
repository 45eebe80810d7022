/** What `explain` answers about a call of a trace, or one that is described. */

import { newModel } from "../model/index.ts";
import { explainDescribed } from "./explain-described.ts";
import { explainTrace } from "./explain-trace.ts";
import { heldTo, told, type HeldTo, type HowToTell, type Told } from "./told.ts";
import { formatIn } from "./trace.ts";
import { readTraceFile } from "./trace-file.ts";

const form =
  "explain takes FILE N: a trace and the number of a call; or CALL [FACT=VALUE]...; see extent-same explain --help";

/** Words that a call begins with, where a file does not: two of them in one. */
const isCall = /^\s*[a-z]+\s+\S/;

/** Explains what the words behind `explain` name. */
export function explain(held: HeldTo, words: readonly string[], how: HowToTell): Told {
  const [first = "", second = "", ...more] = words;
  if (isCall.test(first)) {
    const explained = explainDescribed(heldTo(held, "btrfs"), first, words.slice(1));
    return explained.kind === "invalid" ? explained : told(explained.value, how);
  }
  if (more.length > 0 || !/^[0-9]{1,6}$/.test(second)) return { kind: "invalid", message: form };
  const read = readTraceFile(first);
  if (read.kind === "invalid") return read;
  const model = newModel(heldTo(held, formatIn(read.trace).fs));
  const explained = explainTrace(model, read.trace, Number(second));
  return explained.kind === "invalid" ? explained : told(explained.explanation, how);
}
