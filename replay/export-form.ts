/** The forms that a trace can be exported in, and where what comes of it is written. */

import { chmodSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { FlagValues } from "./command-line.ts";
import { disagreement, scriptDisagreement, type Shown } from "./export-agreement.ts";
import { exportC } from "./export-c.ts";
import { exportFstests, fstestsPaths, type ExportedFile } from "./export-fstests.ts";
import { exportMail } from "./export-mail.ts";
import type { ExportedCase, ExportedProgram, ExportedWhere } from "./export-program.ts";
import { exportSh } from "./export-sh.ts";
import type { Refused } from "./refusal.ts";
import { fileProblem, folderProblem } from "./writable.ts";

/** The flags that name a form. */
export const exportForms = ["c", "sh", "fstests", "mail"] as const;

type Form = (typeof exportForms)[number];

/** What a person asks for. */
export type ExportChoice =
  | {
      readonly kind: "form";
      readonly form: Form;
      /** A file or, for fstests, a folder; undefined for standard output. */
      readonly out: string | undefined;
    }
  /** One line for the user. */
  | { readonly kind: "invalid"; readonly message: string };

/** What is written once the program behind it was seen to run. */
export type Exported =
  | {
      readonly kind: "exported";
      /** What must show what the replay did. */
      readonly language: "c" | "sh";
      readonly source: string;
      /** In what it did not, in one line. */
      readonly disagreement: (shown: Shown) => string | undefined;
      readonly write: (say: (text: string) => void) => void;
    }
  | Refused;

export function readExportChoice(flags: FlagValues): ExportChoice {
  const [form, second] = exportForms.filter((name) => flags[name] !== undefined);
  if (form === undefined || second !== undefined) {
    return invalid(`export takes one of ${exportForms.map((name) => `--${name}`).join(", ")}`);
  }
  const { out } = flags;
  if (form === "fstests" && out === undefined) {
    return invalid("--fstests writes three files: name the suite's folder, or any other, by --out");
  }
  const problemOf = form === "fstests" ? folderProblem : fileProblem;
  const problem = out === undefined ? undefined : problemOf(out);
  return problem === undefined ? { kind: "form", form, out } : invalid(`--out: ${problem}`);
}

export function exported(
  { form, out }: Extract<ExportChoice, { readonly kind: "form" }>,
  ran: ExportedProgram,
  where: ExportedWhere,
): Exported {
  const program = { ...ran, where };
  if (form === "sh") return scriptAt(out, program);
  const made = exportC(program);
  if (made.kind === "refused") return made;
  if (form === "fstests") return fstestsIn(out ?? ".", program);
  const text = form === "c" ? made : exportMail(program);
  return text.kind === "refused" ? text : inC(program, made.text, writer(out, text.text, 0o644));
}

type Write = Extract<Exported, { readonly kind: "exported" }>["write"];

/** What is written once the program in C agrees with the replay. */
function inC(program: ExportedCase, source: string, write: Write): Exported {
  const differs = (shown: Shown): string | undefined => disagreement(program, shown);
  return { kind: "exported", language: "c", source, disagreement: differs, write };
}

function scriptAt(out: string | undefined, program: ExportedCase): Exported {
  const made = exportSh(program);
  if (made.kind === "refused") return made;
  const { text, printed } = made;
  return {
    kind: "exported",
    language: "sh",
    source: text,
    disagreement: (shown) => scriptDisagreement(program, printed, shown),
    write: writer(out, text, 0o755),
  };
}

/** Writes a text to a file, or says it. */
function writer(out: string | undefined, text: string, mode: number): Write {
  return (say) => {
    if (out === undefined) say(text.trimEnd());
    else {
      writeFileSync(out, text, { mode });
      chmodSync(out, mode);
    }
  };
}

/** The least number of a test that is nobody's yet: those of the suite are lower. */
const firstNumber = 900;
const lastNumber = 9999;

function fstestsIn(folder: string, program: ExportedCase): Exported {
  const number = freeNumber(folder, program);
  const made = exportFstests(program, number);
  if (made.kind === "refused") return made;
  return inC(program, made.source, (say) => {
    for (const file of made.files) say(writeInto(folder, file));
    say(
      `to do: put ${made.program} into LINUX_TARGETS of src/Makefile, and /src/${made.program} into .gitignore`,
    );
  });
}

/** The first number whose files are not there yet. */
function freeNumber(folder: string, program: ExportedCase): number {
  for (let number = firstNumber; number <= lastNumber; number++) {
    const paths = fstestsPaths(program, number);
    if (!paths.some((path) => existsSync(join(folder, path)))) return number;
  }
  return lastNumber;
}

/** Writes a file, and returns its path. */
function writeInto(folder: string, { path, text, executable }: ExportedFile): string {
  const whole = join(folder, path);
  mkdirSync(dirname(whole), { recursive: true });
  writeFileSync(whole, text, { flag: "wx" });
  if (executable) chmodSync(whole, 0o755);
  return whole;
}

function invalid(message: string): { readonly kind: "invalid"; readonly message: string } {
  return { kind: "invalid", message };
}
