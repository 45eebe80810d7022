import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { isInReach, outOfReachLines } from "../../fuzz/out-of-reach.ts";
import { reachable } from "../../fuzz/reached.ts";
import { circumstances, linux618Btrfs, linux618Xfs } from "../../model/index.ts";

const ids = [...new Set([linux618Btrfs, linux618Xfs].flatMap(reachable))];

/** Whether the trace of a rule has a call under a circumstance. */
function isShownWhile(id: string, kind: string): boolean {
  const text = readFileSync(new URL(`../../corpus/rules/${id}.trace`, import.meta.url), "utf8");
  return new RegExp(`^  dedupe .* while ${kind}\\b`, "m").test(text);
}

test.each(circumstances)(
  "where no call is made while %s, the rules that it shows are out of reach",
  (kind) => {
    const others = new Set(circumstances.filter((each) => each !== kind));
    const lost = ids.filter((id) => !isInReach(id, { circumstances: others, canObserve: true }));
    expect(lost).toEqual(ids.filter((id) => isShownWhile(id, kind)));
  },
);

test("rules out of reach are told with the reason, those of one reason together", () => {
  expect(
    outOfReachLines(["G11b", "B4", "CMP-05", "SHARE-01"]).join(" ").replaceAll(/ +/g, " "),
  ).toBe(
    "beyond reach here: G11b CMP-05 (no call is made while unreadable); B4 (no call is made while full); SHARE-01 (where files lie is not followed)",
  );
  expect(outOfReachLines([])).toEqual([]);
});
