/** Whether an exported program showed what the replay did, call by call. */

import type { Op, Outcome } from "../model/index.ts";
import { observeText, toldSharing } from "./c-rows.ts";
import type { ExportedProgram } from "./export-program.ts";
import { printCall } from "./op-text.ts";
import { printOutcome } from "./outcome-text.ts";
import { parseTrace } from "./parse.ts";
import { quoted } from "./plain.ts";

/** The exit codes of what is exported. */
const asExpected = 0;
const differs = 1;

/** What an exported program did. */
export interface Shown {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * What a program, which prints a trace, showed otherwise than the replay, in one
 * line; undefined when it agrees.
 */
export function disagreement(program: ExportedProgram, shown: Shown): string | undefined {
  const parsed = parseTrace(shown.stdout);
  const { stderr } = shown;
  if (parsed.kind === "invalid") return `the program did not run: ${quoted(stderr)}`;
  const { events } = parsed.trace;
  const calls = program.calls.filter(({ op }) => op.kind !== "observe");
  for (const [index, { op, got }] of calls.entries()) {
    const event = events[index];
    const call = `call ${index + 1}, ${printCall(op)}`;
    if (event?.outcome === undefined || printCall(event.op) !== printCall(op)) {
      return `${call}: the program did not get there: ${quoted(stderr)}`;
    }
    const [showed, replayed] = [textOf(op, event.outcome), textOf(op, got)];
    if (showed !== replayed) return `${call}: the program got ${showed}, and replay ${replayed}`;
  }
  return sharingDisagreement(program, shown) ?? endDisagreement(program, shown);
}

/** What FIEMAP told otherwise than the replay, in the comments of what was printed. */
function sharingDisagreement({ calls }: ExportedProgram, { stdout }: Shown): string | undefined {
  const told = linesOf(stdout)
    .filter((line) => line.trimStart().startsWith(observeText))
    .map((line) => line.slice(line.indexOf("->") + 3));
  const wanted = calls
    .filter(({ op }) => op.kind === "observe")
    .flatMap((call) => toldSharing(call) ?? []);
  const at = wanted.findIndex((text, index) => text !== told[index]);
  if (at === -1) return undefined;
  return `FIEMAP tells ${quoted(told[at] ?? "nothing")}, and replay ${quoted(wanted[at] ?? "")}`;
}

/** The same of a script, of which it is known what it prints. */
export function scriptDisagreement(
  program: ExportedProgram,
  printed: string,
  shown: Shown,
): string | undefined {
  const [wanted, came] = [linesOf(printed), linesOf(shown.stdout)];
  const at = wanted.findIndex((line, index) => line !== came[index]);
  if (at === -1) return endDisagreement(program, shown);
  const said = quoted(came[at] ?? shown.stderr);
  return `line ${at + 1} of what the script prints is ${said}, and not ${quoted(wanted[at] ?? "")}`;
}

function linesOf(text: string): readonly string[] {
  return text.trimEnd().split("\n");
}

function endDisagreement({ divergence }: ExportedProgram, { code }: Shown): string | undefined {
  const expected = divergence === undefined ? asExpected : differs;
  return code === expected ? undefined : `what is exported ended with ${code}, not ${expected}`;
}

/** An outcome, but for which fields of the argument changed: a program says only that some did. */
function textOf(op: Op, outcome: Outcome): string {
  return printOutcome(op, {
    ...outcome,
    touched: outcome.touched.length === 0 ? [] : ["argument"],
  });
}
