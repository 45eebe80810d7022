import { expect, test } from "vitest";
import { linux618Btrfs, newModel, outcomes, type Op } from "../../model/index.ts";
import { causeOf, isLook, type Made } from "../../replay/cause.ts";
import { parseTrace } from "../../replay/parse.ts";

/** The cause of the last call of a program in text, a look. */
function cause(...lines: readonly string[]): string | undefined {
  const ops = program(lines);
  const look = ops.at(-1);
  if (look === undefined || !isLook(look)) throw new Error("the last call is no look");
  return causeOf(look, made(ops.slice(0, -1)))?.kind;
}

/** Calls as the model decides them. */
function made(ops: readonly Op[]): readonly Made[] {
  const model = newModel(linux618Btrfs);
  let { initial: state } = model;
  return ops.map((op) => {
    const [branch] = outcomes(model, state, op);
    if (branch === undefined) throw new Error("a call has no outcome");
    state = branch.state;
    return { op, decisions: branch.decisions, failed: branch.outcome.errno !== 0 };
  });
}

function program(lines: readonly string[]): readonly Op[] {
  const parsed = parseTrace(["trace 1   target t   block 4K", ...lines, ""].join("\n"));
  if (parsed.kind === "invalid") throw new Error(parsed.message);
  return parsed.trace.events.map(({ op }) => op);
}

const both = [
  "open s0 rw a",
  "open s1 rw b",
  "write s0 at 0 length 8K pattern 1",
  "write s1 at 0 length 8K pattern 1",
];
const shares = "dedupe s0 at 0 length 4K onto s1 at 0";
const look = "inspect s1 at 0 length 8K";

test("a look comes after the last call on the bytes of its file", () => {
  expect(cause(...both, shares, look)).toBe("dedupe");
  expect(cause(...both, shares, "truncate s1 length 4K", look)).toBe("truncate");
  expect(cause(...both, "open s1 rw truncate b", look)).toBe("open");
});

test.each([
  "link b c",
  "mode s1",
  "chmod s1 600",
  "as nobody",
  "limit none",
  "nocow s1",
  "fsync s1",
  "syncfs",
  "mkdir d",
  "close s0",
  "open s2 r b",
  "unlink a",
  "inspect s0 at 0 length 4K",
])("a call that changes no byte is no cause: %s", (call) => {
  expect(cause(...both, shares, call, look)).toBe("dedupe");
});

test("a call on a file that shares nothing with it is no cause", () => {
  expect(cause(...both, "fallocate s0 zero at 0 length 4K", look)).toBe("write");
});

test.each([
  [[shares], "truncate"],
  [["clone s1 at 0 length 4K onto s0 at 4K"], "truncate"],
  [
    [
      "open s2 rw c",
      "clone s1 at 0 length 4K onto s2 at 0",
      "clone s2 at 0 length 4K onto s0 at 0",
    ],
    "truncate",
  ],
  [["link a z", "open s3 rw z", "dedupe s3 at 0 length 4K onto s1 at 0"], "truncate"],
  [[], "write"],
])("a call on a file that may share its blocks is one: behind %j", (calls, kind) => {
  expect(cause(...both, ...calls, "truncate s0 length 4K", look)).toBe(kind);
});

test("behind a snapshot and a remount any file may be another", () => {
  expect(cause(...both, "remount", "open s1 r b", look)).toBe("remount");
  const before = ["subvolume v", "snapshot v w"];
  expect(cause(...both, ...before, look)).toBe("snapshot");
  expect(cause(...both, ...before, "truncate s0 length 4K", look)).toBe("truncate");
});

test("a look at the disk sees every file, and what is gone", () => {
  expect(cause(...both, shares, "truncate s0 length 4K", "observe")).toBe("truncate");
  expect(cause(...both, shares, "unlink a", "syncfs", "observe")).toBe("unlink");
  expect(cause(...both, shares, "syncfs", "fsync s0", "observe")).toBe("dedupe");
});

test("a look before anything was written has no cause", () => {
  expect(cause("open s1 rw b", look)).toBeUndefined();
});
