/**
 * A shell script that makes the calls of a trace by xfs_io, and compares what that
 * prints with what it prints where all is as expected. What xfs_io cannot say is
 * refused by the line that needs more.
 */

import type { Outcome } from "../model/index.ts";
import { wrapped } from "./columns.ts";
import type { ExportedCall, ExportedCase } from "./export-program.ts";
import { printOutcome } from "./outcome-text.ts";
import { refusal, type Refused } from "./refusal.ts";
import { shCall, slotsAfter, type ShSlots } from "./sh-call.ts";
import { shellWord } from "./shell-word.ts";

export type ExportedScript =
  | {
      readonly kind: "script";
      readonly text: string;
      /** What it prints where calls answer as they did in the replay. */
      readonly printed: string;
    }
  | Refused;

/** A line of the script, or none; what is expected of it, and what came. */
interface Line {
  readonly words: readonly string[];
  readonly expected: string;
  readonly got: string;
}

export function exportSh(program: ExportedCase): ExportedScript {
  const lines: string[] = [];
  const printed: string[] = [];
  let slots: ShSlots = new Map();
  for (const [index, call] of program.calls.entries()) {
    const line = lineOf(call, slots);
    if (typeof line === "string") return refusal("sh", index, call.op, `${line}; use --c`);
    slots = slotsAfter(slots, call.op, call.got);
    lines.push(...call.comments.flatMap(commentLines));
    if (line === undefined) continue;
    lines.push(["try", line.expected, ...line.words].map(shellWord).join(" "));
    printed.push(...printedLines(line));
  }
  const text = [...headLines(program), ...lines, ...tailLines].join("\n");
  return { kind: "script", text: `${text}\n`, printed: `${printed.join("\n")}\n` };
}

/** The line of a call; undefined where there is nothing to do, and why there is none. */
function lineOf({ op, got, allowed }: ExportedCall, slots: ShSlots): Line | string | undefined {
  const [wanted, other] = allowed;
  if (wanted === undefined || other !== undefined) return "more than one answer is expected";
  const row = shCall(op, slots);
  if (row.kind === "cannot") return row.why;
  if (row.kind === "nothing")
    return wanted.errno === 0 && got.errno === 0 ? undefined : untold(got);
  const tell = (outcome: Outcome): string | undefined =>
    outcome.contradictions === undefined ? row.prints(outcome) : undefined;
  const [expected, came] = [tell(wanted), tell(got)];
  if (expected === undefined) return untold(wanted);
  if (came === undefined) return untold(got);
  const same = printOutcome(op, wanted) === printOutcome(op, got);
  if (expected === came && !same)
    return "xfs_io prints the same for what is expected and what came";
  return { words: row.words, expected, got: came };

  function untold(outcome: Outcome): string {
    return `xfs_io does not tell the answer ${printOutcome(op, outcome)}`;
  }
}

function printedLines({ words, expected, got }: Line): readonly string[] {
  const lines = [words.join(" "), `  ${got}`];
  return got === expected ? lines : [...lines, `  expected: ${expected}`];
}

function commentLines(text: string): readonly string[] {
  return wrapped(text, 70).map((line) => `# ${line}`.trimEnd());
}

function headLines({
  comments,
  model,
  target,
  block,
  divergence,
}: ExportedCase): readonly string[] {
  const came = divergence === undefined ? "answered so" : "answered the last call in another way";
  const about = [
    ...comments,
    ...(comments.length === 0 ? [] : [""]),
    `Expected is what ${model.profile.name} allows; ${target} ${came}. Byte N stands for pattern N, and 0 for zeros.`,
    "",
    "Usage: sh repro.sh FOLDER. Its files are in a new folder inside FOLDER. Exits with 0 when all is as expected, 1 at the first answer that is not, 2 for wrong arguments, 3 when it cannot tell.",
  ];
  return [
    "#!/bin/sh",
    "# SPDX-License-Identifier: GPL-2.0 OR MIT",
    "#",
    ...about.flatMap(commentLines),
    "",
    "export LC_ALL=C",
    "if [ $# -ne 1 ]; then",
    '	echo "usage: sh $0 FOLDER" >&2',
    "	exit 2",
    "fi",
    "if ! command -v xfs_io > /dev/null; then",
    '	echo "xfs_io is not found: install xfsprogs" >&2',
    "	exit 3",
    "fi",
    'cd -- "$1" && made=$(mktemp -d repro-XXXXXX) && cd "$made" || exit 3',
    `if [ "$(stat -f -c %S .)" != ${block} ]; then`,
    `	echo "$1: needs blocks of ${block}" >&2`,
    "	exit 3",
    "fi",
    "",
    "# Runs a command; the first that does not print what is expected is the end.",
    "try() {",
    "	expected=$1",
    "	shift",
    '	printf "%s\\n" "$*"',
    '	got=$("$@" 2>&1 | sed "/ ops; /d")',
    '	printf "  %s\\n" "$got"',
    '	[ "$got" = "$expected" ] && return',
    '	printf "  expected: %s\\n" "$expected"',
    "	exit 1",
    "}",
    "",
    "# Size of a file, and its bytes from an offset on: so many of each.",
    "look() {",
    '	printf "size %s" "$(stat -c %s "$1")"',
    '	tail -c "+$(($2 + 1))" "$1" | head -c "$3" | od -Ad -tu1 -w1 |',
    `		awk '$1 == "*" { next }`,
    '			NR > 1 { printf ", %d x %s", $1 - start, byte }',
    "			{ start = $1; byte = $2 }'",
    "}",
    "",
  ];
}

const tailLines: readonly string[] = ["", 'cd .. && rm -rf "$made"'];
