import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import {
  initial,
  isOther,
  linux618Btrfs,
  newModel,
  outcomes,
  type Decision,
  type Op,
  type State,
} from "../../model/index.ts";
import { check, type Trace } from "../../replay/index.ts";
import { parseTrace } from "../../replay/parse.ts";

const model = newModel(linux618Btrfs);
const trace = read();
const ops = trace.events.map((event) => event.op);

test("the trace of the benchmark is allowed", () => {
  expect(check(model, trace)).toEqual({ kind: "allowed" });
});

test("it waits for no disk and stays on the first file system", () => {
  const waits = ops.filter(({ kind }) => ["fsync", "syncfs", "remount"].includes(kind));
  const elsewhere = ops.filter((op) => "path" in op && isOther(op.path));
  expect([waits, elsewhere]).toEqual([[], []]);
});

test("its files are short, and of its targets 30 % and more reach the compare", () => {
  let state: State = initial;
  let longest = 0n;
  let targets = 0;
  let compared = 0;
  for (const op of ops) {
    const [branch] = outcomes(model, state, op);
    expect(branch).toBeDefined();
    if (branch === undefined) return;
    ({ state } = branch);
    for (const { size } of state.inodes) longest = size > longest ? size : longest;
    targets += targetsOf(op);
    compared += branch.decisions.filter(reachesCompare).length;
  }
  expect(longest).toBeLessThanOrEqual(256n << 10n);
  expect(compared / targets).toBeGreaterThanOrEqual(0.3);
});

function read(): Trace {
  const path = new URL("speed.trace", import.meta.url);
  const parsed = parseTrace(readFileSync(path, "utf8"));
  if (parsed.kind === "invalid") throw new Error(parsed.message);
  return parsed.trace;
}

function targetsOf(op: Op): number {
  return op.kind === "dedupe" ? op.targets.length : 0;
}

function reachesCompare({ rule }: Decision): boolean {
  return rule === "G11" || rule === "S1";
}
