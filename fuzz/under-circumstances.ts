/** Programs some of whose dedupe calls meet something unusual: few, for each such call takes its time. */

import fc from "fast-check";
import {
  hazardsOf,
  inodeIn,
  offset,
  type Circumstance,
  type DedupeOp,
  type State,
} from "../model/index.ts";
import type { Anchor } from "./anchor.ts";
import type { DedupeIntent, Intent } from "./intent.ts";

export type Kind = Exclude<Circumstance["kind"], "usual">;

/** What a program's calls meet, and which of them do; undefined for a program of usual calls. */
export type Trouble =
  | { readonly kind: Kind; readonly first: number; readonly index: number }
  | undefined;

/**
 * How many programs in 10,000 have which trouble, and every how manieth of its
 * dedupe calls meets it; 0 is one call alone.
 */
const rates: Readonly<Record<Kind, { readonly programs: number; readonly every: number }>> = {
  frozen: { programs: 60, every: 0 },
  denied: { programs: 120, every: 3 },
  unreadable: { programs: 80, every: 2 },
  sending: { programs: 0, every: 2 },
  full: { programs: 20, every: 0 },
  swapping: { programs: 60, every: 3 },
  "shut-down": { programs: 20, every: 0 },
};

/** Of programs with snapshots, every eighth sends them. */
export function sent(kinds: ReadonlySet<Circumstance["kind"]>): fc.Arbitrary<Trouble> {
  const none = fc.constant(undefined);
  if (!kinds.has("sending")) return none;
  return fc.oneof({ weight: 7, arbitrary: none }, { weight: 1, arbitrary: troubleOf("sending") });
}

function troubleOf(kind: Kind): fc.Arbitrary<Trouble> {
  return fc.record({ kind: fc.constant(kind), first: fc.nat(99), index: fc.nat(7) });
}

/** Of the kinds of trouble that there can be. */
export function troubles(kinds: ReadonlySet<Circumstance["kind"]>): fc.Arbitrary<Trouble> {
  const odd = [...kinds].filter(isUnusual).map((kind) => ({
    weight: rates[kind].programs,
    arbitrary: troubleOf(kind),
  }));
  const weight = 10_000 - odd.reduce((sum, each) => sum + each.weight, 0);
  return fc.oneof({ weight, arbitrary: fc.constant(undefined) }, ...odd);
}

function isUnusual(kind: Circumstance["kind"]): kind is Kind {
  return kind !== "usual" && kind !== "sending";
}

/** The program with some of its dedupe calls made in trouble. */
export function inTrouble(program: readonly Intent[], trouble: Trouble): readonly Intent[] {
  if (trouble === undefined) return program;
  const { kind, first, index } = trouble;
  const { every } = rates[kind];
  const count = program.filter((intent) => intent.kind === "dedupe").length;
  let dedupes = 0;
  return program.map((intent) => {
    if (intent.kind !== "dedupe") return intent;
    const at = dedupes++;
    const meets = every === 0 ? at === first % count : (at + first) % every === 0;
    const during: DedupeIntent["during"] = { kind, index: index + at };
    return meets ? besides({ ...intent, during }, kind, index + at) : intent;
  });
}

/** Of calls in trouble, some have something else wrong with them too: which of the two counts first? */
function besides(intent: DedupeIntent, kind: Kind, turn: number): DedupeIntent {
  switch (kind) {
    case "frozen":
      return turn % 2 === 0 ? aimedNowhere(intent) : intent;
    case "denied":
      if (turn % 3 === 0) return aimedNowhere(intent);
      return turn % 3 === 1 ? { ...intent, anchor: nowhere } : intent;
    case "sending":
      return turn % 8 === 3
        ? { ...intent, amount: { ...intent.amount, to: "blocks", blocks: 0, step: 1 } }
        : intent;
    case "unreadable":
    case "full":
    case "swapping":
    case "shut-down":
      return intent;
  }
}

const nowhere: Anchor = { base: "2^63", index: 0, step: 0 };

function aimedNowhere(intent: DedupeIntent): DedupeIntent {
  const aim = { aim: "anchor", anchor: nowhere } as const;
  return { ...intent, targets: intent.targets.map((target) => ({ ...target, ...aim })) };
}

/** The circumstance that is meant for a call, which is as it will be but for that. */
export function circumstanceOf(
  { kind, index }: DedupeIntent["during"],
  op: DedupeOp,
  state: State,
): Circumstance {
  switch (kind) {
    case "usual":
    case "frozen":
    case "full":
    case "shut-down":
      return { kind };
    case "swapping":
      return swapping(op, index, state);
    case "denied":
      return { kind, event: index % (op.targets.length + 1) };
    case "sending":
      return sending(op, index, state);
    case "unreadable":
      return sure(unreadable(op, index, state.format.block), op, state);
  }
}

/** The circumstance, when it can be said what it does. */
function sure(during: Circumstance, op: DedupeOp, state: State): Circumstance {
  const [, other] = hazardsOf(state, { ...op, during });
  return other === undefined ? during : { kind: "usual" };
}

/** A file of the call that can be a swap file; a call that has none is a usual one. */
function swapping(op: DedupeOp, index: number, state: State): Circumstance {
  const slots = [op.slot, ...op.targets.map(({ descriptor }) => descriptor)].filter(
    (each) => typeof each !== "string",
  );
  const able = slots
    .map((slot) => ({ kind: "swapping", slot }) as const)
    .filter((during) => {
      const [hazard, other] = hazardsOf(state, { ...op, during });
      return hazard.kind === "swap" && other === undefined;
    });
  return able[index % Math.max(1, able.length)] ?? { kind: "usual" };
}

/** A snapshot that a target is in or, of some calls, another one; most calls that meet none are usual ones. */
function sending(op: DedupeOp, index: number, state: State): Circumstance {
  const sendable = [...state.names].flatMap(([path, number]) => {
    const inode = state.inodes[number];
    const isRoot = inode?.role === "root" && state.subvolumes[inode.subvolume]?.readOnly === true;
    return isRoot ? [{ path, subvolume: inode.subvolume }] : [];
  });
  const met = sendable.find(({ subvolume }) => isTarget(op, subvolume, state));
  const other = index % 8 === 0 ? sendable[0] : undefined;
  const { path } = met ?? other ?? {};
  return path === undefined ? { kind: "usual" } : { kind: "sending", path };
}

/** Whether a target of a call lies in a subvolume. */
function isTarget({ targets }: DedupeOp, subvolume: number, state: State): boolean {
  return targets.some(
    ({ descriptor }) =>
      typeof descriptor !== "string" && inodeIn(state, descriptor)?.subvolume === subvolume,
  );
}

/** Some block of the source's range, or of a target's, or the first one behind it. */
function unreadable(op: DedupeOp, index: number, block: bigint): Circumstance {
  const ranges = [{ descriptor: op.slot, offset: op.offset }, ...op.targets];
  const range = ranges[index % ranges.length];
  if (range === undefined || typeof range.descriptor === "string") return { kind: "usual" };
  const blocks = (op.length + block - 1n) / block;
  const ahead = (BigInt(index) % (blocks + 1n)) * block;
  return {
    kind: "unreadable",
    slot: range.descriptor,
    offset: offset(BigInt.asUintN(64, range.offset + ahead)),
  };
}
