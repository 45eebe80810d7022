import { describe, expect, test } from "vitest";
import { campaign, type Found } from "../../fuzz/index.ts";
import {
  formats,
  linux618Btrfs,
  newModel,
  witnesses,
  witnessRule,
  type Contradiction,
  type FileSystemUnderTest,
  type Op,
  type Outcome,
} from "../../model/index.ts";
import {
  check,
  describe as described,
  printTrace,
  signature,
  simulate,
  type Trace,
} from "../../replay/index.ts";
import { parseTrace } from "../../replay/parse.ts";

const model = newModel(linux618Btrfs);

describe("a kernel that contradicts itself", () => {
  test.each(witnesses)("in %s is found by that, in a program made small", async (witness) => {
    const [found] = await run(kernel({ witness, file: "@s0", text: "one thing, and: another" }));
    const kind = witness === "times" ? "dedupe" : "observe";
    const events = found?.minimised?.events ?? [];
    expect(found?.signature).toMatch(`.${witnessRule(witness)}.${witness}.`);
    expect(events.length).toBeLessThanOrEqual(4);
    expect(events.at(-1)?.op.kind).toBe(kind);
    const text = printTrace({ ...header, events });
    const trace = parsed(text);
    expect(printTrace(trace)).toBe(text);
    const verdict = check(model, trace);
    if (verdict.kind !== "diverged") throw new Error("the trace of a finding is allowed");
    expect(signature(model, verdict.divergence)).toBe(found?.signature);
    const words = described(model, verdict.divergence).join("\n").replaceAll(/\s+/g, " ");
    expect(words).toContain(`contradicted ${witness} @s0: one thing, and: another`);
    expect(words).toContain(`rule ${witnessRule(witness)}: `);
  });
});

const header: Trace = {
  version: 1,
  target: "linux-6.18/btrfs",
  block: 4096,
  format: "strict",
  seed: undefined,
  expect: [],
  comments: [],
  trailing: [],
  events: [],
};

async function run(target: FileSystemUnderTest): Promise<readonly Found[]> {
  const found: Found[] = [];
  const options = { seed: 2, maxRuns: 500, maxMilliseconds: 1, maxOps: 200, maxSignatures: 1 };
  await campaign(
    model,
    target,
    { ...options, formats: [formats.strict], compared: "all", scrub: false, now: () => 0 },
    {
      found: (one) => found.push(one),
      progress: () => undefined,
      pause: () => Promise.resolve(false),
    },
  );
  return found;
}

/** A simulated kernel that is right in everything, but says more where a file is shared or looked at. */
function kernel(contradiction: Contradiction): FileSystemUnderTest {
  const right = simulate(linux618Btrfs, () => 0);
  const perform = (op: Op): Outcome => {
    const outcome = right.perform(op);
    const says =
      contradiction.witness === "times"
        ? outcome.targets.some(({ status }) => status === 0)
        : outcome.layout?.some(({ items }) => items.length > 0);
    return says === true ? { ...outcome, contradictions: [contradiction] } : outcome;
  };
  return { ...right, perform };
}

function parsed(text: string): Trace {
  const result = parseTrace(text);
  if (result.kind === "invalid") throw new Error(result.message);
  return result.trace;
}
