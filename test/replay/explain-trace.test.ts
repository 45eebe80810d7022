import { expect, test } from "vitest";
import { canary, initial, linux618Btrfs, newModel } from "../../model/index.ts";
import { explanationJson } from "../../replay/explain-json.ts";
import { explanationText } from "../../replay/explain-text.ts";
import { explainTrace } from "../../replay/explain-trace.ts";
import type { Explanation } from "../../replay/explain.ts";
import type { Event, Trace } from "../../replay/trace.ts";
import { parseTrace } from "../../replay/parse.ts";
import { generatedCalls, type GeneratedCall } from "../model/generated.ts";

const model = newModel(linux618Btrfs);

/** Programs, and the way in which each of their calls returned. */
const programs = inPrograms(generatedCalls(20)).map((calls) => ({
  trace: traceOf(
    calls.map(({ op, returned: { outcome } }): Event => ({ comments: [], op, outcome })),
  ),
  ways: calls.map(({ returned }) => returned),
}));

test("every call of a trace is explained by the rules that decided it", () => {
  for (const { trace, ways } of programs) {
    for (const [index, { decisions }] of ways.entries()) {
      const { request, targets } = explained(trace, index + 1);
      const rules = [request, ...targets].map((part) => part.candidates.map(({ rule }) => rule));
      const op = trace.events[index]?.op;
      if (op?.kind === "dedupe") {
        const lost = decisions.find(({ rule }) => rule === "O1")?.rule ?? decisions[0]?.rule;
        const entries = decisions.filter(({ entry }) => entry !== undefined);
        expect(rules).toEqual([[lost], ...entries.map(({ rule }) => [rule])]);
      } else if (ways[index]?.outcome.errno !== 0) {
        expect(rules).toEqual([[decisions[0]?.rule]]);
      } else expect(rules).toEqual([[undefined]]);
    }
  }
});

test("an explanation has 25 lines and 72 columns at most, and names each rule that decided", () => {
  for (const { trace, ways } of programs) {
    for (const [index, { decisions }] of ways.entries()) {
      const explanation = explained(trace, index + 1);
      const text = explanationText(explanation, false);
      expect(text.split("\n").length).toBeLessThanOrEqual(25);
      expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThanOrEqual(72);
      if (text.includes("--all shows them")) continue;
      for (const { rule } of decisions) expect(text).toContain(rule ?? "");
    }
  }
});

test("as JSON, an explanation has every check and what it read", () => {
  const [{ trace, ways } = { trace: traceOf([]), ways: [] }] = programs;
  for (const index of ways.keys()) {
    const value: unknown = JSON.parse(explanationJson(explained(trace, index + 1)));
    expect(value).toMatchObject({
      profile: "linux-6.18/btrfs",
      request: { checks: expect.any(Array) },
    });
  }
});

test("a check that passed tells only what no check before it told", () => {
  const trace = parsed(`trace 1   target linux-6.18/btrfs   block 4K
  open s0 rw a                                  -> 0
  write s0 at 0 length 8K pattern 1             -> 8K
  dedupe s0 at 0 length 4K onto s0 at 4K        -> same 4K
`);
  const text = explanationText(explained(trace, 3), false);
  expect(text).toContain("\n  G8       passed: sameInode=yes\n  G9       passed\n");
  expect(text).toContain(
    "\n  G11      passed: contents=equal\n  B3       passed: sending=no\n  B4       passed\n  S1       decides\n",
  );
});

test("an answer that the profile does not give has no rule, and is told with what it would be", () => {
  const trace = parsed(`trace 1   target linux-6.18/btrfs   block 4K
  open s0 rw a                                  -> 0
  write s0 at 0 length 8K pattern 1             -> 8K
  dedupe s0 at 0 length 4K onto s0 at 4K        -> status EIO
`);
  const { targets } = explained(trace, 3);
  expect(
    targets.map(({ candidates, instead }) => [candidates, instead.map(({ rule }) => rule)]),
  ).toEqual([[[], ["S1"]]]);
  expect(explanationText(explained(trace, 3), false)).toMatch(
    /^target 1 +s0 at 4K: status EIO, by no rule of this profile; expected: *\n? +same 4K \(S1\)/m,
  );
});

test("calls behind one that goes another way are not explained", () => {
  const trace = parsed(`trace 1   target linux-6.18/btrfs   block 4K
  open s0 rw a                                  -> errno EIO
  syncfs                                        -> 0
`);
  expect(explainTrace(model, trace, 2)).toEqual({
    kind: "invalid",
    message: "call 1 goes another way than linux-6.18/btrfs: explain that",
  });
  expect(explainTrace(model, trace, 3)).toEqual({
    kind: "invalid",
    message: "the trace has calls 1 to 2, not 3",
  });
  expect(explainTrace(newModel(canary), trace, 1).kind).toBe("explained");
});

function inPrograms(calls: readonly GeneratedCall[]): readonly (readonly GeneratedCall[])[] {
  const found: GeneratedCall[][] = [];
  for (const call of calls) {
    if (call.before === initial) found.push([]);
    found.at(-1)?.push(call);
  }
  return found;
}

function explained(trace: Trace, at: number): Explanation {
  const answer = explainTrace(model, trace, at);
  if (answer.kind === "invalid") throw new Error(answer.message);
  return answer.explanation;
}

function parsed(text: string): Trace {
  const read = parseTrace(text);
  if (read.kind === "invalid") throw new Error(read.message);
  return read.trace;
}

function traceOf(events: readonly Event[]): Trace {
  return { ...parsed("trace 1   target linux-6.18/btrfs   block 4K\n"), events };
}
