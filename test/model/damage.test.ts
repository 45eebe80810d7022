import { expect, test } from "vitest";
import {
  initialOn,
  outcomes,
  formats,
  formatsOf,
  linux618Btrfs,
  newModel,
} from "../../model/index.ts";
import { printOutcome } from "../../replay/outcome-text.ts";
import { parseOutcome } from "../../replay/parse-outcome.ts";
import { after, told } from "./story.ts";

/** 8K of one pattern in a and in b, which shares with c; d is a hole, and a few bytes in e are inline. */
const state = after([
  "open s0 rw a",
  "write s0 at 0 length 8K pattern 1",
  "open s1 rw b",
  "write s1 at 0 length 8K pattern 1",
  "open s2 rw c",
  "clone s1 at 0 length 8K onto s2 at 0",
  "open s3 rw d",
  "truncate s3 length 8K",
  "open s4 rw e",
  "write s4 at 0 length 100 pattern 1",
  "open s5 rw f",
  "write s5 at 0 length 100 pattern 1",
  "open s6 rw g",
  "write s6 at 0 length 4K pattern 0",
]);

// oxfmt-ignore
test.each([
  ["a block is one for all files that share it", "dedupe s0 at 0 length 8K while unreadable s1 at 0 onto s2 at 0", "status EIO"],
  ["a block of a file that takes no part is met where it is shared", "dedupe s1 at 0 length 8K while unreadable s2 at 4K onto s0 at 0", "status EIO"],
  ["a block that is met by no range is met by nobody", "dedupe s0 at 0 length 8K while unreadable s1 at 0 onto s3 at 0", "differs"],
  ["what is shared with a hole meanwhile was not damaged before", "dedupe s6 at 0 length 4K while unreadable s3 at 0 onto s3 at 0 x2", "same 4K x2"],
  ["a hole has no block", "dedupe s3 at 0 length 4K while unreadable s3 at 0 onto s3 at 4K", "same 4K"],
])("%s", (_says, call, answer) => {
  expect(told(state, call).answer).toBe(answer);
});

test("what may be inline may be a block that cannot be read", () => {
  const { op } = told(state, "dedupe s4 at 0 length 100 onto s5 at 0");
  if (op.kind !== "dedupe") throw new Error("it is a dedupe");
  const during = { kind: "unreadable", slot: op.slot, offset: op.offset } as const;
  const model = newModel(linux618Btrfs);
  const [end, ...others] = outcomes(model, state, { ...op, during });
  const answers = ["status EIO", "same 100", "differs", "status EPERM"].map((text) => {
    const parsed = parseOutcome(op, text);
    if (parsed.kind === "invalid") throw new Error(parsed.message);
    return [text, end?.accepts?.(parsed.value) !== undefined];
  });
  expect(answers).toEqual([
    ["status EIO", true],
    ["same 100", true],
    ["differs", false],
    ["status EPERM", false],
  ]);
  expect(others).toEqual([]);
});

// oxfmt-ignore
test.each([
  ["dedupe s4 at 0 length 100 while full onto s5 at 0", true],
  ["dedupe s6 at 0 length 4K while full onto s3 at 4K", true],
  ["dedupe s0 at 0 length 8K while full onto s1 at 0", false],
  ["dedupe s3 at 0 length 4K while full onto s3 at 4K", false],
])("where no block is free, data that may be inline may be refused, and no other: %s", (call, mayBe) => {
  const { op } = told(state, call.replace(" while full", ""));
  if (op.kind !== "dedupe") throw new Error("it is a dedupe");
  const branches = outcomes(newModel(linux618Btrfs), state, { ...op, during: { kind: "full" } });
  const isAllowed = (text: string): boolean => {
    const parsed = parseOutcome(op, text);
    if (parsed.kind === "invalid") throw new Error(parsed.message);
    return branches.some((branch) => branch.accepts?.(parsed.value) !== undefined);
  };
  expect([`same ${op.length}`, "status ENOSPC", "status EIO"].map(isAllowed)).toEqual([true, mayBe, false]);
});

test.each(formatsOf("btrfs").map((format) => [format.name, format] as const))(
  "on a full %s, bytes are refused only where they may be inline",
  (_name, format) => {
    const small = after(
      [
        "open s0 rw a",
        "write s0 at 0 length 90 pattern 1",
        "open s1 rw b",
        "write s1 at 0 length 4K pattern 2",
        "write s1 at 4K length 90 pattern 1",
      ],
      initialOn(format),
    );
    const { returned, op } = told(small, "dedupe s0 at 0 length 90 while full onto s1 at 4K");
    const refused = parseOutcome(op, "status ENOSPC");
    if (refused.kind === "invalid") throw new Error(refused.message);
    const isAllowed =
      returned.accepts?.(refused.value) !== undefined ||
      returned.outcome.targets[0]?.status === refused.value.targets[0]?.status;
    expect(isAllowed).toBe(format.maxInline > 0n);
  },
);

test.each([
  ["dedupe s4 at 0 length 100 while full onto s5 at 0, closed at 0, s5 at 0", 4],
  ["dedupe s4 at 0 length 100 while unreadable s4 at 0 onto s5 at 0", 2],
  ["dedupe s4 at 0 length 100 argument read-only 55 while full onto s5 at 0", 2],
  ["dedupe s4 at 0 length 100 while full onto closed at 0", 1],
])(
  "where each entry may meet either of two, every way is told once, and allowed: %s",
  (call, count) => {
    const { op, returned } = told(state, call);
    const ways = [...(returned.ways?.() ?? [])];
    expect(ways.filter(({ outcome }) => returned.accepts?.(outcome) === undefined)).toEqual([]);
    expect(new Set(ways.map(({ outcome }) => printOutcome(op, outcome))).size).toBe(count);
    expect(ways).toHaveLength(count);
  },
);

test("data that may be compressed may not be damaged", () => {
  const packed = after(
    ["open s0 rw a", "write s0 at 0 length 8K pattern 1"],
    initialOn(formats.compressed),
  );
  const call = "dedupe s0 at 0 length 4K while unreadable s0 at 0 onto s0 at 4K";
  expect(told(packed, call).returned.answers).toBe(2);
});
