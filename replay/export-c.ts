/**
 * A program in C that makes the calls of a trace, and holds what they answer
 * against what is allowed: one file that needs libc and the kernel's headers.
 * What it prints is a trace again, so that `check` can read what it found.
 */

import {
  fileAt,
  isOther,
  mountOf,
  mounts,
  type Mount,
  type Op,
  type OpKind,
  type Slot,
  type TargetDescriptor,
  type User,
} from "../model/index.ts";
import { basePieces } from "./c-base-pieces.ts";
import { cCall, pathWords, type CCall, type MadeCall } from "./c-call.ts";
import { cOutcome } from "./c-outcome.ts";
import { bytesPieces } from "./c-bytes-pieces.ts";
import { callPieces } from "./c-call-pieces.ts";
import { dedupePieces } from "./c-dedupe-pieces.ts";
import { lookPieces } from "./c-look-pieces.ts";
import type { Pieces } from "./c-piece.ts";
import { comment, ended, filled, literals, separated, statement } from "./c-text.ts";
import type { ExportedCall, ExportedCase } from "./export-program.ts";
import { pathsOf } from "./op-paths.ts";
import { printCall } from "./op-text.ts";
import { printOutcome } from "./outcome-text.ts";
import { refusal, type Refused } from "./refusal.ts";

export type ExportedText = { readonly kind: "text"; readonly text: string } | Refused;

const pieces: Pieces = {
  ...basePieces,
  ...bytesPieces,
  ...callPieces,
  ...lookPieces,
  ...dedupePieces,
};

export function exportC(program: ExportedCase): ExportedText {
  const rows = program.calls.map(rowOf);
  const refused = rows.findIndex((row) => row.kind === "cannot");
  const [row, call] = [rows[refused], program.calls[refused]];
  if (row?.kind === "cannot" && call !== undefined) {
    return refusal("C", refused, call.op, row.why);
  }
  const made = rows.filter((each) => each.kind === "call");
  const choice = program.calls.some(({ allowed }) => allowed.length > 1);
  const used = closure([
    "call",
    "begin",
    ...(mountsOf(program).length === 0 ? [] : ["mounts"]),
    choice ? "check any" : "check",
    ...(program.calls.some(({ op }) => op.kind === "chattr") ? ["unlock"] : []),
    ...made.flatMap(({ needs }) => needs),
  ]);
  const callers = callersOf(program);
  const calls = made.flatMap((each, index) =>
    callLines(program.calls[index], byCaller(each, callers[index] ?? "root"), used),
  );
  return { kind: "text", text: `${fileLines(program, used, calls).join("\n")}\n` };
}

/** The user of each call, or root where the harness looks. */
function callersOf({ calls }: ExportedCase): readonly User[] {
  let user: User = "root";
  return calls.map(({ op }) => {
    if (op.kind === "as") user = op.user;
    return byRoot.has(op.kind) ? "root" : user;
  });
}

/** Calls that root makes, whoever calls. */
const byRoot: ReadonlySet<OpKind> = new Set([
  "as",
  "mode",
  "read",
  "inspect",
  "observe",
  "subvolume",
  "snapshot",
  "delete",
]);

function byCaller(made: MadeCall, user: User): MadeCall {
  if (user === "root") return made;
  const [first = "", ...rest] = ended(made.words, ")");
  return { ...made, words: [`BY_USER(${first}`, ...rest] };
}

function rowOf({ op, got }: ExportedCall): CCall {
  if (got.contradictions === undefined) return cCall(op);
  return { kind: "cannot", why: "what the kernel contradicts itself in is not told to a program" };
}

/** The mounts beside the main one that paths of a program lead through. */
function mountsOf({ calls }: ExportedCase): readonly Mount[] {
  const used = new Set(calls.flatMap(({ op }) => pathsOf(op).map(mountOf)));
  return mounts.filter((mount) => mount !== "main" && used.has(mount));
}

function callLines(
  call: ExportedCall | undefined,
  { odd, words }: MadeCall,
  used: ReadonlySet<string>,
): readonly string[] {
  if (call === undefined) return [];
  const { op, allowed, comments } = call;
  const expected = allowed.flatMap((outcome, index) => {
    const texts = literals(cOutcome(op, outcome, used.has("many")));
    return index === 0 ? texts : ["OR", ...texts];
  });
  return [
    ...comment("\t", comments),
    ...(odd.length === 0 ? [] : statement("ODD", [separated(odd, "")])),
    ...statement("CALL", [literals(printCall(op)), words, expected]),
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
    ...slotLines(program),
    "int main(int argc, char **argv)",
    "{",
    "	begin(argc, argv);",
    ...mountsOf(program).map((mount) => `\t${mounting[mount]}`),
    ...(used.has("as") ? openingLines(program) : []),
    ...calls,
    ...cleaningLines(program),
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
    [got, ...allowed].map((outcome) => printOutcome(op, outcome)),
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

/** How each mount is made. */
const mounting: Readonly<Record<Mount, string>> = {
  main: "",
  bind: 'mount_on("bind", NULL, 0);',
  ro: 'mount_on("ro", NULL, MS_RDONLY);',
  other: 'mount_on("other", "tmpfs", 0);',
};

/** Lets every user make files. */
function openingLines(program: ExportedCase): readonly string[] {
  const other = mountsOf(program).includes("other") ? ['\tchmod("other", 0777);'] : [];
  return ['\tchmod(".", 0777);', ...other];
}

/** Removes what was made, what lies deeper first. */
function cleaningLines(program: ExportedCase): readonly string[] {
  const ops = program.calls.map(({ op }) => op);
  const trees = new Set(ops.flatMap(treesOf).map(fileAt));
  const remove = ops.some(({ kind }) => kind === "chattr") ? "remove_locked" : "remove";
  const files = ops
    .flatMap(pathsOf)
    .filter((path) => !isOther(path))
    .map(fileAt);
  const deepFirst = [...new Set(files)].toSorted(
    (a, b) => depthOf(b) - depthOf(a) || (a < b ? -1 : 1),
  );
  return [
    ...mountsOf(program).map((mount) => `\tunmount("${mount}");`),
    ...deepFirst.flatMap((path) =>
      trees.has(path)
        ? statement("subvolume", [["BTRFS_IOC_SNAP_DESTROY_V2"], pathWords(path), ["0"], ["0"]])
        : statement(remove, [pathWords(path)]),
    ),
    '\tif (chdir("..") == 0)',
    "\t\tremove(made);",
  ];
}

/** What a call makes that is taken away with all that is in it. */
function treesOf(op: Op): readonly string[] {
  if (op.kind === "snapshot") return [op.to];
  return op.kind === "subvolume" ? [op.path] : [];
}

function depthOf(path: string): number {
  return path.split("/").length;
}

/** The slots of a program, as variables. */
function slotLines({ calls }: ExportedCase): readonly string[] {
  const used = new Set(calls.flatMap(({ op }) => slotsOf(op)));
  const slots = [...used].toSorted((a, b) => a - b).map((slot) => `s${slot} = -1`);
  if (slots.length === 0) return [];
  return [...filled("static int ", separated(slots, ";"), "\t"), ""];
}

function slotsOf(op: Op): readonly number[] {
  const own = "slot" in op ? [op.slot] : [];
  if (op.kind === "clone") return [...own, op.target];
  if (op.kind !== "dedupe") return own;
  return [...own, ...op.targets.map((target) => target.descriptor).filter(isSlot)];
}

function isSlot(descriptor: TargetDescriptor): descriptor is Slot {
  return typeof descriptor === "number";
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
