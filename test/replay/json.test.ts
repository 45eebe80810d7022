import { expect, test } from "vitest";
import { traceToJson } from "../../replay/json.ts";
import { parseTrace } from "../../replay/parse.ts";

test("a trace is one JSON line for the header and one for each call, u64 as strings", () => {
  const parsed = parseTrace(
    [
      "trace 1 target linux-6.18/btrfs block 4K seed 0xffffffffffffffff",
      "expect manual-page diverged at call 1",
      "# why",
      "dedupe s0 at 0x8000000000000000 length 4K onto closed at 0 -> same 4K",
      "syncfs",
    ].join("\n"),
  );
  if (parsed.kind === "invalid") throw new Error(parsed.message);
  expect(traceToJson(parsed.trace).map((line): unknown => JSON.parse(line))).toEqual([
    {
      kind: "trace",
      version: 1,
      target: "linux-6.18/btrfs",
      block: 4096,
      format: "default",
      seed: "18446744073709551615",
      expect: [{ profile: "manual-page", verdict: { kind: "diverged", at: 1 } }],
      comments: [],
      trailing: [],
    },
    {
      kind: "call",
      at: 1,
      comments: ["why"],
      op: {
        kind: "dedupe",
        slot: 0,
        offset: "9223372036854775808",
        length: "4096",
        targets: [{ descriptor: "closed", offset: "0", reserved: 0, high: 0 }],
        reserved1: 0,
        reserved2: 0,
        argument: { kind: "whole" },
        during: { kind: "usual" },
      },
      outcome: {
        result: 0,
        errno: 0,
        targets: [{ status: 0, deduped: "4096" }],
        touched: [],
        slept: false,
        signalled: false,
      },
    },
    { kind: "call", at: 2, comments: [], op: { kind: "syncfs" } },
  ]);
});
