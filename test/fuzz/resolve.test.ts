import fc from "fast-check";
import { expect, test } from "vitest";
import { intent } from "../../fuzz/intent.ts";
import { resolveIntent } from "../../fuzz/resolve.ts";
import type { Op } from "../../model/index.ts";
import { firstBreach } from "../../replay/breach.ts";
import { parseCall } from "../../replay/parse-call.ts";
import { after } from "../model/story.ts";

const calls = ["open s0 rw a", "truncate s0 length 1G", "open s1 rw b", "truncate s1 length 1G"];
const state = after(calls);
const before = calls.map((call): Op => {
  const parsed = parseCall(call);
  if (parsed.kind === "invalid") throw new Error(parsed.message);
  return parsed.value;
});

test("a call of a campaign never asks for more than a trace may, also with many targets of long files", () => {
  fc.assert(
    fc.property(intent, fc.constantFrom(0, 16, 127), (made, repeatTo) => {
      const meant = made.kind === "dedupe" ? { ...made, repeatTo } : made;
      const op = resolveIntent(meant, state, 4096n);
      if (op !== undefined) expect(firstBreach([...before, op])).toBeUndefined();
    }),
    { numRuns: 5_000 },
  );
});
