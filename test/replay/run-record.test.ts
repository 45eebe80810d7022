import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openRecord } from "../../replay/index.ts";
import type { RunRecord } from "../../replay/run-record.ts";

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "test-record-"));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

function opened(path: string, heading = "a run"): RunRecord {
  const read = openRecord(path, heading);
  if (read.kind === "refused") throw new Error(read.message);
  return read.record;
}

test("what was added is there when it is opened again, and goes on from there", () => {
  const path = join(folder, "deep", "record");
  const first = opened(path);
  expect(first).toMatchObject({ done: 0, found: [] });
  first.add(5);
  first.note("linux.G9.status.dedupe");
  first.add(9);
  const second = opened(path);
  expect(second).toMatchObject({ done: 9, found: ["linux.G9.status.dedupe"] });
  second.add(12);
  expect(opened(path).done).toBe(12);
  expect(readFileSync(path, "utf8")).toBe(
    "a run\ndone 5\nfound linux.G9.status.dedupe\ndone 9\ndone 12\n",
  );
});

test("wherever it is cut, what stands in whole lines is there, and it goes on behind them", () => {
  const text = "a run\ndone 5\nfound x.y\ndone 1234\n";
  fc.assert(
    fc.property(fc.nat(text.length), (end) => {
      const path = join(folder, "cut");
      writeFileSync(path, text.slice(0, end));
      const whole = text.slice(0, text.slice(0, end).lastIndexOf("\n") + 1);
      const record = opened(path);
      const steps = [...whole.matchAll(/done ([0-9]+)/g)].map(([, done]) => Number(done));
      expect(record.done).toBe(steps.at(-1) ?? 0);
      expect(record.found).toEqual(whole.includes("found") ? ["x.y"] : []);
      record.add(2000);
      expect(opened(path).done).toBe(2000);
      rmSync(path);
    }),
  );
});

test("a record of another run, or that nobody wrote so, is refused and left alone", () => {
  const path = join(folder, "other");
  opened(path).add(3);
  expect(openRecord(path, "another run")).toEqual({
    kind: "refused",
    message: expect.stringMatching(/is of another run: take another --out. Its run was: a run$/),
  });
  appendFileSync(path, "done minus one\n");
  const text = readFileSync(path, "utf8");
  expect(openRecord(path, "a run")).toEqual({
    kind: "refused",
    message: expect.stringMatching(/line 3: "done minus one" is no step$/),
  });
  expect(readFileSync(path, "utf8")).toBe(text);
  expect(openRecord(folder, "a run").kind).toBe("refused");
});
