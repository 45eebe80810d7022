/** What `explain` answers, whatever it is asked about. */

import { newModel, profileFor, type Profile } from "../model/index.ts";
import { explanationJson } from "./explain-json.ts";
import { explanationText } from "./explain-text.ts";
import { explainTrace } from "./explain-trace.ts";
import type { Explanation } from "./explain.ts";
import { formatIn } from "./trace.ts";
import { readTraceFile } from "./trace-file.ts";

export type Told =
  | { readonly kind: "text"; readonly text: string }
  /** One line for the user. */
  | { readonly kind: "invalid"; readonly message: string };

export interface HowToTell {
  readonly json: boolean;
  /** Whether all is told, not only what fits into a mail. */
  readonly all: boolean;
}

const form =
  "explain takes FILE N: a trace and the number of a call; see extent-same explain --help";

/** Explains what the words behind `explain` name; without a profile by that of the file system they are about. */
export function explain(
  named: Profile | undefined,
  words: readonly string[],
  how: HowToTell,
): Told {
  const [path = "", number = "", ...more] = words;
  if (more.length > 0 || !/^[0-9]{1,6}$/.test(number)) return { kind: "invalid", message: form };
  const read = readTraceFile(path);
  if (read.kind === "invalid") return read;
  const model = newModel(named ?? profileFor(formatIn(read.trace).fs));
  const explained = explainTrace(model, read.trace, Number(number));
  return explained.kind === "invalid" ? explained : told(explained.explanation, how);
}

function told(explanation: Explanation, { json, all }: HowToTell): Told {
  const text = json ? explanationJson(explanation) : explanationText(explanation, all);
  return { kind: "text", text };
}
