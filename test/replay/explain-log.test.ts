import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { bytes, linux618Btrfs, linux618Xfs, type Profile } from "../../model/index.ts";
import { shapeOf } from "../../replay/alike.ts";
import { explainLog } from "../../replay/explain-log.ts";
import { explainStrace } from "../../replay/explain-strace.ts";
import { explanationText } from "../../replay/explain-text.ts";
import { readStraceLog } from "../../replay/strace-log.ts";
import type { StraceCall } from "../../replay/strace-call.ts";
import { extentSame, refusal } from "../cli/extent-same.ts";
import { recorded } from "./strace-logs.ts";

const log = "test/replay/strace/calls.log";

const number = fc
  .tuple(
    fc.constantFrom(0n, 0n, 1n, 5n),
    fc.constantFrom(0n, 0n, 1n, 3n),
    fc.constantFrom(0n, 0n, 1024n, 1n, 4095n),
  )
  .map(([chunks, blocks, step]) => chunks * 65_536n + blocks * 4096n + step);

interface Numbers {
  readonly offset: bigint;
  readonly length: bigint;
  readonly target: bigint;
}

/** Two calls of which one lies behind the other, or is longer. */
const pair: fc.Arbitrary<readonly [StraceCall, StraceCall]> = fc
  .record({
    offset: number,
    length: fc.oneof(number, fc.constantFrom((1n << 30n) + 1n, (1n << 63n) - 4096n)),
    target: number,
    same: fc.boolean(),
    status: fc.constantFrom(0, 1, -22, -1, -5),
    cut: fc.boolean(),
    apart: fc.constantFrom(65_536n, 1n << 32n),
    longer: fc.constantFrom(0n, 65_536n),
  })
  .map(({ apart, longer, ...numbers }) => [
    callOf(numbers),
    callOf({
      ...numbers,
      offset: numbers.offset + apart,
      length: numbers.length + longer,
      target: numbers.target + apart,
    }),
  ]);

function callOf({
  offset,
  length,
  target,
  same,
  status,
  cut,
}: Numbers & {
  readonly same: boolean;
  readonly status: number;
  readonly cut: boolean;
}): StraceCall {
  const deduped = cut && length > 1n << 30n ? 1n << 30n : length;
  return {
    source: { number: 3, about: "" },
    argument: {
      kind: "shown",
      offset,
      length,
      count: 1,
      targets: [{ fd: { number: same ? 3 : 4, about: "" }, offset: target }],
      readableBytes: Infinity,
    },
    answer: { errno: 0, targets: [{ status, deduped: bytes(status === 0 ? deduped : 0n) }] },
  };
}

/** What an explanation says but for numbers. */
function chain(profile: Profile, each: StraceCall): unknown {
  const { request, targets } = explainStrace(profile, each);
  return [request, ...targets].map(({ candidates, instead, steps }) => ({
    candidates: [...candidates, ...instead].map(({ rule, surprise, needs, suchAs }) => ({
      rule,
      surprise,
      suchAs,
      needs: needs.map(({ fact, values, among }) => [fact, values.length, among.length]),
    })),
    steps: steps.map(({ rule, verdict }) => [rule, verdict]),
  }));
}

test.each([linux618Btrfs, linux618Xfs])(
  "calls that go alike by $name have one chain of decisions",
  (profile) => {
    const pairs = fc.sample(pair, { seed: 618, numRuns: 200 });
    const alike = pairs.filter(([a, b]) => shapeOf(profile, a) === shapeOf(profile, b));
    expect(alike.length).toBeGreaterThan(60);
    for (const [a, b] of alike) expect(chain(profile, b)).toEqual(chain(profile, a));
  },
);

test("a call with several targets is explained in under 100 ms of processor time", () => {
  const [{ call: first } = { call: undefined }, ...others] = readStraceLog(recorded("calls")).calls;
  if (first === undefined) throw new Error("the log has no call");
  explainStrace(linux618Btrfs, first);
  for (const { call: each } of others.filter(
    ({ call: { answer } }) => answer.targets.length < 32,
  )) {
    expect(cpuOf(() => explanationText(explainStrace(linux618Btrfs, each), false))).toBeLessThan(
      100,
    );
  }
});

test("2,000 calls are explained in a fifth of 5 seconds of processor time", () => {
  const folder = mkdtempSync(join(tmpdir(), "extent-same-log-"));
  try {
    const path = join(folder, "log");
    const lines = Array.from({ length: 2_000 }, (_, index) => chunkLine(index));
    writeFileSync(path, lines.join("\n"));
    const how = { json: false, all: false };
    const held = { profile: undefined, fs: undefined };
    const cpu = cpuOf(() => {
      const told = explainLog(held, path, [], how);
      expect(told.kind === "text" ? told.text : told).toMatch(/\nlog +2000 calls$/);
    });
    expect(cpu).toBeLessThan(1_000);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

/** Chunks of files that lie further and further behind each other, as a deduplicator goes through them. */
function chunkLine(index: number): string {
  const length = 65_536 + (index % 7) * 1000;
  const status = [0, 0, 0, 1, -22][index % 5] ?? 0;
  const deduped = status === 0 ? length : 0;
  return (
    `ioctl(3, FIDEDUPERANGE, {src_offset=${index * 65_536}, src_length=${length}, dest_count=1,` +
    ` info=[{dest_fd=${4 + (index % 3)}, dest_offset=${index * 131_072}}]} =>` +
    ` {info=[{bytes_deduped=${deduped}, status=${status}}]}) = 0`
  );
}

/** Milliseconds of this process's processor time. */
function cpuOf(run: () => void): number {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

test("explain --strace names the line of each call, has 25 lines of 72 columns for each, and a count", () => {
  const { code, stdout } = extentSame(["explain", "--strace", log]);
  expect(code).toBe(0);
  const parts = stdout.trimEnd().split("\n\n");
  expect(parts.at(-1)).toBe("log        14 calls");
  expect(parts).toHaveLength(15);
  for (const part of parts.slice(0, -1)) {
    expect(part).toMatch(/^line +[0-9]+\ncall /);
    expect(part.split("\n").length).toBeLessThanOrEqual(25);
  }
  expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(72);
});

test("explain --strace FILE N is one call of it, also from standard input and as JSON", () => {
  const input = recorded("calls");
  const { stdout } = extentSame(["explain", "--strace", "-", "4"], { input });
  expect(stdout).toMatch(/^line +4\n[^]*\nrequest +fails with EINVAL, by one of H7, H1, H2, H4,/);
  const json = extentSame(["explain", "--json", "--strace", "-", "4"], { input }).stdout;
  const value: unknown = JSON.parse(json);
  expect(value).toMatchObject({
    line: 4,
    request: { rules: ["H7", "H1", "H2", "H4"] },
    targets: [],
  });
});

test("as JSON every call is a line, and calls that go alike name the first of them", () => {
  const lines = extentSame([
    "explain",
    "--json",
    "--strace",
    "test/replay/strace/jdupes.log",
  ]).stdout;
  const values = lines
    .trimEnd()
    .split("\n")
    .map((line): unknown => JSON.parse(line));
  expect(values.map((value) => Object(value).alike)).toEqual([
    undefined,
    undefined,
    undefined,
    5,
    5,
  ]);
});

test.each([
  [
    ["--strace", "test/replay/strace/missing"],
    /^test\/replay\/strace\/missing: it cannot be read: ENOENT/,
  ],
  [["--strace", log, "99"], /^test\/replay\/strace\/calls\.log has calls 1 to 14, not 99$/],
  [
    ["--strace", log, "x"],
    /^explain --strace FILE takes one word more at most, the number of a call$/,
  ],
  [
    ["--strace", "package.json"],
    /^package\.json: none of its [0-9]+ lines is a call of this ioctl; strace -v -f /,
  ],
])("explain %j is refused in one line", (words, message) => {
  const { code, stdout, stderr } = extentSame(["explain", ...words]);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr.trimEnd().replace(/^extent-same: /, "")).toMatch(message);
});

test("a log with one line that cannot be read is told of by that line", () => {
  const input = "ioctl(3, FIDEDUPERANGE, {src_offset=\u001b[2J}) = 0";
  expect(extentSame(["explain", "--strace", "-"], { input })).toEqual(
    refusal("-: line 1: its argument is neither a struct nor an address"),
  );
});
