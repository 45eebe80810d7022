import { expect, test } from "vitest";
import {
  cappedLength,
  entryRules,
  linux618Btrfs,
  requestRules,
  untouched,
  type Decision,
} from "../../model/index.ts";
import { generatedDedupes } from "./generated.ts";

const calls = generatedDedupes(150);

test("a call that is refused has the errno of its rule, and touches no entry", () => {
  const answers = new Map(requestRules.map((rule) => [rule.id, rule.answers]));
  const refused = calls.filter(({ returned }) => returned.decisions[0]?.rule !== undefined);
  expect(refused.length).toBeGreaterThan(100);
  for (const { op, returned } of refused) {
    const { outcome, decisions } = returned;
    expect(answers.get(decisions[0]?.rule ?? "")).toEqual({ kind: "errno", errno: outcome.errno });
    expect(decisions.length).toBe(1);
    expect([outcome.result, outcome.targets]).toEqual([-1, op.targets.map(() => untouched)]);
  }
});

test("an entry has the status of its rule, with the length asked for, cut to the cap, or 0", () => {
  const succeeded = calls.filter(({ returned }) => returned.outcome.errno === 0);
  expect(succeeded.length).toBeGreaterThan(500);
  for (const { op, returned } of succeeded) {
    const [, ...entries] = returned.decisions;
    expect(entries.length).toBe(op.targets.length);
    expect(returned.outcome.targets).toEqual(entries.map(answered));
  }
});

/** What an entry must read as after the call. */
function answered({ rule, entry }: Decision): unknown {
  const answers = entryRules.find(({ id }) => id === rule)?.answers;
  if (answers?.kind === "status") return { status: answers.status, deduped: 0n };
  const deduped = entry === undefined ? undefined : cappedLength(entry.request, linux618Btrfs);
  return { status: 0, deduped };
}
