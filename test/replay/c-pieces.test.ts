/** The parts of exported C files: they fit into a mail, and compile without a warning, also those that few need. */

import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { errnoOf, failed } from "../../model/index.ts";
import { callForms } from "../../replay/call-forms.ts";
import { exportC } from "../../replay/export-c.ts";
import type { ExportedCase } from "../../replay/export-program.ts";
import { parseTrace } from "../../replay/parse.ts";
import { compilerProblem } from "../shim/shim.ts";
import { exportedCase, widthOf } from "./exports.ts";

/** Every kind of call that a program can make by itself, with every option. */
const everything = `trace 1   target t   block 4K   format strict
  open s0 rw a
  open s1 rw append truncate ${"b".repeat(64)}
  open s2 r path a
  open s3 w other/c
  open s4 rw bind/d
  open s5 r ro/a
  write s0 at 0 length 64K pattern 1
  write s0 at 0 length 64K pattern 1 except 5
  write s0 at 0 length 4K pattern 1 direct
  write s0 at 0 length 4K pattern 1 except 5 direct
  store s0 at 0 length 4K pattern 1
  store s0 at 0 length 4K pattern 1 except 5
  scatter s0 at 64K blocks 4 pattern 3
  truncate s0 length 128K
  fallocate s0 prealloc at 0 length 4K
  fallocate s0 keep-size at 0 length 4K
  fallocate s0 punch at 0 length 4K
  fallocate s0 zero at 0 length 4K
  fallocate s0 zero-keep-size at 0 length 4K
  nocow s4
  clone s0 at 0 length 4K onto s1 at 0
  dedupe s0 at 0 length 4K onto none
  dedupe s0 at 0 length 4K onto s1 at 0, closed at 0, never-opened at 0, s9 at 0x8000000000000000
  dedupe s0 at 0 length 4K onto s1 at 0 x127
  dedupe s0 at 0 length 4K reserved1 1 reserved2 2 onto s1 at 0 reserved 3 high 0xffffffff
  dedupe s0 at 0 length 4K argument null onto s1 at 0
  dedupe s0 at 0 length 4K argument crossing 24 onto s1 at 0
  dedupe s0 at 0 length 4K argument read-only 24 onto s1 at 0
  dedupe s0 at 0 length 4K argument unmapped 24 onto s1 at 0
  fsync s0
  syncfs
  observe
  read s0 at 0 length 4K
  inspect s0 at 0 length 4K
  mkdir e
  mkfifo e/f
  link a g
  unlink g
  subvolume v
  snapshot v w
  snapshot v e/x read-only
  delete w
  chmod s0 6755
  chown s0 user
  chattr s0 +i
  chattr s0 -i
  chattr s0 +a
  chattr s0 -a
  mode s0
  as user with chown, dac-override, linux-immutable
  limit 4K
  close s0
  as nobody
  close s1
  limit none
`;

/** Calls that take more than a program. */
const beyond = ["remount", "check", "scrub"];

const parsed = parseTrace(everything);
if (parsed.kind === "invalid") throw new Error(parsed.message);
const program = exportedCase(parsed.trace);

/** The same, where the first call may be answered in two ways. */
const either: ExportedCase = {
  ...program,
  calls: program.calls.map((call, index) =>
    index > 0 ? call : { ...call, allowed: [...call.allowed, failed(errnoOf("EACCES"))] },
  ),
};

function sourceOf(from: ExportedCase): string {
  const made = exportC(from);
  if (made.kind === "refused") throw new Error(made.message);
  return made.text;
}

test("every kind of call is here that a program can make", () => {
  const kinds = new Set(program.calls.map(({ op }) => op.kind));
  expect([...kinds, ...beyond].toSorted()).toEqual(Object.keys(callForms).toSorted());
});

test("lines have 72 columns at most", () => {
  const lines = [program, either].flatMap((each) => sourceOf(each).split("\n"));
  expect(lines.filter((line) => widthOf(line) > 72)).toEqual([]);
});

test("a call that may be answered in two ways has both", () => {
  expect(sourceOf(either)).toContain('"0" OR "errno EACCES"');
});

test.skipIf(compilerProblem() !== undefined)("all of it compiles without a warning", () => {
  for (const source of [sourceOf(program), sourceOf(either)]) {
    const flags = ["-Wall", "-Wextra", "-O2", "-c", "-o", "/dev/null", "-x", "c", "-"];
    const { status, stderr } = spawnSync("gcc", flags, { input: source, encoding: "utf8" });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  }
});
