import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { maxMilliseconds, readMutated } from "./mutated-inputs.ts";

test("10,000 traces and journals with changes are each read, or refused in words, in bounded time", () => {
  const corpus = fileURLToPath(new URL("../../corpus", import.meta.url));
  const { read, refused, slowest } = readMutated(10_000, corpus);
  expect(read + refused).toBe(10_000);
  for (const some of [read, refused]) expect(some).toBeGreaterThan(500);
  expect(slowest).toBeLessThan(maxMilliseconds);
});
