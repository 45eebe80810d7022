import { expect, test } from "vitest";
import { watchLog, type LogWatch } from "../../real/log-watch.ts";

/** A watch of a log in which these lines come next. */
function watching(lines: string[], alone = false): LogWatch {
  const records = () => lines.splice(0).map((text) => ({ seconds: 1, text }));
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
  const records = () => lines.splice(0).map((text) => ({ seconds: 1, text }));
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

test("lines are those since the turn", () => {
  const lines = ["before"];
  const watch = watching(lines);
  watch.heard([]);
  watch.turn();
  lines.push("now");
  expect(watch.lines()).toEqual(["[1.000000] now"]);
});
