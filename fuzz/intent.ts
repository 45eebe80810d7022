/**
 * Intents: what a program means to do, before it is known what there is. fast-check
 * makes them; `resolve.ts` turns each into a call when its turn comes.
 */

import fc from "fast-check";
import type {
  Access,
  Circumstance,
  FallocateMode,
  Op,
  OpenFlag,
  RightsOp,
} from "../model/index.ts";
import { aligned, anchors, ends, wild, type Anchor } from "./anchor.ts";

/** Names that programs use; a handful, so that they meet. */
export const fileNames = ["a", "b", "c", "d"] as const;
export const otherNames = ["other/a", "other/b"] as const;
const directoryName = "dir";
const fifoName = "pipe";

/** Slots that programs use: s0 to s5. */
export const slotCount = 6;

/** A slot by number, or the n-th of those that make sense for the call. */
export interface SlotPick {
  readonly sane: boolean;
  readonly index: number;
}

/** How much: so many blocks and a step; or up to the end of the file from where it starts. */
export interface Amount {
  readonly to: "blocks" | "end" | "anchor";
  readonly blocks: number;
  readonly step: number;
  readonly anchor: Anchor;
}

/** Which target offset to look for: where the bytes are equal, or differ; at the tail; or as the anchor says. */
export type Aim = "equal" | "differing" | "tail" | "anchor";

export interface TargetIntent {
  readonly aim: Aim;
  readonly slot: SlotPick;
  readonly anchor: Anchor;
  /** Instead of a slot. */
  readonly descriptor: "slot" | "closed" | "never-opened";
  readonly reserved: number;
  readonly high: number;
}

export interface DedupeIntent {
  readonly kind: "dedupe";
  readonly source: SlotPick;
  readonly anchor: Anchor;
  readonly amount: Amount;
  readonly targets: readonly TargetIntent[];
  /** The targets are repeated until there are so many; 0 leaves them as they are. */
  readonly repeatTo: number;
  readonly reserved1: number;
  readonly reserved2: number;
  readonly argument: "whole" | "null" | "crossing" | "read-only" | "unmapped";
  /** Bytes before the cut of the argument, modulo its length. */
  readonly after: number;
  /** The circumstance, and which event, file or block it is about. */
  readonly during: { readonly kind: Circumstance["kind"]; readonly index: number };
}

/** A path, or the n-th subvolume of those that there are. */
export interface NamePick {
  readonly sane: boolean;
  readonly index: number;
  readonly path: string;
}

export interface OpenIntent {
  readonly kind: "open";
  readonly slot: number;
  readonly path: string;
  readonly access: Access;
  readonly flags: readonly OpenFlag[];
}

/**
 * What is changed, or looked at, of the file in a slot that is picked when the
 * call's turn comes. `reopen` opens it once more, in slot `again`, for reading.
 */
export type Act = WithoutSlot<RightsOp> | { readonly kind: "reopen"; readonly again: number };

type WithoutSlot<Each> = Each extends { readonly slot: unknown } ? Omit<Each, "slot"> : Each;

export type Intent =
  | OpenIntent
  | { readonly kind: "close"; readonly slot: number }
  | { readonly kind: "make"; readonly what: "mkdir" | "mkfifo"; readonly path: string }
  | { readonly kind: "link" | "unlink"; readonly path: string; readonly to: string }
  | { readonly kind: "subvolume"; readonly path: string }
  | {
      readonly kind: "snapshot";
      readonly source: NamePick;
      readonly to: string;
      readonly readOnly: boolean;
    }
  | { readonly kind: "delete"; readonly target: NamePick }
  /** Opens the n-th of the files that stand in folders. */
  | {
      readonly kind: "reopen";
      readonly slot: number;
      readonly index: number;
      readonly access: Access;
    }
  | {
      readonly kind: "write" | "store";
      readonly slot: SlotPick;
      readonly anchor: Anchor;
      readonly amount: Amount;
      readonly pattern: number;
      readonly except: "none" | "first" | "middle" | "last";
      /** For write: with O_DIRECT. */
      readonly direct: boolean;
    }
  | {
      readonly kind: "scatter";
      readonly slot: SlotPick;
      readonly anchor: Anchor;
      readonly blocks: number;
      readonly pattern: number;
    }
  | { readonly kind: "truncate"; readonly slot: SlotPick; readonly anchor: Anchor }
  | {
      readonly kind: "fallocate";
      readonly slot: SlotPick;
      readonly mode: FallocateMode;
      readonly anchor: Anchor;
      readonly amount: Amount;
    }
  | { readonly kind: "nocow"; readonly slot: SlotPick }
  | { readonly kind: "govern"; readonly slot: SlotPick; readonly act: Act }
  | {
      readonly kind: "clone";
      readonly source: SlotPick;
      readonly target: TargetIntent;
      readonly anchor: Anchor;
      readonly amount: Amount;
    }
  | DedupeIntent
  /** A call as it is. */
  | { readonly kind: "call"; readonly op: Op }
  /** fsync of a slot or, when `whole`, syncfs. */
  | { readonly kind: "sync"; readonly slot: SlotPick; readonly whole: boolean }
  | {
      readonly kind: "read";
      readonly slot: SlotPick;
      readonly anchor: Anchor;
      readonly amount: Amount;
    };

/** One of the values, the first one `weight` times in a thousand. */
export function mostly<Value>(
  weight: number,
  usual: Value,
  odd: fc.Arbitrary<Value>,
): fc.Arbitrary<Value> {
  return fc.oneof(
    { weight, arbitrary: fc.constant(usual) },
    { weight: 1000 - weight, arbitrary: odd },
  );
}

export const slotPick: fc.Arbitrary<SlotPick> = fc.record({
  sane: mostly(930, true, fc.constant(false)),
  index: fc.nat(slotCount - 1),
});

const amount: fc.Arbitrary<Amount> = fc.record({
  to: fc.constantFrom("blocks", "blocks", "blocks", "blocks", "end", "anchor"),
  blocks: fc.constantFrom(0, 1, 1, 1, 2, 2, 3, 4, 5, 8),
  step: mostly(750, 0, fc.constantFrom(1, -1, 100, 512, 4095)),
  anchor: wild,
});

/** Amounts of bytes that are written or reserved: never more than a few blocks. */
const fewBlocks: fc.Arbitrary<Amount> = fc.record({
  to: fc.constantFrom("blocks", "blocks", "end"),
  blocks: fc.constantFrom(1, 1, 2, 2, 3, 4, 6, 8, 32),
  step: mostly(700, 0, fc.constantFrom(1, 100, -1)),
  anchor: aligned,
});

export const access: fc.Arbitrary<Access> = mostly(700, "rw", fc.constantFrom("r", "w"));

const openFile: fc.Arbitrary<OpenIntent> = fc.record({
  kind: fc.constant("open"),
  slot: fc.nat(slotCount - 1),
  path: fc.oneof(
    { weight: 20, arbitrary: fc.constantFrom(...fileNames) },
    { weight: 2, arbitrary: fc.constantFrom(...otherNames) },
    { weight: 1, arbitrary: fc.constantFrom(directoryName, fifoName) },
  ),
  access,
  flags: mostly(
    800,
    [],
    fc.constantFrom<readonly OpenFlag[]>(
      ["append"],
      ["truncate"],
      ["path"],
      ["append", "truncate"],
    ),
  ),
});

/** A directory, which opens for reading only. */
const openDirectory: fc.Arbitrary<OpenIntent> = fc.record({
  kind: fc.constant("open"),
  slot: fc.nat(slotCount - 1),
  path: fc.constant(directoryName),
  access: fc.constant("r"),
  flags: fc.constant([]),
});

const openIntent: fc.Arbitrary<OpenIntent> = fc.oneof(
  { weight: 15, arbitrary: openFile },
  { weight: 1, arbitrary: openDirectory },
);

const targetIntent: fc.Arbitrary<TargetIntent> = fc.record({
  aim: fc.constantFrom("equal", "equal", "equal", "tail", "differing", "differing", "anchor"),
  slot: slotPick,
  anchor: anchors,
  descriptor: mostly(970, "slot", fc.constantFrom("closed", "never-opened")),
  reserved: mostly(980, 0, fc.constantFrom(1, 0xffff_ffff)),
  high: mostly(970, 0, fc.constantFrom(1, 0x8000_0000, 0xffff_ffff)),
});

const dedupeIntent: fc.Arbitrary<DedupeIntent> = fc.record({
  kind: fc.constant("dedupe"),
  source: slotPick,
  anchor: anchors,
  amount,
  targets: fc.oneof(
    { weight: 12, arbitrary: fc.array(targetIntent, { minLength: 1, maxLength: 1 }) },
    { weight: 6, arbitrary: fc.array(targetIntent, { minLength: 2, maxLength: 4 }) },
    { weight: 1, arbitrary: fc.constant([]) },
  ),
  repeatTo: mostly(998, 0, fc.constantFrom(16, 126, 127, 128)),
  reserved1: mostly(985, 0, fc.constantFrom(1, 0xffff)),
  reserved2: mostly(985, 0, fc.constantFrom(1, 0xffff_ffff)),
  argument: mostly(970, "whole", fc.constantFrom("null", "crossing", "read-only", "unmapped")),
  after: fc.oneof(fc.nat(63), fc.nat(4119)),
  during: fc.constant({ kind: "usual", index: 0 }),
});

function putting(kind: "write" | "store", anchor: fc.Arbitrary<Anchor>): fc.Arbitrary<Intent> {
  return fc.record({
    kind: fc.constant(kind),
    slot: slotPick,
    anchor,
    amount: fewBlocks,
    pattern: fc.constantFrom(0, 1, 1, 1, 2, 2, 3),
    except: mostly(850, "none", fc.constantFrom("first", "middle", "last")),
    direct: mostly(900, false, fc.constant(true)),
  });
}

const weights: readonly [number, fc.Arbitrary<Intent>][] = [
  [180, dedupeIntent],
  [100, putting("write", anchors)],
  [
    20,
    putting("store", fc.oneof({ weight: 1, arbitrary: anchors }, { weight: 1, arbitrary: ends })),
  ],
  [50, openIntent],
  [25, fc.record({ kind: fc.constant("truncate"), slot: slotPick, anchor: anchors })],
  [
    25,
    fc.record({
      kind: fc.constant("clone"),
      source: slotPick,
      target: targetIntent,
      anchor: anchors,
      amount,
    }),
  ],
  [
    25,
    fc.record({
      kind: fc.constant("fallocate"),
      slot: slotPick,
      mode: fc.constantFrom("prealloc", "keep-size", "punch", "punch", "zero", "zero-keep-size"),
      anchor: anchors,
      amount: fewBlocks,
    }),
  ],
  [15, fc.record({ kind: fc.constant("read"), slot: slotPick, anchor: anchors, amount })],
  [10, fc.record({ kind: fc.constant("close"), slot: fc.nat(slotCount - 1) })],
  [10, fc.record({ kind: fc.constant("nocow"), slot: slotPick })],
  [
    15,
    fc.record({
      kind: fc.constantFrom("link", "link", "unlink"),
      path: fc.constantFrom(...fileNames, otherNames[0], directoryName),
      to: fc.constantFrom(...fileNames, otherNames[1], "e", "f"),
    }),
  ],
  [
    5,
    fc.constantFrom<Intent>(
      { kind: "make", what: "mkdir", path: directoryName },
      { kind: "make", what: "mkfifo", path: fifoName },
    ),
  ],
  [
    1,
    fc.record({
      kind: fc.constant("sync"),
      slot: slotPick,
      whole: mostly(900, false, fc.constant(true)),
    }),
  ],
];

export const intent: fc.Arbitrary<Intent> = fc.oneof(
  ...weights.map(([weight, arbitrary]) => ({ weight, arbitrary })),
);
