/** A comment is free text: in whatever it says, no export does anything else than without it. */

import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { exportC } from "../../replay/export-c.ts";
import { exportFstests } from "../../replay/export-fstests.ts";
import { exportMail } from "../../replay/export-mail.ts";
import type { ExportedCase } from "../../replay/export-program.ts";
import { exportSh } from "../../replay/export-sh.ts";
import { plain } from "../../replay/plain.ts";
import { parseTrace } from "../../replay/parse.ts";
import type { Trace } from "../../replay/trace.ts";
import { compilerProblem } from "../shim/shim.ts";
import { exportedCase, widthOf } from "./exports.ts";
import { hostileComment } from "./hostile-comment.ts";

const text = [
  "trace 1   target t   block 4K",
  "  open s0 rw a",
  "  write s0 at 0 length 8K pattern 1",
  "  dedupe s0 at 0 length 4K onto s0 at 4K",
].join("\n");
const quiet = traceOf(text);
const without = exportedCase(quiet);

/** The trace with comments before it and before each call, as if no parser had seen them. */
const commented: fc.Arbitrary<ExportedCase> = fc
  .array(fc.array(hostileComment, { maxLength: 3 }), { minLength: 4, maxLength: 4 })
  .map(([first = [], ...rest]) => {
    const events = quiet.events.map((event, index) => ({ ...event, comments: rest[index] ?? [] }));
    return exportedCase({ ...quiet, comments: first, events });
  });

function traceOf(from: string): Trace {
  const parsed = parseTrace(from);
  if (parsed.kind === "invalid") throw new Error(parsed.message);
  return parsed.trace;
}

function sourceOf(program: ExportedCase): string {
  const made = exportC(program);
  return made.kind === "text" ? made.text : made.message;
}

function scriptOf(program: ExportedCase): string {
  const made = exportSh(program);
  return made.kind === "script" ? made.text : made.message;
}

function fstestOf(program: ExportedCase): string {
  const made = exportFstests(program, 900);
  return made.kind === "files" ? (made.files[0]?.text ?? "") : made.message;
}

/** What a shell does not read as a comment. */
function doneBy(script: string): readonly string[] {
  return script.split("\n").filter((line) => !line.startsWith("#") && line !== "");
}

test.each([
  ["a script of xfs_io", scriptOf],
  ["a test of fstests", fstestOf],
])("in %s comments are lines of their own that begin with #", (_form, made) => {
  const plainly = doneBy(made(without));
  expect(plainly.length).toBeGreaterThan(5);
  fc.assert(
    fc.property(commented, (program) => {
      expect(doneBy(made(program))).toEqual(plainly);
      expect(made(program)).toBe(plainLines(made(program)));
    }),
    { numRuns: 300 },
  );
});

/** Every line without what moves a cursor or hides. */
function plainLines(script: string): string {
  const lines = script
    .split("\n")
    .map((line) => line.replace(/^\t+/, (tabs) => "\t".repeat(tabs.length)));
  return lines
    .map((line) => `${/^\t*/.exec(line)?.[0] ?? ""}${plain(line.trimStart())}`)
    .join("\n");
}

test("in a mail comments stand apart, and no line is longer than 72 columns", () => {
  fc.assert(
    fc.property(commented, (program) => {
      const made = exportMail(program);
      const lines = made.kind === "text" ? made.text.split("\n") : [];
      const scissors = lines.filter((line) => line.startsWith("-- >8"));
      expect(scissors.length).toBe(2);
      for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(72);
    }),
    { numRuns: 300 },
  );
});

describe.skipIf(compilerProblem() !== undefined)("for a compiler", () => {
  function gcc(source: string, ...flags: readonly string[]): string {
    const ran = spawnSync("gcc", [...flags, "-x", "c", "-"], { input: source, encoding: "utf8" });
    expect({ status: ran.status, stderr: ran.stderr }).toEqual({ status: 0, stderr: "" });
    return ran.stdout;
  }

  /** The source without its comments. */
  function tokensOf(source: string): string {
    return gcc(source, "-fpreprocessed", "-dD", "-E", "-P", "-w");
  }

  test("a comment changes no token of a program in C", () => {
    const plainly = tokensOf(sourceOf(without));
    expect(plainly).toContain("main");
    fc.assert(
      fc.property(commented, (program) => {
        const source = sourceOf(program);
        expect(tokensOf(source)).toBe(plainly);
        gcc(source, "-fsyntax-only", "-Wall", "-Wextra", "-Werror", "-trigraphs");
      }),
      { numRuns: 60 },
    );
  });
});
