import fc from "fast-check";
import { expect, test } from "vitest";
import { linux618Btrfs, type EntryFacts } from "../../model/index.ts";
import { explainStrace } from "../../replay/explain-strace.ts";
import { explanationText } from "../../replay/explain-text.ts";
import type { Explanation } from "../../replay/explain.ts";
import { readStraceLog } from "../../replay/strace-log.ts";
import { generatedDedupes } from "../model/generated.ts";
import { recorded, straceLine } from "./strace-logs.ts";

/** What each call of a log may have been decided by: for the request, then for each target. */
function rulesOf(text: string): readonly string[] {
  const { calls, problems } = readStraceLog(text);
  expect(problems).toEqual([]);
  return calls.map(({ call }) => setsOf(explainStrace(linux618Btrfs, call)));
}

function setsOf({ request, targets }: Explanation): string {
  const sets = [request, ...targets].map(({ candidates }) =>
    [...new Set(candidates.map(({ rule }) => rule ?? "none"))].join(" "),
  );
  return sets.join(", ");
}

test.each([
  ["jdupes", ["none, S1 G9", "none, S1", "none, S1", "none, S1", "none, S1"]],
  ["duperemove", ["none, S1", "none, S1, S1, S1"]],
  ["rmlint", ["none, S1"]],
  ["rmlint-differs", ["none, G11", "none, G11"]],
])("every call that %s makes has its rule", (log, rules) => {
  expect(rulesOf(recorded(log))).toEqual(rules);
});

test("every call of a small program has a rule, or the set of those that may have decided", () => {
  expect(rulesOf(recorded("calls"))).toEqual([
    "none, S1, S1",
    "none, S1",
    "none, G4 B1 D2 D9",
    "H7 H1 H2 H4",
    "none, G11, G5 G8 B1 D2 D9, G11, G5 G8 B1 D2 D9",
    "H3",
    "I1",
    "none, D10",
    "H6 H1 H2 H4",
    "I4",
    `none${", S1".repeat(40)}`,
    "H5",
    "none, D7, D7",
    "none",
  ]);
});

test("arguments that cannot be read, devices and pipes narrow the set", () => {
  expect(rulesOf(recorded("odd-arguments"))).toEqual([
    "H7 H1 H2 H4",
    "H4 H1 H2",
    "I3",
    "I3 I5 O1",
    "H4 H1 H2",
    "I5",
    "I5",
    "I3 I5 O1",
    "H5",
    "H5",
    "H3",
    "I1",
    "H5",
    "H5",
  ]);
});

test("the rule that decided a call is in the set, from a line of strace alone", () => {
  for (const { op, returned } of generatedDedupes(15)) {
    const { decisions, outcome } = returned;
    const log = readStraceLog(straceLine(op, outcome));
    expect(log).toMatchObject({ problems: [], others: 0 });
    const [logged] = log.calls;
    if (logged === undefined) throw new Error("no call was read");
    const { request, targets } = explainStrace(linux618Btrfs, logged.call);
    const lost = decisions.find(({ rule }) => rule === "O1")?.rule ?? decisions[0]?.rule;
    expect(request.candidates.map(({ rule }) => rule)).toContain(lost);
    if (outcome.errno !== 0) continue;
    const entries = decisions.filter(({ entry }) => entry !== undefined);
    expect(targets).toHaveLength(entries.length);
    for (const [index, { rule, entry }] of entries.entries()) {
      if (entry !== undefined && isCutToNothing(entry)) continue;
      expect(targets[index]?.candidates.map((each) => each.rule)).toContain(rule);
    }
  }
});

/** Whether a limit leaves less than a block, which no line shows: of ranges that do not overlap, explain takes it that none does. */
function isCutToNothing({ request, offset, block }: EntryFacts): boolean {
  const left = request.sizeLimit - offset;
  return left < block && left < request.length;
}

test("what came back decides nothing where it is not shown", () => {
  const call =
    "ioctl(3, FIDEDUPERANGE, {src_offset=0, src_length=4096, dest_count=1, info=[{dest_fd=4, dest_offset=0}]}";
  const [running] = rulesOf(`${call} <unfinished ...>`);
  const [killed] = rulesOf(`${call}) = ?`);
  expect(killed).toBe(running);
  expect(running).toMatch(/^none .*I1.*, S1 .*G11.*$/);
});

test("a call that another process interrupts is read whole, with the line that it begins in", () => {
  const { calls, others } =
    readStraceLog(`[pid 7] ioctl(3, FIDEDUPERANGE, {src_offset=0, src_length=4096, dest_count=1, info=[{dest_fd=4, dest_offset=0}]} <unfinished ...>
[pid 8] close(3) = 0
[pid 8] ioctl(5, FIDEDUPERANGE, NULL) = -1 EFAULT (Bad address)
[pid 7] <... ioctl resumed> => {info=[{bytes_deduped=4096, status=0}]}) = 0
`);
  expect(calls.map(({ line, call }) => [line, call.source.number, call.answer])).toEqual([
    [1, 3, { errno: 0, targets: [{ status: 0, deduped: 4096n }] }],
    [3, 5, { errno: 14, targets: [] }],
  ]);
  expect(others).toBe(1);
});

test.each([
  ["no argument", "ioctl(3, FIDEDUPERANGE", "line 1: no request follows the descriptor"],
  ["no end", "ioctl(3, FIDEDUPERANGE, NULL", 'line 1: it ends in the middle: ""'],
  [
    "no number",
    "ioctl(3, FIDEDUPERANGE, {src_offset=x}) = 0",
    'line 1: src_offset is "x", not a number of 64 bits',
  ],
  ["no descriptor", "ioctl(x, FIDEDUPERANGE, NULL) = 0", 'line 1: "x" is not a descriptor'],
  ["no length", "ioctl(3, FIDEDUPERANGE, {src_offset=0}) = 0", "line 1: it shows no src_length"],
  [
    "too large a number",
    `ioctl(3, FIDEDUPERANGE, {src_offset=${2n ** 64n}}) = 0`,
    "line 1: src_offset is",
  ],
  [
    "another errno",
    "ioctl(3, FIDEDUPERANGE, NULL) = -1 EWHAT (x)",
    'line 1: it returned "-1 EWHAT"',
  ],
  [
    "structs without end",
    `ioctl(3, FIDEDUPERANGE, ${"{a=".repeat(99_999)}`,
    "line 1: its argument is",
  ],
  ["brackets without end", `ioctl(3${"<".repeat(99_999)}, FIDEDUPERANGE`, "line 1: "],
  ["a line without end", "x".repeat(2 ** 20 + 1), "line 1: it is longer than"],
])("a line with %s is told by its number", (_what, line, message) => {
  const { calls, problems } = readStraceLog(line);
  expect(calls).toEqual([]);
  expect(problems.map((problem) => `line ${problem.line}: ${problem.message}`)).toEqual([
    expect.stringContaining(message),
  ]);
});

test("whatever a log holds, it is read, in bounded time, and what is told of it moves no cursor", () => {
  const piece = fc.constantFrom(
    "ioctl(3, FIDEDUPERANGE, ",
    "{src_offset=0, src_length=1, dest_count=1, info=[",
    "{dest_fd=4, dest_offset=0}",
    "]}",
    ") = 0",
    " <unfinished ...>",
    "\n",
    "[pid 1] <... ioctl resumed>",
    "=> {",
    "<",
    ">",
    "...",
    "\u001b[2J",
    "NULL",
    "/*",
  );
  const text = fc.array(fc.oneof(piece, fc.string({ maxLength: 5 })), { maxLength: 60 });
  fc.assert(
    fc.property(text, (pieces) => {
      const { calls, problems } = readStraceLog(pieces.join(""));
      for (const { message } of problems) expect(message).not.toMatch(/[\p{Cc}\p{Cf}]/u);
      for (const { call } of calls.slice(0, 2)) {
        const shown = explanationText(explainStrace(linux618Btrfs, call), false);
        expect(shown).not.toMatch(/[^\n\P{Cc}]/u);
      }
    }),
    { numRuns: 1000 },
  );
});
