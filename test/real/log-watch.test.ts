import { expect, test } from "vitest";
import { heardOfLost, watchLog, type LogWatch } from "../../real/log-watch.ts";

/** A watch of a log in which these lines come next. */
function watching(lines: string[], alone = false): LogWatch {
  const records = () => lines.splice(0).map((text) => ({ sequence: 1, seconds: 1, text }));
  return watchLog({ records, close: () => undefined }, () => "loop3", alone);
}

/** How many reports are ours, and how many anybody's. */
function counts(watch: LogWatch, ...circumstances: readonly string[]): readonly number[] {
  const { ours, unattributed } = watch.heard(circumstances);
  return [ours.length, unattributed.length];
}

const corrupt = "BTRFS error (device loop3): bdev /dev/loop3 errs: wr 0, rd 0, corrupt 1";
const parent = process.ppid;

test.each([
  ["our device", "BTRFS critical (device loop3): corrupt leaf", [1, 0]],
  ["another device", "BTRFS critical (device loop4): corrupt leaf", [0, 0]],
  ["this process", `kernel BUG at fs/a.c:1! PID: ${process.pid}`, [1, 0]],
  ["another process", `kernel BUG at fs/a.c:1! PID: ${parent}`, [0, 0]],
  ["a thread of the kernel", "kernel BUG at fs/a.c:1! PID: 2 Comm: kthreadd", [0, 1]],
  ["nobody", "WARNING: at fs/a.c", [0, 1]],
] as const)("a report that names %s is held against the right one", (_who, line, expected) => {
  expect(counts(watching([line]))).toEqual(expected);
});

test("a device that was taken, or given up, in the time of the program is anybody's", () => {
  const lines: string[] = [];
  let device = "loop3";
  const records = () => lines.splice(0).map((text) => ({ sequence: 1, seconds: 1, text }));
  const watch = watchLog({ records, close: () => undefined }, () => device, true);
  const next = (now: string): readonly number[] => {
    watch.turn();
    device = now;
    lines.push("BTRFS critical (device loop3): corrupt leaf");
    return counts(watch);
  };
  expect([next("loop3"), next("loop4"), next("loop4"), next("loop3")]).toEqual([
    [1, 0],
    [0, 1],
    [0, 0],
    [0, 1],
  ]);
});

test("what a program leads to is expected of it, and of the next one, which may run when it is told", () => {
  const lines = [corrupt];
  const watch = watching(lines);
  const next = (...circumstances: readonly string[]): readonly number[] => {
    lines.push(corrupt);
    watch.turn();
    return counts(watch, ...circumstances);
  };
  expect([next("unreadable"), next(), next()]).toEqual([
    [0, 0],
    [0, 0],
    [1, 0],
  ]);
});

test("a report is given once, and one that comes behind it is, too", () => {
  const lines = ["WARNING: at fs/a.c"];
  const watch = watching(lines);
  const heard = [counts(watch), counts(watch)];
  lines.push("WARNING: at fs/b.c");
  expect([...heard, counts(watch)]).toEqual([
    [0, 1],
    [0, 0],
    [0, 1],
  ]);
  expect(watch.lines()).toHaveLength(2);
});

test("lines are those since the turn", () => {
  const lines = ["before"];
  const watch = watching(lines);
  watch.heard([]);
  watch.turn();
  lines.push("now");
  expect(watch.lines()).toEqual(["[1.000000] now"]);
});

test("of a worker that is gone, what it did not judge is, by its process and its device", () => {
  const lines = [
    "BUG: judged before, PID: 4194305",
    "BUG: of the dead, PID: 4194305",
    "BTRFS critical (device loop3): corrupt leaf",
    "BTRFS error (device loop3): csum failed root 5",
    "BTRFS critical (device loop4): corrupt leaf",
    "WARNING: at fs/a.c",
  ];
  const records = lines.map((text, at) => ({ sequence: 10 + at, seconds: 1, text }));
  const last = { program: "", processes: "", pid: 4194305, device: "loop3", readTo: 10 };
  const { ours, unattributed, lines: since } = heardOfLost(records, 3, last, false);
  expect(ours.map(({ line }) => line)).toEqual(lines.slice(1, 3));
  expect(unattributed.map(({ line }) => line)).toEqual(lines.slice(5));
  expect(since).toHaveLength(5);
});
