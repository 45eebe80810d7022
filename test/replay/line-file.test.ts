import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { linesOf, openLineFile } from "../../replay/index.ts";

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "test-lines-"));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Lines that fall on the borders of what is read at a time, with letters of several bytes. */
const lines = fc.array(
  fc
    .tuple(fc.constantFrom("a", "ä", "→"), fc.constantFrom(0, 1, 100, 349_525, 524_287, 1_048_576))
    .map(([letter, count]) => letter.repeat(count)),
  { maxLength: 6 },
);

function same(read: Iterable<string>, wanted: readonly string[]): boolean {
  return [...read].join("\n") === wanted.join("\n");
}

test("whole lines are read back as they were added, and what is left of one is cut off", () => {
  const path = join(folder, "lines");
  fc.assert(
    fc.property(
      lines,
      lines,
      fc.constantFrom("", "half a line", "→".repeat(600_000)),
      (first, more, left) => {
        writeFileSync(path, "");
        const file = openLineFile(path);
        file.add(first, false);
        file.close();
        writeFileSync(path, left, { flag: "a" });
        expect(same(linesOf(path), first)).toBe(true);
        const again = openLineFile(path);
        again.add(more, true);
        again.close();
        expect(same(linesOf(path), [...first, ...more])).toBe(true);
        expect(readFileSync(path, "utf8").split("\n")).toHaveLength(first.length + more.length + 1);
      },
    ),
    { numRuns: 20 },
  );
});

test("what a machine without power left in place of a line is none", () => {
  const path = join(folder, "zeros");
  writeFileSync(path, "one\n\0\0\0\ntwo\n\0\0");
  expect([...linesOf(path)]).toEqual(["one", "two"]);
});
