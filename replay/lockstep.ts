/**
 * A program run on a target and on the model, step by step: the outcome of each
 * call is held against what the model allows, and after each call the range that
 * it touched, and a block on each side, against what the model says is in the file.
 */

import {
  bytes,
  initialOn,
  inodeIn,
  InvariantError,
  isPath,
  offset,
  roundUp,
  slot,
  type Decision,
  type FileSystemUnderTest,
  type Model,
  type Op,
  type Outcome,
  type Returned,
  type Slot,
  type State,
} from "../model/index.ts";
import { ahead, type Next } from "./ahead.ts";
import { madeOf, type Made } from "./cause.ts";
import { everyBranch, narrow, unrepeated, withCause, type Divergence, type Step } from "./check.ts";
import type { Event } from "./trace.ts";

/** A call that was allowed. */
export interface Allowed {
  readonly event: Event & { readonly outcome: Outcome };
  readonly decisions: readonly Decision[];
  /** How many different outcomes were allowed. */
  readonly choices: number;
  /** A world that was possible before, and one that is behind it. */
  readonly before: State;
  readonly after: State;
}

/** Told of each call that was allowed, before the next one is made; false ends the run there. */
export type Watch = (call: Allowed) => boolean | undefined;

export interface Ran {
  readonly events: readonly Event[];
  /** Undefined when every answer was allowed. */
  readonly divergence: Divergence | undefined;
  /** A world that is possible at the end. */
  readonly state: State;
}

const noComments: readonly string[] = [];

/** The slot through which files are looked at that no slot of the program holds. */
const lookingSlot = slot(31);

/**
 * What is held against the model: `all`; `answers` without looks into the files
 * that the program does not make; or where files lie alone, as `observe` shows it.
 */
export type Compared = "all" | "answers" | "sharing";

/** Runs a program in the place that `begin` gave the target. */
export function lockstep(
  model: Model,
  target: FileSystemUnderTest,
  next: Next,
  compared: Compared,
  watch?: Watch,
): Ran {
  const look = compared === "all";
  const run = newRun(model, target, initialOn(target.format), watch, compared);
  let plans = ahead(model, run.worlds(), next, 0);
  for (let made = 0; plans.length > 0; plans = ahead(model, run.worlds(), next, made)) {
    for (const { op, branches } of plans) {
      const before = run.state();
      if (!run.make(op, branches) || (look && !lookAround(run, op, before))) return run.ran();
    }
    made += plans.length;
  }
  if (look) lookAtAll(run);
  return run.ran();
}

/** Looks at every file of a place that was left in `state`, all its slots closed. */
export function lookAgain(model: Model, target: FileSystemUnderTest, state: State): Ran {
  const run = newRun(model, target, state, undefined);
  lookAtAll(run);
  return run.ran();
}

interface Run {
  readonly worlds: () => readonly State[];
  readonly state: () => State;
  /** Makes a planned call. Whether it was answered by one of the branches, and the run goes on. */
  readonly make: (op: Op, branches: readonly Returned[]) => boolean;
  /** The same for a call that the harness makes to look; it is not told to `watch`. */
  readonly peek: (op: Op) => boolean;
  /** Whether a range of the file in a slot holds what the model says. */
  readonly looksRight: (slot: Slot, start: bigint, end: bigint) => boolean;
  readonly block: bigint;
  readonly ran: () => Ran;
}

function newRun(
  model: Model,
  target: FileSystemUnderTest,
  from: State,
  watch: Watch | undefined,
  compared: Compared = "all",
): Run {
  const events: Event[] = [];
  const calls: Made[] = [];
  let worlds: readonly State[] = [from];
  let divergence: Divergence | undefined;
  const state = (): State => {
    const [world] = worlds;
    if (world === undefined) throw new InvariantError("no world is possible");
    return world;
  };
  const caused = (found: Divergence): Divergence => withCause(found, calls);
  const answered = (op: Op, branches: readonly Returned[], told: Watch | undefined): boolean => {
    const outcome = target.perform(op);
    const event = { comments: noComments, op, outcome };
    const before = state();
    events.push(event);
    const held = compared !== "sharing" || op.kind === "observe";
    const step = held ? narrow(branches, op, outcome, events.length) : believed(branches);
    if (step.kind === "undecided") throw new InvariantError(`${step.worlds} worlds are too many`);
    if (step.kind === "diverged") {
      divergence = caused(step.divergence);
      return false;
    }
    worlds = step.worlds;
    const { decisions, choices } = step;
    calls.push(madeOf(op, decisions, outcome.errno));
    return told?.({ event, decisions, choices, before, after: state() }) !== false;
  };
  const make = (op: Op, branches: readonly Returned[]): boolean => answered(op, branches, watch);
  const peek = (op: Op): boolean => answered(op, everyBranch(model, worlds, op), undefined);
  const looksRight = (at: Slot, start: bigint, end: bigint): boolean => {
    const inode = inodeIn(state(), at);
    if (inode === undefined || inode.kind !== "file") return true;
    const to = end < inode.size ? end : inode.size;
    if (target.holds(at, inode.size, inode.contents, start, to)) return true;
    const length = bytes(to > start ? to - start : 0n);
    const look: Op = { kind: "inspect", slot: at, offset: offset(start), length };
    const before = worlds;
    if (!peek(look)) return false;
    const got = events.at(-1)?.outcome;
    if (got === undefined) throw new InvariantError("a look has no outcome");
    divergence = caused(unrepeated(model, before, look, got, events.length));
    return false;
  };
  return {
    worlds: () => worlds,
    state,
    make,
    peek,
    looksRight,
    block: BigInt(target.block),
    ran: () => ({ events, divergence, state: state() }),
  };
}

/** The step of a call whose answer is not held against the model. */
function believed(branches: readonly Returned[]): Step {
  const [branch] = branches;
  if (branch === undefined) throw new InvariantError("a call cannot return");
  return { kind: "allowed", worlds: [branch.state], decisions: branch.decisions, choices: 1 };
}

/**
 * Looks at what a call touched; `before` is the state in which it was made. What
 * a file gained behind its old end counts as touched.
 */
function lookAround(run: Run, op: Op, before: State): boolean {
  switch (op.kind) {
    case "write": {
      const append = before.slots[op.slot]?.append === true;
      const start = append ? sizeIn(before, op.slot) : op.offset;
      return gained(run, before, op.slot, start, start + op.length);
    }
    case "scatter": {
      const append = before.slots[op.slot]?.append === true;
      const start = append ? sizeIn(before, op.slot) : op.offset;
      const length = BigInt(append ? op.blocks : 2 * op.blocks) * run.block;
      return gained(run, before, op.slot, start, start + length);
    }
    case "store":
      return around(run, op.slot, op.offset, op.offset + op.length);
    case "fallocate":
      return gained(run, before, op.slot, op.offset, op.offset + op.length);
    case "truncate":
      return gained(run, before, op.slot, op.length, op.length);
    case "clone": {
      const left = sizeIn(before, op.slot) - op.offset;
      const length = op.length === 0n && left > 0n ? left : op.length;
      return gained(run, before, op.target, op.targetOffset, op.targetOffset + length);
    }
    case "dedupe":
      return (
        op.targets.every(
          ({ descriptor, offset: at }, index) =>
            typeof descriptor === "string" ||
            repeats(op, index) ||
            around(run, descriptor, at, at + op.length),
        ) && around(run, op.slot, op.offset, op.offset + op.length)
      );
    case "open":
      return !op.flags.includes("truncate") || around(run, op.slot, 0n, 0n);
    case "close":
    case "mkdir":
    case "mkfifo":
    case "link":
    case "unlink":
    case "subvolume":
    case "snapshot":
    case "delete":
    case "nocow":
    case "as":
    case "limit":
    case "chmod":
    case "chown":
    case "chattr":
    case "mode":
    case "fsync":
    case "syncfs":
    case "read":
    case "inspect":
    case "observe":
    case "check":
    case "scrub":
    case "remount":
      return true;
  }
}

function sizeIn(state: State, at: Slot): bigint {
  return inodeIn(state, at)?.size ?? 0n;
}

/** Looks at [start, end), and at what lies between the old end of the file and there. */
function gained(run: Run, before: State, at: Slot, start: bigint, end: bigint): boolean {
  const oldEnd = sizeIn(before, at);
  return around(run, at, oldEnd < start ? oldEnd : start, end);
}

/** Whether a target is the same as the one before it. */
function repeats(op: Extract<Op, { kind: "dedupe" }>, index: number): boolean {
  const target = op.targets[index];
  const before = op.targets[index - 1];
  return before?.descriptor === target?.descriptor && before?.offset === target?.offset;
}

/** Of a longer range so much is looked at, at both ends; the rest waits for the end of the program. */
const maxLook = 1n << 20n;

/** Looks at [start, end) and a block on each side. */
function around(run: Run, at: Slot, start: bigint, end: bigint): boolean {
  const from = start > run.block ? start - run.block : 0n;
  const to = roundUp(end, run.block) + run.block;
  if (to - from <= 2n * maxLook) return run.looksRight(at, from, to);
  return run.looksRight(at, from, from + maxLook) && run.looksRight(at, to - maxLook, to);
}

/** Looks at every file: through the slots that hold one, then by the names that are left, where a program can say them. */
const asRoot: Op = { kind: "as", user: "root", capabilities: [] };

function lookAtAll(run: Run): void {
  if (run.state().caller.user !== "root" && !run.peek(asRoot)) return;
  const seen = new Set<number>();
  for (const [index, file] of run.state().slots.entries()) {
    if (file === undefined || seen.has(file.inode)) continue;
    seen.add(file.inode);
    if (!looksWholly(run, slot(index))) return;
  }
  for (const [path, number] of run.state().names) {
    if (!isPath(path)) continue;
    const inode = run.state().inodes[number];
    if (inode?.kind !== "file" || seen.has(number)) continue;
    seen.add(number);
    const opened = run.peek({ kind: "open", slot: lookingSlot, path, access: "r", flags: [] });
    if (!opened || !looksWholly(run, lookingSlot)) return;
  }
  if (run.state().slots[lookingSlot] !== undefined) run.peek({ kind: "close", slot: lookingSlot });
}

/** The most that `inspect` looks at in one call. */
const maxInspect = 16n << 20n;

/** Looks at a whole file; a long one at both ends when it does not hold what it should. */
function looksWholly(run: Run, at: Slot): boolean {
  const inode = inodeIn(run.state(), at);
  if (inode === undefined) return true;
  if (inode.size <= maxInspect) return run.looksRight(at, 0n, inode.size);
  return (
    run.looksRight(at, 0n, maxInspect) && run.looksRight(at, inode.size - maxInspect, inode.size)
  );
}
