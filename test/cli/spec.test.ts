import { expect, test } from "vitest";
import { rules } from "../../model/index.ts";
import { extentSame } from "./extent-same.ts";

const own = rules
  .filter(({ call, stage }) => call === "dedupe" || stage === "witness")
  .map(({ id }) => id.split(" ")[0]);

test("spec prints every rule of a dedupe once, in kernel order, in 72 columns", () => {
  const { code, stdout } = extentSame(["spec"]);
  expect(code).toBe(0);
  const row = /^(?:[0-9]+ +| {4})([A-Z][A-Za-z0-9-]*) .* (?:a trace|a test|source|memory) /;
  const shown = stdout.split("\n").flatMap((line) => row.exec(line)?.[1] ?? []);
  expect(shown).toEqual(own);
  expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(72);
});

test("spec --all prints the rules of the other calls too", () => {
  expect(extentSame(["spec", "--all"]).stdout).toMatch(/\nclone, in kernel order\n1 +C1 +EBADF /);
});

test("spec --json is a line for each rule of every call", () => {
  const lines = extentSame(["spec", "--json"]).stdout.trimEnd().split("\n");
  const ids = lines.map((line): unknown => Object.entries(JSON.parse(line))[0]);
  expect(ids).toEqual(rules.map(({ id }) => ["id", id]));
});

test("spec show prints a rule with its source, its evidence and its trace", () => {
  expect(extentSame(["spec", "show", "G8"])).toEqual({
    code: 0,
    stderr: "",
    stdout: `rule       G8: check ${place("G8")} of dedupe, prepare
says       Ranges of one inode that overlap get -EINVAL.
answers    -EINVAL
source     fs/remap_range.c, generic_remap_checks, Linux 6.18
evidence   corpus/rules/G8.trace, recorded on linux-6.18/btrfs

# G8: Ranges of one inode that overlap get -EINVAL.
trace 1   target linux-6.18/btrfs   block 4K
expect    linux-6.18/btrfs allowed
  open s0 rw a                                  -> 0
  write s0 at 0 length 1 pattern 1              -> 1
  dedupe s0 at 0 length 1 onto s0 at 0          -> status EINVAL
`,
  });
});

test("a rule that never decides says why, and what it rests on", () => {
  const { stdout } = extentSame(["spec", "show", "d3"]);
  expect(stdout).toMatch(/^rule +D3: /);
  expect(stdout).toMatch(/\nnever +the length that H8 left /);
  expect(stdout).toMatch(/\nevidence +read in the source, not seen at work\n$/);
});

function place(id: string): string {
  return String(rules.find((rule) => rule.id === id)?.place);
}
