/**
 * A test for fstests, the suite of Linux' file systems: the script, its golden
 * output, and the program in C that it runs, at their places in the suite's tree.
 *
 * Source of the form: tests/generic/630, common/preamble and doc/ of xfstests
 * (December 2025). A test there is quick, needs root, and runs on a scratch device.
 */

import { cRows, type CNote, type CRow } from "./c-rows.ts";
import { exportC } from "./export-c.ts";
import type { ExportedCase } from "./export-program.ts";
import { wrapped } from "./columns.ts";
import { refusal, type Refused } from "./refusal.ts";
import { shellWord } from "./shell-word.ts";

/** Files by their paths in the suite's tree. */
export type ExportedFiles =
  | {
      readonly kind: "files";
      readonly files: readonly ExportedFile[];
      /** The name of the program, and its source. */
      readonly program: string;
      readonly source: string;
    }
  | Refused;

export interface ExportedFile {
  readonly path: string;
  readonly text: string;
  readonly executable: boolean;
}

/** The folder of tests for the file system that a profile is about; `generic` for one that names none. */
function testFolder({ model }: ExportedCase): string {
  const kind = model.profile.name.split("/").at(-1);
  return kind === "btrfs" || kind === "xfs" ? kind : "generic";
}

/** The name of the program that test number `number` runs. */
function helperName(number: number): string {
  return `extent-same-${number}`;
}

/** The paths that a test with a number takes. */
export function fstestsPaths(program: ExportedCase, number: number): readonly string[] {
  const test = `tests/${testFolder(program)}/${number}`;
  return [test, `${test}.out`, `src/${helperName(number)}.c`];
}

export function exportFstests(program: ExportedCase, number: number): ExportedFiles {
  const open = program.calls.findIndex(({ allowed }) => allowed.length > 1);
  const choice = program.calls[open];
  if (choice !== undefined) {
    const why = `it may be answered in ${choice.allowed.length} ways, and golden output has one`;
    return refusal("fstests", open, choice.op, why);
  }
  const rows = cRows(program.calls);
  if (rows.kind === "refused") return rows;
  const made = exportC(program);
  if (made.kind === "refused") return made;
  const [test = "", golden = "", source = ""] = fstestsPaths(program, number);
  return {
    kind: "files",
    files: [
      { path: test, text: scriptText(program, number), executable: true },
      { path: golden, text: goldenText(rows.rows, program.block, number), executable: false },
      { path: source, text: made.text, executable: false },
    ],
    program: helperName(number),
    source: made.text,
  };
}

function scriptText(program: ExportedCase, number: number): string {
  const { comments, model, block, where } = program;
  const about = [...comments, ...(comments.length === 0 ? [] : [""]), purpose(program)];
  const helper = helperName(number);
  return lines([
    "#! /bin/bash",
    "# SPDX-License-Identifier: GPL-2.0 OR MIT",
    "#",
    `# FS QA Test No. ${number}`,
    "#",
    ...about.flatMap((text) => wrapped(text, 70)).map((line) => `# ${line}`.trimEnd()),
    "#",
    ". ./common/preamble",
    "_begin_fstest auto quick clone dedupe",
    "",
    "# Import common functions.",
    ". ./common/filter",
    ". ./common/reflink",
    "",
    "_require_scratch_dedupe",
    `_require_test_program "${helper}"`,
    "",
    `_scratch_mkfs${where.mkfs.map((word) => ` ${shellWord(word)}`).join("")} > $seqres.full 2>&1`,
    `_scratch_mount${mountWords(where.mount)} >> $seqres.full 2>&1`,
    `[ "$(_get_block_size $SCRATCH_MNT)" -eq ${block} ] || \\`,
    `	_notrun "${model.profile.name} is about blocks of ${block} bytes"`,
    "",
    `$here/src/${helper} $SCRATCH_MNT`,
    "",
    "# success, all done",
    "status=0",
    "exit",
  ]);
}

function purpose({ model, target, divergence }: ExportedCase): string {
  const came = divergence === undefined ? "answered so" : "answered the last call in another way";
  return `Make calls, and hold each answer against what ${model.profile.name} allows. ${target} ${came}.`;
}

function mountWords(options: readonly string[]): string {
  return options.length === 0 ? "" : ` -o ${shellWord(options.join(","))}`;
}

/** What the suite compares the test's output with: each call, answered as expected. */
function goldenText(rows: readonly (CRow | CNote)[], block: number, number: number): string {
  return lines([
    `QA output created by ${number}`,
    `trace 1   target here   block ${block}`,
    ...rows
      .filter((row) => row.kind === "call")
      .map(({ text, expected }) => `  ${text.padEnd(43)}   -> ${expected[0] ?? ""}`),
  ]);
}

function lines(texts: readonly string[]): string {
  return `${texts.join("\n")}\n`;
}
