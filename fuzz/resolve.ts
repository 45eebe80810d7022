/** Turns an intent into a call, against the state that the model is in when its turn comes. */

import {
  bytes,
  firstDifference,
  inodeIn,
  roundDown,
  slot,
  structBytes,
  type Argument,
  type Bytes,
  type DedupeOp,
  type Inode,
  type Op,
  type State,
  type Target,
} from "../model/index.ts";
import { amount, few, least, u64 } from "./amount.ts";
import { resolve, type Anchor } from "./anchor.ts";
import { type DedupeIntent, type Intent, type TargetIntent } from "./intent.ts";
import { pick, type OpenRegular } from "./pick.ts";
import { resolveAct } from "./resolve-act.ts";
import { resolvePath } from "./resolve-path.ts";
import { circumstanceOf } from "./under-circumstances.ts";

/** Bytes that one call may write or reserve at most, so that images do not fill. */
const maxWritten = 256n << 10n;

/** Bytes that one read asks for at most. */
const maxRead = 256n << 10n;

/**
 * Bytes that a dedupe may find equal at most: comparing 1 GiB takes a kernel
 * seconds. What differs early may be as long as it likes.
 */
const maxEqual = 1n << 20n;

/** Targets of a longer range: more, and a trace would have the kernel compare more than `replay` lets it. */
const maxLongTargets = 15;

/** The call that an intent means; undefined when it can mean nothing now. */
export function resolveIntent(intent: Intent, state: State, block: bigint): Op | undefined {
  switch (intent.kind) {
    case "open":
    case "make":
    case "link":
    case "unlink":
    case "subvolume":
    case "snapshot":
    case "delete":
    case "reopen":
      return resolvePath(intent, state);
    case "close":
      return { kind: "close", slot: slot(intent.slot) };
    case "write":
    case "store":
      return put(intent, state, block);
    case "scatter": {
      const at = pick(state, intent.slot, (file) => file.writes && !file.inode.other);
      const start = u64(resolve(intent.anchor, inodeIn(state, at), block));
      const { kind, blocks, pattern } = intent;
      return { kind, slot: at, offset: start, blocks, pattern };
    }
    case "truncate": {
      const at = pick(state, intent.slot, (file) => file.writes);
      return {
        kind: "truncate",
        slot: at,
        length: bytes(resolve(intent.anchor, inodeIn(state, at), block)),
      };
    }
    case "fallocate": {
      const at = pick(state, intent.slot, (file) => file.writes);
      const start = u64(resolve(intent.anchor, inodeIn(state, at), block));
      return {
        kind: "fallocate",
        slot: at,
        mode: intent.mode,
        offset: start,
        length: few(intent.amount, inodeIn(state, at), start, block, maxWritten),
      };
    }
    case "nocow":
      return {
        kind: "nocow",
        slot: pick(state, intent.slot, (file) => file.inode.size === 0n),
      };
    case "govern":
      return resolveAct(
        intent.act,
        pick(state, intent.slot, () => true),
        state,
      );
    case "clone":
      return clone(intent, state, block);
    case "dedupe":
      return dedupe(intent, state, block);
    case "call":
      return intent.op;
    case "sync":
      return intent.whole
        ? { kind: "syncfs" }
        : { kind: "fsync", slot: pick(state, intent.slot, () => true) };
    case "read": {
      const at = pick(state, intent.slot, (file) => file.reads);
      const start = u64(resolve(intent.anchor, inodeIn(state, at), block));
      const length = amount(intent.amount, inodeIn(state, at), start, block);
      return { kind: "read", slot: at, offset: start, length: least(length, maxRead) };
    }
  }
}

/** Bytes written, or stored through a mapping, which needs a slot that can be read too. */
function put(
  intent: Extract<Intent, { kind: "write" | "store" }>,
  state: State,
  block: bigint,
): Op {
  const { kind, pattern, direct } = intent;
  const at = pick(state, intent.slot, (file) => file.writes && (file.reads || kind === "write"));
  const start = u64(resolve(intent.anchor, inodeIn(state, at), block));
  const length = few(intent.amount, inodeIn(state, at), start, block, maxWritten);
  const except = exception(intent.except, length);
  const op = { slot: at, offset: start, length, pattern, except };
  return kind === "write" ? { kind, ...op, direct } : { kind, ...op };
}

function exception(which: "none" | "first" | "middle" | "last", length: bigint): Bytes | undefined {
  if (length === 0n) return undefined;
  switch (which) {
    case "none":
      return undefined;
    case "first":
      return bytes(0n);
    case "middle":
      return bytes(length / 2n);
    case "last":
      return bytes(length - 1n);
  }
}

function clone(intent: Extract<Intent, { kind: "clone" }>, state: State, block: bigint): Op {
  const source = pick(state, intent.source, (file) => file.reads && !file.inode.other);
  const inode = inodeIn(state, source);
  const start = u64(resolve(intent.anchor, inode, block));
  const target = pick(state, intent.target.slot, (file) => file.writes && !file.inode.other);
  return {
    kind: "clone",
    slot: source,
    offset: start,
    length: amount(intent.amount, inode, start, block),
    target,
    targetOffset: u64(resolve(intent.target.anchor, inodeIn(state, target), block)),
  };
}

function dedupe(intent: DedupeIntent, state: State, block: bigint): DedupeOp {
  const source = pick(
    state,
    intent.source,
    (file) => file.reads && !file.inode.other && file.inode.size > 0n,
  );
  const inode = inodeIn(state, source);
  const start = u64(within(intent.anchor, inode, block));
  const asked = amount(intent.amount, inode, start, block);
  const length = intent.amount.to === "blocks" ? inside(asked, inode, start) : asked;
  const targets = repeated(
    intent.targets.map((target) => aimed(target, state, inode, start, length, block)),
    intent.repeatTo,
  );
  const usual: DedupeOp = {
    kind: "dedupe",
    slot: source,
    offset: start,
    length,
    targets,
    reserved1: intent.reserved1,
    reserved2: intent.reserved2,
    argument: argumentOf(intent, structBytes(targets.length)),
    during: { kind: "usual" },
  };
  const op = { ...usual, during: circumstanceOf(intent.during, usual, state) };
  const isTooMuch =
    comparesTooMuch(op, state) || (targets.length > maxLongTargets && length > maxEqual);
  return isTooMuch ? { ...op, length: least(length, 4n * block) } : op;
}

/** The position of an aligned anchor, moved into the file where the file is shorter. */
function within(anchor: Anchor, inode: Inode | undefined, block: bigint): bigint {
  const asked = resolve(anchor, inode, block);
  if (anchor.step !== 0 || inode === undefined || inode.size === 0n) return asked;
  return asked < inode.size ? asked : roundDown(asked % inode.size, block);
}

/** A length in blocks cut to what is left of the file, as a sane caller does. */
function inside(length: Bytes, inode: Inode | undefined, start: bigint): Bytes {
  const left = inode !== undefined && inode.size > start ? inode.size - start : 0n;
  return left > 0n && length <= 8n * 4096n ? least(length, left) : length;
}

function argumentOf(intent: DedupeIntent, length: number): Argument {
  if (intent.argument === "whole" || intent.argument === "null") return { kind: intent.argument };
  return { kind: intent.argument, after: intent.after % (length + 1) };
}

function repeated(targets: readonly Target[], repeatTo: number): readonly Target[] {
  const result = [...targets];
  while (targets.length > 0 && result.length < repeatTo) {
    const next = targets[result.length % targets.length];
    if (next === undefined) break;
    result.push(next);
  }
  return result;
}

/** A target: the slot that is meant, at the offset that is aimed at. */
function aimed(
  intent: TargetIntent,
  state: State,
  source: Inode | undefined,
  start: bigint,
  length: bigint,
  block: bigint,
): Target {
  const suits = ({ inode }: OpenRegular): boolean =>
    !inode.other &&
    inode.size >= length + (inode === source ? start + block : 0n) &&
    inode.nodatasum === source?.nodatasum;
  const descriptor =
    intent.descriptor === "slot" ? pick(state, intent.slot, suits) : intent.descriptor;
  const inode = typeof descriptor === "string" ? undefined : inodeIn(state, descriptor);
  return {
    descriptor,
    offset: u64(position(intent, source, inode, start, length, block)),
    reserved: intent.reserved,
    high: intent.high,
  };
}

/** Offsets of a target that are tried for equal, or for differing, bytes, at most. */
const maxTries = 12;

function position(
  intent: TargetIntent,
  source: Inode | undefined,
  target: Inode | undefined,
  start: bigint,
  length: bigint,
  block: bigint,
): bigint {
  const asked = resolve(intent.anchor, target, block);
  if (intent.aim === "anchor" || target === undefined || source === undefined) return asked;
  if (target.size < length) return asked;
  const last = roundDown(target.size - length, block);
  const places = last / block + 1n;
  if (intent.aim === "tail") return last;
  const first = (BigInt(intent.anchor.index) % places) * block;
  for (let step = 0n; step < maxTries && step < places; step++) {
    const at = ((first / block + step) % places) * block;
    const overlaps = source === target && at < start + length && start < at + length;
    if (overlaps) continue;
    const differs = firstDifference(source.contents, start, target.contents, at, length);
    if ((differs === undefined) === (intent.aim === "equal")) return at;
  }
  return first;
}

/** Whether some target is equal for so long that a kernel would compare for seconds. */
function comparesTooMuch(op: DedupeOp, state: State): boolean {
  if (op.length <= maxEqual) return false;
  const source = inodeIn(state, op.slot);
  if (source === undefined || op.offset + op.length > source.size) return false;
  return op.targets.some(({ descriptor, offset: at }) => {
    const target = typeof descriptor === "string" ? undefined : inodeIn(state, descriptor);
    return (
      target !== undefined &&
      firstDifference(source.contents, op.offset, target.contents, at, maxEqual) === undefined
    );
  });
}
