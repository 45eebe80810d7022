/**
 * A program in C that makes the calls of a trace, and holds what they answer
 * against what is allowed: one file that needs libc and the kernel's headers.
 * What it prints is a trace again, so that `check` can read what it found.
 */

import { basePieces } from "./c-base-pieces.ts";
import { bytesPieces } from "./c-bytes-pieces.ts";
import { callPieces } from "./c-call-pieces.ts";
import { dedupePieces } from "./c-dedupe-pieces.ts";
import { lookPieces } from "./c-look-pieces.ts";
import { cleaningLines, openingLines, slotLines, usedMounts } from "./c-frame.ts";
import { observePieces } from "./c-observe-pieces.ts";
import type { Pieces } from "./c-piece.ts";
import { cRows, type CNote, type CRow } from "./c-rows.ts";
import { comment, literals, separated, statement } from "./c-text.ts";
import type { ExportedCase } from "./export-program.ts";
import { printOutcome } from "./outcome-text.ts";
import type { Refused } from "./refusal.ts";

export type ExportedText = { readonly kind: "text"; readonly text: string } | Refused;

const pieces: Pieces = {
  ...basePieces,
  ...bytesPieces,
  ...callPieces,
  ...lookPieces,
  ...dedupePieces,
  ...observePieces,
};

export function exportC(program: ExportedCase): ExportedText {
  const made = cRows(program.calls);
  if (made.kind === "refused") return made;
  const rows = made.rows.filter((row) => row.kind === "call");
  const chattrs = program.calls.some(({ op }) => op.kind === "chattr");
  const used = closure([
    "call",
    "begin",
    rows.some(({ expected }) => expected.length > 1) ? "check any" : "check",
    ...(usedMounts(program.calls).length === 0 ? [] : ["mounts"]),
    ...(chattrs ? ["unlock"] : []),
    ...rows.flatMap(({ needs }) => needs),
  ]);
  return {
    kind: "text",
    text: `${fileLines(program, used, made.rows.flatMap(rowLines)).join("\n")}\n`,
  };
}

function rowLines(row: CRow | CNote): readonly string[] {
  if (row.kind === "note") return comment("\t", row.comments);
  const { comments, odd, text, words, expected } = row;
  const answers = expected.flatMap((answer, index) =>
    index === 0 ? literals(answer) : ["OR", ...literals(answer)],
  );
  return [
    ...comment("\t", comments),
    ...(odd.length === 0 ? [] : statement("ODD", [separated(odd, "")])),
    ...statement("CALL", [literals(text), words, answers]),
  ];
}

function fileLines(
  program: ExportedCase,
  used: ReadonlySet<string>,
  calls: readonly string[],
): readonly string[] {
  const parts = Object.entries(pieces).flatMap(([name, part]) => (used.has(name) ? [part] : []));
  const headers = [...new Set(parts.flatMap((part) => part.headers))].toSorted();
  return [
    "// SPDX-License-Identifier: GPL-2.0 OR MIT",
    ...comment("", aboutLines(program)),
    "#define _GNU_SOURCE",
    "#define _FILE_OFFSET_BITS 64",
    ...headers.map((header) => `#include <${header}>`),
    "",
    `#define BLOCK ${program.block}	/* of the file system, and of patterns */`,
    "",
    ...errnoLines(program),
    ...parts.flatMap(({ code }) => code(used).trimEnd().split("\n")),
    "",
    ...slotLines(program.calls),
    "int main(int argc, char **argv)",
    "{",
    "	begin(argc, argv);",
    ...openingLines(program.calls),
    ...calls,
    ...cleaningLines(program.calls),
    "	return 0;",
    "}",
  ];
}

/** The names of pieces, and of all that they need. */
function closure(names: readonly string[]): ReadonlySet<string> {
  const all = new Set(names);
  for (const name of all) for (const need of pieces[name]?.needs ?? []) all.add(need);
  return all;
}

/** Errnos that are told by name although nobody expects them. */
const usualErrnos = ["EBADF", "EINVAL", "EIO", "ENOSPC", "EOPNOTSUPP", "EPERM"];

/** The names of errnos that come up, and of some that may; others are told by their number. */
function errnoLines({ calls }: ExportedCase): readonly string[] {
  const texts = calls.flatMap(({ op, got, allowed }) =>
    op.kind === "observe" ? [] : [got, ...allowed].map((outcome) => printOutcome(op, outcome)),
  );
  const found = texts.flatMap((text) => text.match(/\bE[A-Z0-9]+\b/g) ?? []);
  const names = new Set([...usualErrnos, ...found]);
  return [
    "static const char *errno_name(int number)",
    "{",
    "#define NAME(name) case name: return #name",
    "\tswitch (number) {",
    ...[...names].toSorted().map((name) => `\tNAME(${name});`),
    "\t}",
    "\treturn NULL;",
    "}",
  ];
}

function aboutLines(program: ExportedCase): readonly string[] {
  const { comments, model, target, divergence } = program;
  const came =
    divergence === undefined
      ? `${target} answered so`
      : `${target} answered the last call in another way`;
  return [
    ...comments,
    ...(comments.length === 0 ? [] : [""]),
    `Expected is what ${model.profile.name} allows; ${came}.`,
    "",
    "\tcc -Wall -Wextra -O2 -o repro repro.c",
    "\t./repro FOLDER",
    "",
    ...optionLines(program),
    "Its files are in a new folder inside FOLDER. Exits with 0 when all is as expected, 1 at the first answer that is not, 2 for wrong arguments, 3 when it cannot tell. What it prints is a trace of extent-same.",
  ];
}

/** How the file system must be made that FOLDER is on, where that is said. */
function optionLines({ where: { mkfs, mount } }: ExportedCase): readonly string[] {
  if (mkfs.length + mount.length === 0) return [];
  const made = mkfs.length === 0 ? "" : ` made by mkfs with ${mkfs.join(" ")}`;
  const mounted = mount.length === 0 ? "" : ` mounted with -o ${mount.join(",")}`;
  return [
    `FOLDER is on a file system${[made, mounted].filter((text) => text !== "").join(" and")}.`,
    "",
  ];
}
