/** The forms that a trace can be exported in, and where what comes of it is written. */

import { chmodSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { FlagValues } from "./command-line.ts";
import { exportC, type ExportedText } from "./export-c.ts";
import { exportFstests, fstestsPaths, type ExportedFile } from "./export-fstests.ts";
import { exportMail } from "./export-mail.ts";
import type { ExportedCase, ExportedProgram, ExportedWhere } from "./export-program.ts";
import { fileProblem, folderProblem } from "./writable.ts";

/** The flags that name a form. */
export const exportForms = ["c", "fstests", "mail"] as const;

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
      /** The program that must show what the replay did. */
      readonly source: string;
      readonly write: (say: (text: string) => void) => void;
    }
  | Extract<ExportedText, { readonly kind: "refused" }>;

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
  const made = exportC(program);
  if (made.kind === "refused") return made;
  if (form === "fstests") return fstestsIn(out ?? ".", program);
  const text = form === "c" ? made : exportMail(program);
  if (text.kind === "refused") return text;
  return {
    kind: "exported",
    source: made.text,
    write: (say) => {
      if (out === undefined) say(text.text.trimEnd());
      else writeFileSync(out, text.text);
    },
  };
}

/** The least number of a test that is nobody's yet: those of the suite are lower. */
const firstNumber = 900;
const lastNumber = 9999;

function fstestsIn(folder: string, program: ExportedCase): Exported {
  const number = freeNumber(folder, program);
  const made = exportFstests(program, number);
  if (made.kind === "refused") return made;
  return {
    kind: "exported",
    source: made.source,
    write: (say) => {
      for (const file of made.files) say(writeInto(folder, file));
      say(
        `to do: put ${made.program} into LINUX_TARGETS of src/Makefile, and /src/${made.program} into .gitignore`,
      );
    },
  };
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
