/**
 * Makes the trace of the benchmark: programs as a campaign makes them, one after
 * the other in one place, each begun with no files. Prints it.
 *
 * `node dist/test/bench/make-trace.js >test/bench/speed.trace`, after `tsc`
 */

import fc from "fast-check";
import seedrandom from "seedrandom";
import { programs } from "../../fuzz/program.ts";
import { resolveIntent } from "../../fuzz/resolve.ts";
import {
  initial,
  InvariantError,
  isOther,
  formats,
  linux618Btrfs,
  newModel,
  outcomes,
  slot,
  type Model,
  type Op,
  type Returned,
  type State,
} from "../../model/index.ts";
import { printTrace, type Event } from "../../replay/index.ts";

const seed = 0x5eedn;

/** Calls after which no further program begins. */
const enoughCalls = 3_000;

/** Calls of one program: as in a campaign. */
const maxOps = 200;

/** No file is longer, nor has it blocks further back. */
const maxFileBytes = 256n << 10n;

/** A dedupe with more targets is left out: nearly all of them would be refused alike. */
const maxTargets = 4;

/** Programs that are tried at most. */
const maxPrograms = 1_000;

process.stdout.write(
  printTrace({
    version: 1,
    format: "default",
    target: linux618Btrfs.name,
    block: Number(formats.default.block),
    seed,
    expect: [{ profile: linux618Btrfs.name, verdict: { kind: "allowed" } }],
    comments: ["What test/bench/ runs; made by make-trace.ts."],
    events: manyPrograms(newModel(linux618Btrfs)),
    trailing: [],
  }),
);

function manyPrograms(model: Model): readonly Event[] {
  const random = seedrandom(String(seed));
  const arbitrary = programs(maxOps, {
    format: formats.default,
    canObserve: false,
    canGovern: false,
    hasSubvolumes: false,
    circumstances: new Set(["usual"]),
  });
  const events: Event[] = [];
  let state = initial;
  let idle = 0;
  const take = (op: Op | undefined): void => {
    if (op === undefined || !suits(op)) return;
    const after = only(model, state, op);
    if (!after.state.inodes.every(short)) return;
    // Every other one goes, so that 30 % of the targets, and more, reach the compare.
    if (op.kind === "dedupe" && !compares(after) && idle++ % 2 === 1) return;
    events.push({ comments: [], op, outcome: after.outcome });
    state = after.state;
  };
  for (let program = 0; program < maxPrograms && events.length < enoughCalls; program++) {
    const [meant] = fc.sample(arbitrary, { seed: random.int32(), numRuns: 1 });
    for (const intent of meant?.intents ?? [])
      take(resolveIntent(intent, state, state.format.block));
    for (const op of cleared(state)) take(op);
  }
  return events;
}

/**
 * Whether a call is what the benchmark is about: on the first file system, waiting
 * for no disk, and not trying to make a long file.
 */
function suits(op: Op): boolean {
  switch (op.kind) {
    case "check":
    case "scrub":
    case "store":
    case "scatter":
    case "as":
    case "limit":
    case "chmod":
    case "chown":
    case "chattr":
    case "mode":
    case "fsync":
    case "syncfs":
    case "observe":
    case "remount":
    case "subvolume":
    case "snapshot":
    case "delete":
      return false;
    case "open":
      return !isOther(op.path) && !op.flags.includes("append");
    case "mkdir":
    case "mkfifo":
    case "unlink":
      return !isOther(op.path);
    case "link":
      return !isOther(op.path) && !isOther(op.to);
    case "write":
      return !op.direct && op.offset + op.length <= maxFileBytes;
    case "fallocate":
      return op.offset + op.length <= maxFileBytes;
    case "truncate":
      return op.length <= maxFileBytes;
    case "clone":
      return op.targetOffset + op.length <= maxFileBytes;
    case "dedupe":
      return op.targets.length <= maxTargets;
    case "close":
    case "nocow":
    case "read":
    case "inspect":
      return true;
  }
}

/** Whether bytes of some entry were compared. */
function compares(after: Returned): boolean {
  return after.decisions.some(({ rule }) => rule === "G11" || rule === "S1");
}

function only(model: Model, state: State, op: Op): Returned {
  const [branch, ...others] = outcomes(model, state, op);
  if (branch === undefined || others.length > 0) throw new InvariantError("a choice of outcomes");
  return branch;
}

function short({ size, contents }: State["inodes"][number]): boolean {
  return size <= maxFileBytes && (contents.at(-1)?.end ?? 0n) <= maxFileBytes;
}

/** Calls that close every slot and delete every file. */
function cleared(state: State): readonly Op[] {
  const closes = state.slots.flatMap((file, index): Op[] =>
    file === undefined ? [] : [{ kind: "close", slot: slot(index) }],
  );
  const unlinks = [...state.names].flatMap(([path, number]): Op[] =>
    state.inodes[number]?.kind === "directory" ? [] : [{ kind: "unlink", path }],
  );
  return [...closes, ...unlinks];
}
