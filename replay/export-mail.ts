/**
 * A report in plain text for a mailing list, 72 columns wide: what was called,
 * expected and got, on which kernel, and a program that shows it.
 */

import type { OpKind } from "../model/index.ts";
import { ruleOf, type Divergence } from "./check.ts";
import { labelled, wrapped } from "./columns.ts";
import { describe } from "./describe.ts";
import { exportC, type ExportedText } from "./export-c.ts";
import type { ExportedCall, ExportedCase } from "./export-program.ts";
import { printCall } from "./op-text.ts";
import { printOutcome } from "./outcome-text.ts";

const columns = 72;

export function exportMail(program: ExportedCase): ExportedText {
  const made = exportC(program);
  if (made.kind === "refused") return made;
  const { model, comments, calls, divergence } = program;
  const { profile } = model;
  const lines = [
    ...labelled("Subject:", subject(program), 9),
    "",
    ...comments.flatMap((text) => wrapped(text, columns - 2)).map((line) => `  ${line}`.trimEnd()),
    ...(comments.length === 0 ? [] : [""]),
    ...(divergence === undefined
      ? labelled("allowed", `every answer is one that ${profile.name} allows: ${profile.about}`)
      : describe(model, divergence)),
    ...whereLines(program),
    "",
    "What was called, on files of its own, and what came back:",
    "",
    ...calls.flatMap(callLines),
    "",
    ...howLines(divergence),
    "",
    scissors,
    made.text.trimEnd(),
    scissors,
  ];
  return { kind: "text", text: `${lines.join("\n")}\n` };
}

const scissors = `-- >8 --- repro.c ${"-".repeat(48)}`;

function subject({ divergence, target, model }: ExportedCase): string {
  if (divergence === undefined)
    return `calls on ${target} that answer as ${model.profile.name} says`;
  const cause = callName(divergence.after?.kind ?? divergence.op.kind);
  const rule = ruleOf(divergence);
  return `${cause} on ${target}: ${divergence.difference.kind} not as expected (${rule})`;
}

function callName(kind: OpKind): string {
  if (kind === "dedupe") return "FIDEDUPERANGE";
  return kind === "clone" ? "FICLONERANGE" : kind;
}

function whereLines({ where, target }: ExportedCase): readonly string[] {
  const options = [
    ...(where.mkfs.length === 0 ? [] : [`mkfs ${where.mkfs.join(" ")}`]),
    ...(where.mount.length === 0 ? [] : [`mount -o ${where.mount.join(",")}`]),
  ];
  return [
    ...labelled("kernel", `${where.kernel}, as ${target}`),
    ...(options.length === 0 ? [] : labelled("made by", options.join("; "))),
  ];
}

function callLines({ op, got }: ExportedCall, index: number): readonly string[] {
  return labelled(`${index + 1}`.padStart(4), `${printCall(op)} -> ${printOutcome(op, got)}`, 6);
}

function howLines(divergence: Divergence | undefined): readonly string[] {
  const ends =
    divergence === undefined
      ? "It exits with 0 where every answer is as above, else with 1."
      : "It exits with 1 where a kernel answers as above, and with 0 where all is as expected.";
  return [
    ...wrapped(
      `To see it, save what stands between the scissors as repro.c. FOLDER is any folder on such a file system. ${ends}`,
      columns,
    ),
    "",
    "  cc -Wall -Wextra -O2 -o repro repro.c",
    "  ./repro FOLDER",
    "",
    ...wrapped(
      "What it prints is a trace: extent-same check - reads it, and says which rule decides.",
      columns,
    ),
  ];
}
