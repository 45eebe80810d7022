import { mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { built, extentSame, refusal, started } from "./extent-same.ts";

const header = "trace 1   target linux-6.18/btrfs   block 4K\n";
const allowed = `${header}  open s0 rw a -> 0\n`;
const diverged = `${header}  open s0 rw a -> 0\n  close s0 -> errno EIO\n`;
const unrun = `${header}  open s0 rw a -> 0\n  close s0\n`;
const allowedText = "allowed: every answer is one that linux-6.18/btrfs allows\n";
const noHeader =
  "line 1: the header is missing; a trace begins: trace 1   target NAME   block N   [seed N]";

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "test-trace-"));
  mkdirSync(join(folder, "folder"));
  writeFileSync(join(folder, "empty"), "");
  writeFileSync(join(folder, "binary"), Buffer.from([0, 255, 254, 10, 27, 91, 51, 49, 109, 200]));
  writeFileSync(join(folder, "long"), "");
  truncateSync(join(folder, "long"), 5_000_000);
  started("mkfifo", [join(folder, "fifo")]);
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

test.each([
  ["missing", /: it cannot be read: ENOENT: .*$/],
  ["folder", /: it is not a file$/],
  ["fifo", /: it is not a file$/],
  ["long", /: it is too long for a trace$/],
  ["empty", new RegExp(`: ${noHeader.replaceAll("[", "\\[")}$`)],
  ["binary", new RegExp(`: ${noHeader.replaceAll("[", "\\[")}$`)],
])("a FILE that is %s is refused in one line", (name, message) => {
  const { code, stdout, stderr } = extentSame(["check", join(folder, name)]);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toMatch(/^extent-same: [^\n]*\n$/);
  expect(stderr.trimEnd()).toMatch(message);
});

test.each(["replay", "minimise"])("%s refuses a FILE as check does", (command) => {
  const words = [command, "--target", "simulated", join(folder, "folder")];
  expect(extentSame(words)).toEqual(extentSame(["check", join(folder, "folder")]));
});

test("a name with an escape sequence is shown without it", () => {
  expect(extentSame(["check", "\u001b[2J\u202egone\nline"]).stderr).toBe(
    "extent-same: gone line: it cannot be read: ENOENT: no such file or directory, stat 'gone line'\n",
  );
});

test("standard input without an end is refused", () => {
  const ran = started("sh", ["-c", 'exec "$0" "$1" check - </dev/zero', process.execPath, built]);
  expect(ran).toEqual(refusal("-: it is too long for a trace"));
});

test.each([
  ["that is allowed", allowed, 0, allowedText],
  ["whose last call did not run", unrun, 2, "undecided: call 2 has no outcome: replay it first\n"],
  ["without a call", header, 0, allowedText],
])("check of a trace %s gives code and verdict", (_which, input, code, stdout) => {
  expect(extentSame(["check", "-"], { input })).toEqual({ code, stdout, stderr: "" });
});

test("check of a trace that diverges says where, what came back and what was allowed", () => {
  const { code, stdout, stderr } = extentSame(["check", "-"], { input: diverged });
  expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
  expect(stdout.split("\n").slice(0, 5)).toEqual([
    "diverged",
    "differs    errno, at call 2",
    "call       close s0",
    "got        errno EIO",
    "allowed    are only: 0",
  ]);
});

test("replay runs the calls again, whatever the trace recorded", () => {
  const simulated = ["replay", "--target", "simulated"];
  expect(extentSame([...simulated, "-"], { input: diverged })).toMatchObject({ code: 0 });
  const { code, stdout } = extentSame([...simulated, "--json", "-"], { input: unrun });
  expect(code).toBe(0);
  const lines = stdout
    .trimEnd()
    .split("\n")
    .map((line): unknown => JSON.parse(line));
  expect(lines.at(-1)).toEqual({ verdict: "allowed" });
});

test("a trace with another block than the target's is refused", () => {
  const input = "trace 1   target t   block 512\n";
  const there = ["--dir", folder, "--profile", "linux-6.18/btrfs"];
  expect(extentSame(["replay", ...there, "-"], { input })).toEqual(
    refusal("the trace has blocks of 512 bytes, and the target has 4096"),
  );
  expect(extentSame(["replay", "--target", "simulated", "-"], { input }).stdout).toBe(allowedText);
});

test.each(["minimise", "minimize"])(
  "%s makes a trace small, and the small one diverges",
  (verb) => {
    const noise = Array.from({ length: 8 }, (_, index) => `  open s${index + 2} rw b${index}\n`);
    const dedupe = "  dedupe s0 at 0 length 4K onto s1 at 0, s0 at 4K\n";
    const writes = "  write s0 at 0 length 64K pattern 1\n  write s1 at 0 length 64K pattern 1\n";
    const input = `${header}  open s0 rw a\n  open s1 rw b\n${writes}${noise.join("")}${dedupe}`;
    const out = join(folder, `${verb}.trace`);
    const words = [verb, "--target", "simulated:canary", "--out", out, "-"];
    const { code, stdout, stderr } = extentSame(words, { input });
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/: 13 calls became 3 in [0-9]+ trials\n$/);
    expect(extentSame(["check", out])).toMatchObject({ code: 1 });
    expect(readFileSync(out, "utf8")).toContain("expect    linux-6.18/btrfs diverged at call 3\n");
  },
);

test("minimise of a trace that is allowed has nothing to do", () => {
  expect(extentSame(["minimise", "--target", "simulated", "-"], { input: allowed })).toEqual({
    code: 0,
    stdout: "",
    stderr: "nothing to make smaller: linux-6.18/btrfs allows every answer\n",
  });
});

test("a result that cannot be written is refused before it is made", () => {
  const words = ["minimise", "--target", "simulated:canary", "--out", folder, "-"];
  expect(extentSame(words, { input: allowed })).toEqual(
    refusal(`--out: "${folder}" is a folder`.replace(/"(.{48}).+"/, '"$1..."')),
  );
});
