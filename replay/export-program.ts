/**
 * What an export is made of: the calls of a trace as they were replayed on a
 * target, each with everything that the model allows.
 */

import {
  bytes,
  HarnessError,
  initialOn,
  isPath,
  maxSlots,
  offset,
  slot,
  type FileSystemUnderTest,
  type Format,
  type Inode,
  type Model,
  type Op,
  type Outcome,
  type Slot,
  type State,
} from "../model/index.ts";
import { madeOf, type Made } from "./cause.ts";
import { distinct, everyBranch, narrow, withCause, type Divergence } from "./check.ts";
import { difference } from "./diff.ts";
import { plain } from "./plain.ts";
import { replay } from "./replay.ts";
import type { Event, Trace } from "./trace.ts";

export interface ExportedCall {
  readonly op: Op;
  readonly comments: readonly string[];
  /** What came back from the target. */
  readonly got: Outcome;
  /** What the profile allows, no two alike, first what came if that is allowed; never empty. */
  readonly allowed: readonly Outcome[];
  /** Whether `got` is allowed. */
  readonly isAllowed: boolean;
  /** Whether these are all that are allowed: freedoms of a kernel leave open where files lie. */
  readonly settled: boolean;
}

export interface ExportedProgram {
  /** What its answers were held against. */
  readonly model: Model;
  /** As in the header of a trace. */
  readonly target: string;
  readonly block: number;
  /** How the file system was made. */
  readonly format: Format;
  /** Of the trace, before its header. */
  readonly comments: readonly string[];
  /** Those of the trace, then looks at every file that is left; they end with a divergence, if there is one. */
  readonly calls: readonly ExportedCall[];
  readonly divergence: Divergence | undefined;
}

/** What a person must know who runs it elsewhere. */
export interface ExportedWhere {
  /** Such as `Linux 6.18.44`, or that it is a simulated one. */
  readonly kernel: string;
  /** Options that the file system was made with, and mounted with; mostly none. */
  readonly mkfs: readonly string[];
  readonly mount: readonly string[];
}

/** A program, and where it ran: what every form of export is made of. */
export interface ExportedCase extends ExportedProgram {
  readonly where: ExportedWhere;
}

/**
 * Replays a trace, and then again with looks at every file behind it, so that a
 * program tells more than what its calls answer. Throws HarnessError where the
 * time is over, and for what the target did not show twice.
 */
export function exportProgram(
  model: Model,
  target: FileSystemUnderTest,
  trace: Trace,
  goOn: () => boolean,
): ExportedProgram {
  const first = followed(model, target, trace, goOn);
  const looks = first.divergence === undefined ? closingLooks(first.state) : [];
  const whole = { ...trace, events: [...trace.events, ...looks.map(eventOf)] };
  const last = looks.length === 0 ? first : followed(model, target, whole, goOn);
  return {
    model,
    target: target.name,
    block: trace.block,
    format: target.format,
    comments: trace.comments.map(plain),
    calls: last.calls,
    divergence: last.divergence,
  };
}

function eventOf(op: Op): Event {
  return { comments: [], op, outcome: undefined };
}

interface Followed {
  readonly calls: readonly ExportedCall[];
  readonly divergence: Divergence | undefined;
  /** A world that is possible at the end. */
  readonly state: State;
}

/** What a replay gave, call by call, held against the model again. */
function followed(
  model: Model,
  target: FileSystemUnderTest,
  trace: Trace,
  goOn: () => boolean,
): Followed {
  const replayed = replay(model, target, trace, goOn);
  if (replayed.outOfTime) throw new HarnessError("the time for this trace is over");
  const { events } = replayed.trace;
  const found = folded(
    model,
    target.format,
    replayed.divergence === undefined ? events.slice(0, trace.events.length) : events,
  );
  if ((found.divergence === undefined) === (replayed.divergence === undefined)) return found;
  throw new HarnessError(
    "what diverged in the replay did not come again when it was looked at twice",
  );
}

function folded(model: Model, format: Format, events: readonly Event[]): Followed {
  const calls: ExportedCall[] = [];
  const made: Made[] = [];
  let worlds: readonly State[] = [initialOn(format)];
  for (const [index, { op, comments, outcome: got }] of events.entries()) {
    if (got === undefined) throw new HarnessError(`call ${index + 1} was not made`);
    const branches = everyBranch(model, worlds, op);
    const outcomes = distinct(branches).map((branch) => branch.outcome);
    const came = outcomes.filter((outcome) => difference(outcome, got) === undefined);
    const others = outcomes.filter((outcome) => !came.includes(outcome));
    const step = narrow(branches, op, got, index + 1);
    if (step.kind === "undecided") throw new HarnessError("more is allowed than can be followed");
    calls.push({
      op,
      comments: comments.map(plain),
      got,
      allowed: [...came, ...others],
      isAllowed: step.kind === "allowed",
      settled: branches.every(({ answers = 1 }) => answers === 1),
    });
    if (step.kind === "diverged") {
      return {
        calls,
        divergence: withCause(step.divergence, made),
        state: stateOf(worlds, format),
      };
    }
    worlds = step.worlds;
    made.push(madeOf(op, step.decisions, got.errno));
  }
  return { calls, divergence: undefined, state: stateOf(worlds, format) };
}

function stateOf([state]: readonly State[], format: Format): State {
  return state ?? initialOn(format);
}

/** The most that `inspect` looks at in one call. */
const maxLook = 16n << 20n;

/** Who looks, so that every file can be opened. */
const asRoot: Op = { kind: "as", user: "root", capabilities: [] };

/** Looks at every regular file: through the slots that hold one, then by the names that are left and that a program can say. */
function closingLooks(state: State): readonly Op[] {
  const seen = new Set<number>();
  const looks: Op[] = state.caller.user === "root" ? [] : [asRoot];
  for (const [index, file] of state.slots.entries()) {
    const inode = file && state.inodes[file.inode];
    if (file === undefined || inode?.kind !== "file" || seen.has(file.inode)) continue;
    seen.add(file.inode);
    looks.push(...looksAt(slot(index), inode));
  }
  const free = freeSlot(state);
  for (const [path, number] of state.names) {
    if (!isPath(path)) continue;
    const inode = state.inodes[number];
    if (inode?.kind !== "file" || seen.has(number)) continue;
    seen.add(number);
    looks.push({ kind: "open", slot: free, path, access: "r", flags: [] }, ...looksAt(free, inode));
  }
  return looks;
}

/** The first slot that is not open; the last one when all are. */
function freeSlot({ slots }: State): Slot {
  const free = Array.from({ length: maxSlots }, (_, index) => index).find(
    (index) => slots[index] === undefined,
  );
  return slot(free ?? maxSlots - 1);
}

/** One look at a whole file, or one at each end of a long one. */
function looksAt(at: Slot, { size }: Inode): readonly Op[] {
  const starts = size <= maxLook ? [0n] : [0n, size - maxLook];
  const length = bytes(size <= maxLook ? size : maxLook);
  return starts.map((start) => ({ kind: "inspect", slot: at, offset: offset(start), length }));
}
