import { expect, test } from "vitest";
import type { Op } from "../../model/index.ts";
import { firstBreach } from "../../replay/breach.ts";
import { parseCall } from "../../replay/parse-call.ts";

function ops(...lines: readonly string[]): readonly Op[] {
  return lines.map((line) => {
    const parsed = parseCall(line);
    if (parsed.kind === "invalid") throw new Error(parsed.message);
    return parsed.value;
  });
}

function repeat(count: number, line: (index: number) => string): readonly string[] {
  return Array.from({ length: count }, (_, index) => line(index));
}

const write16M = "write s0 at 0 length 16M pattern 1";
const fallocate = (mode: string): string => `fallocate s0 ${mode} at 0 length 600M`;
const many = "s1 at 0 x128";

test.each<[string, readonly string[], number, string]>([
  [
    "a write of more than 16M",
    ["write s0 at 0 length 16777217 pattern 1"],
    0,
    "16M bytes in one write or store",
  ],
  ["the 65th write of 16M", repeat(65, () => write16M), 64, "1G bytes written in all"],
  [
    "a second 600M of prealloc",
    [fallocate("prealloc"), fallocate("keep-size")],
    1,
    "1G bytes reserved by fallocate in all",
  ],
  [
    "a second 600M of zeros",
    [fallocate("zero"), fallocate("zero-keep-size")],
    1,
    "1G bytes reserved by fallocate in all",
  ],
  ["a 65th name", repeat(65, (index) => `mkdir d${index}`), 64, "64 different names"],
  [
    "a 65th subvolume or snapshot",
    ["subvolume v", ...repeat(64, () => "snapshot v w")],
    64,
    "64 subvolumes and snapshots",
  ],
  ["a 17th remount", repeat(17, () => "remount"), 16, "16 remounts, checks and scrubs"],
  [
    "a 1,001st sync",
    repeat(1_001, (index) => (index % 2 === 0 ? "syncfs" : "fsync s0")),
    1_000,
    "1000 calls of fsync, syncfs and observe",
  ],
  [
    "a look at more than 16M",
    ["inspect s0 at 0 length 17M"],
    0,
    "16M bytes in one read or inspect",
  ],
  [
    "hours of reads",
    ["truncate s0 length 16M", ...repeat(1_025, () => "read s0 at 0 length 16M")],
    1_025,
    "16G bytes read in all",
  ],
  [
    "17 compares of 1G in one call",
    ["truncate s0 length 2G", "dedupe s0 at 0 length 2G onto s1 at 0 x17"],
    1,
    "16G bytes compared by one call",
  ],
  [
    "257 compares of 1G",
    ["truncate s0 length 2G", ...repeat(17, () => "dedupe s0 at 0 length 2G onto s1 at 0 x16")],
    17,
    "256G bytes compared by dedupe in all",
  ],
  [
    "clones of clones",
    [
      ...repeat(30, (index) => `write s0 at ${index}M length 4K pattern 1`),
      "truncate s0 length 1T",
      ...repeat(40, () => "clone s0 at 0 length 1T onto s1 at 0"),
    ],
    44,
    "1M extents cloned in all",
  ],
])("%s is over a bound", (_name, lines, at, counts) => {
  const breach = firstBreach(ops(...lines));
  expect({ at: breach?.at, message: breach?.message.split(", the most")[0] }).toEqual({
    at,
    message: `more than ${counts}`,
  });
});

test.each<[string, readonly string[]]>([
  ["64 writes of 16M", repeat(64, () => write16M)],
  ["punching 600M often", repeat(20, () => fallocate("punch"))],
  ["a fallocate that ends behind 2^63-1", ["fallocate s0 prealloc at 1 length 0x7fffffffffffffff"]],
  [
    "a request longer than every file",
    [write16M, ...repeat(100, () => `dedupe s0 at 0 length 0xffffffffffffffff onto ${many}`)],
  ],
  [
    "targets behind every file",
    [write16M, ...repeat(100, () => `dedupe s0 at 0 length 16M onto s1 at 4K x128`)],
  ],
  ["reads behind every file", repeat(2_000, () => "read s0 at 0 length 16M")],
  [
    "a truncate to the largest size",
    ["truncate s0 length 0x7fffffffffffffff", "truncate s0 length 0xffffffffffffffff"],
  ],
  ["the same names often", repeat(1_000, (index) => `unlink a${index % 64}`)],
])("%s is within the bounds", (_name, lines) => {
  expect(firstBreach(ops(...lines))).toBeUndefined();
});

function compareAfterWrites(open: string): readonly Op[] {
  return ops(
    open,
    ...repeat(64, () => write16M),
    ...repeat(300, () => "dedupe s0 at 0 length 1G onto s1 at 0"),
  );
}

test("a write in append mode may go behind its offset", () => {
  expect(firstBreach(compareAfterWrites("open s0 rw a"))).toBeUndefined();
  expect(firstBreach(compareAfterWrites("open s0 rw append a"))?.at).toBe(321);
});
