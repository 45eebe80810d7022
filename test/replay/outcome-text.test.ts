import { expect, test } from "vitest";
import {
  bytes,
  errnoOf,
  failed,
  returned,
  untouched,
  type Op,
  type Outcome,
} from "../../model/index.ts";
import { printOutcome } from "../../replay/outcome-text.ts";
import { parseCall } from "../../replay/parse-call.ts";
import { parseOutcome } from "../../replay/parse-outcome.ts";

const none = "dedupe s0 at 0 length 4K onto none";
const two = "dedupe s0 at 0 length 4K onto s1 at 0 x2";
const five = "dedupe s0 at 0 length 4K onto s1 at 0 x5";
const read = "read s0 at 0 length 8K";
const inspect = "inspect s0 at 0 length 8K";

function call(text: string): Op {
  const parsed = parseCall(text);
  if (parsed.kind === "invalid") throw new Error(parsed.message);
  return parsed.value;
}

function same(deduped: bigint): Outcome["targets"][number] {
  return { status: 0, deduped: bytes(deduped) };
}

const shared = {
  witness: "shared",
  file: "a",
  text: "block 3: nothing else refers to its extent, FIEMAP says shared",
} as const;

const rows: readonly (readonly [string, string, Outcome])[] = [
  ["syncfs", "0", returned(0)],
  ["syncfs", "64K", returned(65_536)],
  ["syncfs", "errno EBADF", failed(errnoOf("EBADF"))],
  ["syncfs", "result -1", returned(-1)],
  ["syncfs", "result -7", returned(-7)],
  ["syncfs", "result -7 errno EINVAL", { ...failed(errnoOf("EINVAL")), result: -7 }],
  ["syncfs", "result 0 errno EINVAL", { ...failed(errnoOf("EINVAL")), result: 0 }],
  ["limit none", "SIGXFSZ; 0", { ...returned(0), signalled: true }],
  [
    none,
    "slept; SIGXFSZ; errno EFBIG",
    { ...failed(errnoOf("EFBIG")), slept: true, signalled: true },
  ],
  ["mode s0", "644", returned(0o644)],
  ["mode s0", "000", returned(0)],
  ["mode s0", "result 4K", returned(0o10000)],
  ["syncfs", "0 touched src_offset guard", { ...returned(0), touched: ["src_offset", "guard"] }],
  [none, "no targets", returned(0)],
  [none, "errno EINVAL", failed(errnoOf("EINVAL"))],
  [two, "same 4K x2", { ...returned(0), targets: [same(4096n), same(4096n)] }],
  [two, "untouched x2", { ...returned(0), targets: [untouched, untouched] }],
  [two, "errno EBADF", { ...failed(errnoOf("EBADF")), targets: [untouched, untouched] }],
  [two, "result 5", { ...returned(5), targets: [untouched, untouched] }],
  [two, "result 5, same 4K x2", { ...returned(5), targets: [same(4096n), same(4096n)] }],
  [
    two,
    "errno EFAULT wrote same 4K, untouched touched dest_fd[1]",
    {
      ...failed(errnoOf("EFAULT")),
      targets: [same(4096n), untouched],
      touched: ["dest_fd[1]"],
    },
  ],
  [
    five,
    "same untouched, differs, differs bytes 12, status EINVAL, status EINVAL bytes 5",
    {
      ...returned(0),
      targets: [
        { status: 0, deduped: untouched.deduped },
        { status: 1, deduped: bytes(0n) },
        { status: 1, deduped: bytes(12n) },
        { status: -22, deduped: bytes(0n) },
        { status: -22, deduped: bytes(5n) },
      ],
    },
  ],
  [
    five,
    "status 2 bytes 57005, status -4242, status untouched, status untouched bytes 4K, status EINVAL bytes untouched",
    {
      ...returned(0),
      targets: [
        { status: 2, deduped: bytes(57_005n) },
        { status: -4242, deduped: bytes(0n) },
        { status: untouched.status, deduped: bytes(0n) },
        { status: untouched.status, deduped: bytes(4096n) },
        { status: -22, deduped: untouched.deduped },
      ],
    },
  ],
  [
    two,
    "same 4K x2 touched guard contradicted times @s1: mtime changed",
    {
      ...returned(0),
      targets: [same(4096n), same(4096n)],
      touched: ["guard"],
      contradictions: [{ witness: "times", file: "@s1", text: "mtime changed" }],
    },
  ],
  [
    "observe",
    "- contradicted shared a: block 3: nothing else refers to its extent, FIEMAP says shared ; st-blocks b.c: the items make 8, st_blocks is 0",
    {
      ...returned(0),
      layout: [],
      contradictions: [
        shared,
        { witness: "st-blocks", file: "b.c", text: "the items make 8, st_blocks is 0" },
      ],
    },
  ],
  [read, "0", { ...returned(0), seen: { size: undefined, runs: [] } }],
  [read, "8K pattern 1", looked(undefined, [[8192n, 1]])],
  [read, "8K garbled", looked(undefined, [[8192n, -1]])],
  [
    read,
    "8K: 4K pattern 1, 4095 zeros, 1 pattern 3 flipped",
    looked(undefined, [
      [4096n, 1],
      [4095n, 0],
      [1n, 131],
    ]),
  ],
  [read, "result 5", returned(5)],
  [read, "result 8K saw 4K zeros", { ...looked(undefined, [[4096n, 0]]), result: 8192 }],
  [
    read,
    "errno EIO saw nothing",
    { ...failed(errnoOf("EIO")), seen: { size: undefined, runs: [] } },
  ],
  [inspect, "size 12K", { ...returned(0), seen: { size: bytes(12_288n), runs: [] } }],
  [
    inspect,
    "size 12K: 4K pattern 1, 4K pattern 0 flipped",
    looked(12_288n, [
      [4096n, 1],
      [4096n, 128],
    ]),
  ],
];

function looked(size: bigint | undefined, runs: readonly (readonly [bigint, number])[]): Outcome {
  return {
    ...returned(Number(runs.reduce((sum, [length]) => sum + length, 0n))),
    seen: {
      size: size === undefined ? undefined : bytes(size),
      runs: runs.map(([length, tone]) => ({ length, tone })),
    },
  };
}

test.each(rows)("%s -> %s", (text, outcomeText, outcome) => {
  const op = call(text);
  expect(printOutcome(op, outcome)).toBe(outcomeText);
  expect(parseOutcome(op, outcomeText)).toEqual({ kind: "parsed", value: outcome });
});

test.each([
  [two, "result -1 errno 22", "errno EINVAL"],
  [two, "same 0x1000, same 4096", "same 4K x2"],
  [two, "status 0 bytes 1, status -22 bytes 0", "same 1, status EINVAL"],
  [two, "errno EIO wrote untouched x2", "errno EIO"],
  [two, "result 0", "untouched x2"],
  [read, "8K: 8K pattern 0", "8K zeros"],
  [read, "result 4K saw 4K zeros", "4K zeros"],
])("%s -> %s is printed as %s", (text, outcomeText, canonical) => {
  const op = call(text);
  const parsed = parseOutcome(op, outcomeText);
  expect(parsed.kind === "parsed" ? printOutcome(op, parsed.value) : parsed.message).toBe(
    canonical,
  );
});

test("a failed dedupe without entries prints as one with untouched entries", () => {
  expect(printOutcome(call(two), failed(errnoOf("EBADF")))).toBe("errno EBADF");
});

test.each([
  [two, "same 4K", "the call has 2 targets and its outcome 1 entries"],
  [two, "no targets", "the call has 2 targets and its outcome 0 entries"],
  [two, "same", "the line ends where a number is due"],
  [two, "equal 4K x2", '"equal" is not an entry (same, differs, status, untouched)'],
  [two, "errno EWHAT", '"EWHAT" is not an errno (a name such as EINVAL, or its number)'],
  [two, "status 0x80000000 x2", '"0x80000000" is not within -2147483648 to 2147483647'],
  [read, "8K: 4K zeros", "the runs do not add up to what was read"],
  [read, "0 zeros", "a run has at least one byte"],
  [inspect, "8K zeros", '"8K" stands where "size" is due'],
  ["syncfs", "0 contradicted", "the line ends where a witness is due"],
  [
    "syncfs",
    "0 contradicted by a: b",
    '"by" is not a witness (fiemap, shared, shared-late, st-blocks, seek, holes, references, count, freed, times, version, checker, scrub)',
  ],
  [
    "syncfs",
    "0 contradicted seek ../a: b",
    '"../a" is not a file (its name, or @s3 for the one in s3)',
  ],
  ["syncfs", "0 contradicted seek a:", "the line ends where a word is due"],
  ["syncfs", "0 contradicted seek a: caf\u00e9", '"caf\u00e9" is not in ASCII'],
  [
    "observe",
    "a\u001b[2J: nothing",
    '"a" (with characters that cannot be shown) is not a file (its name, or @s3 for the one in s3)',
  ],
  ["syncfs", "", "the line ends where a number is due"],
  ["syncfs", "0 touched", "the line ends where a field is due"],
  ["syncfs", "0 # fine", "a comment needs a line of its own"],
  ["syncfs", "same 4K", '"same" is not a number: write 4096, 4K (K, M, G or T) or 0x1000'],
])("%s -> %s is refused", (text, outcomeText, problem) => {
  const parsed = parseOutcome(call(text), outcomeText);
  expect(parsed.kind === "invalid" ? parsed.message.split("; ")[0] : parsed).toBe(problem);
});
