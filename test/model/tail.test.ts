import { expect, test } from "vitest";
import { inodeIn, slot, type State } from "../../model/index.ts";
import { after, told } from "./story.ts";

const K = 1024;

/** One row of the tail table: sizes of both files, and a range of `length` from 0 onto `at`. */
interface Row {
  readonly fact: string;
  readonly source: number;
  readonly target: number;
  readonly length: number;
  readonly at: number;
  /** Bytes from `at` on that are compared, and that are shared. */
  readonly compared: number;
  readonly shared: number;
}

function row(
  fact: string,
  [source, target]: readonly [number, number],
  [length, at]: readonly [number, number],
  [compared, shared]: readonly [number, number],
): Row {
  return { fact, source, target, length, at, compared, shared };
}

const alike = after([
  "open s0 rw a",
  "write s0 at 0 length 10000 pattern 1",
  "open s1 rw b",
  "write s1 at 0 length 10000 pattern 1",
]);

// oxfmt-ignore
const rows: readonly Row[] = [
  //             sizes              range            compared, shared
  row("EOF-01", [10_000, 10_000], [10_000, 0],     [10_000, 12 * K]),
  row("EOF-01", [10_000, 14_096], [10_000, 4 * K], [10_000, 12 * K]),
  row("EOF-01", [100, 4196],      [100, 4 * K],    [100, 4 * K]),
  row("EOF-02", [10_000, 20_000], [10_000, 0],     [8 * K, 8 * K]),
  row("EOF-02", [10_000, 14_097], [10_000, 4 * K], [8 * K, 8 * K]),
  row("EOF-03", [20_000, 10_000], [10_000, 0],     [8 * K, 8 * K]),
  row("EOF-03", [10_001, 14_096], [10_000, 4 * K], [8 * K, 8 * K]),
  row("EOF-04", [20_000, 20_000], [10_000, 0],     [8 * K, 8 * K]),
  row("EOF-04", [20_000, 20_000], [10_000, 4 * K], [8 * K, 8 * K]),
  row("EOF-05", [100, 8 * K],     [100, 0],        [0, 0]),
  row("EOF-05", [8 * K, 100],     [100, 0],        [0, 0]),
  row("EOF-05", [8 * K, 8 * K],   [4095, 4 * K],   [0, 0]),
  row("EOF-06", [8 * K, 20_000],  [8 * K, 0],      [8 * K, 8 * K]),
  row("EOF-06", [8 * K, 8 * K],   [8 * K, 0],      [8 * K, 8 * K]),
  row("LEN-05", [1024 * K, 1024 * K], [4097, 4 * K], [4 * K, 4 * K]),
];

test.each(rows)("$fact: $length bytes of $source onto $at of $target", (one) => {
  const { answer, returned } = told(files(one), call(one));
  expect(answer).toBe(`same ${text(one.length)}`);
  expect(sharedIn(returned.state)).toEqual(one.shared === 0 ? [] : [one.at, one.at + one.shared]);
});

test.each(rows)("$fact: of $length bytes, $compared are compared", (one) => {
  const inside = flippedAt(one, one.compared - 1);
  const behind = flippedAt(one, one.compared);
  if (one.compared > 0) {
    expect(told(inside, call(one)).answer).toBe("differs");
    expect(sharedIn(told(inside, call(one)).returned.state)).toEqual([]);
  }
  if (one.compared < one.length) {
    expect(told(behind, call(one)).answer).toBe(`same ${text(one.length)}`);
  }
});

test("EOF-07: a byte of the shared tail that differs makes the entry differ", () => {
  const differing = flippedAt(row("EOF-07", [10_000, 10_000], [10_000, 0], [0, 0]), 9999);
  const { answer, returned } = told(differing, "dedupe s0 at 0 length 10000 onto s1 at 0");
  expect([answer, sharedIn(returned.state)]).toEqual(["differs", []]);
});

test("EOF-08: one byte beyond the end of the source fails the call", () => {
  const state = files({ source: 10_000, target: 20_000 });
  expect(told(state, "dedupe s0 at 0 length 10001 onto s1 at 0").answer).toBe("errno EINVAL");
});

test("EOF-09: a target that grows after its tail was shared reads zeros behind its old end", () => {
  const state = after(["dedupe s0 at 0 length 10000 onto s1 at 0"], alike);
  const grown = told(state, "truncate s1 length 12K");
  expect([grown.answer, grown.rule]).toEqual(["0", "EOF-09"]);
  const read = told(grown.returned.state, "read s1 at 9999 length 2");
  expect(read.answer).toBe("2: 1 pattern 1, 1 zeros");
});

test("a file that grows is no case of EOF-09 when its tail was not shared, or has grown before", () => {
  const grow = "truncate s1 length 12K";
  expect(told(alike, grow).rule).toBe("");
  expect(told(after(["dedupe s0 at 0 length 8K onto s1 at 0"], alike), grow).rule).toBe("");
  const grown = after(
    ["dedupe s0 at 0 length 10000 onto s1 at 0", "truncate s1 length 11K"],
    alike,
  );
  expect(told(grown, grow).rule).toBe("");
});

test("a file that was emptied by open, or grown by a clone, has no shared tail any more", () => {
  const shared = after(["dedupe s0 at 0 length 10000 onto s1 at 0"], alike);
  const emptied = after(["open s1 rw truncate b"], shared);
  expect(told(emptied, "truncate s1 length 12K").rule).toBe("");
  const cloned = after(["clone s0 at 0 length 0 onto s1 at 12K"], shared);
  expect(told(cloned, "truncate s1 length 32K").rule).toBe("");
});

/**
 * A source of unwritten zeros in s0 and a target of written ones in s1: equal in
 * bytes, and what is shared can be seen, for it is unwritten afterwards.
 */
function files({ source, target }: Pick<Row, "source" | "target">): State {
  return after([
    "open s0 rw a",
    `fallocate s0 prealloc at 0 length ${source}`,
    "open s1 rw b",
    `write s1 at 0 length ${target} pattern 0`,
  ]);
}

/** The same, but one byte of the target's range, counted from its start, differs. */
function flippedAt(one: Row, position: number): State {
  if (position < 0 || one.at + position >= one.target) return files(one);
  return after([`write s1 at ${one.at + position} length 1 pattern 1`], files(one));
}

function call({ length, at }: Row): string {
  return `dedupe s0 at 0 length ${length} onto s1 at ${at}`;
}

/** Where the target is unwritten, from and to; empty when it nowhere is. */
function sharedIn(state: State): readonly number[] {
  const contents = inodeIn(state, slot(1))?.contents ?? [];
  return contents.flatMap(({ end, backing }, index) =>
    backing === "prealloc" ? [Number(contents[index - 1]?.end ?? 0n), Number(end)] : [],
  );
}

/** A number as traces write it. */
function text(value: number): string {
  return value > 0 && value % K === 0 ? `${value / K}K` : String(value);
}
