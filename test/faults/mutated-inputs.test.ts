import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { maxMilliseconds, readMutated } from "./mutated-inputs.ts";

test("12,000 traces, journals and logs with changes are each read, or refused in words, in bounded time", () => {
  const root = fileURLToPath(new URL("../..", import.meta.url));
  const counts = readMutated(12_000, root);
  expect(Object.keys(counts)).toEqual(["trace", "journal", "strace"]);
  for (const { read, refused, slowest } of Object.values(counts)) {
    expect(read + refused).toBe(4000);
    for (const some of [read, refused]) expect(some).toBeGreaterThan(100);
    expect(slowest).toBeLessThan(maxMilliseconds);
  }
});
