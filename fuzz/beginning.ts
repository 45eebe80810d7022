/** How programs begin: a few files that have something in common. */

import fc from "fast-check";
import {
  bytes,
  offset,
  slot,
  type Bytes,
  type Circumstance,
  type FallocateMode,
  type Offset,
  type Op,
} from "../model/index.ts";
import { access, fileNames, mostly, type Intent, type SlotPick } from "./intent.ts";

/** All files of a program begin with so few bytes that they may be inline. */
interface Small {
  readonly bytes: number;
  /** Blocks of the second file before them, and whether the first file grows behind them. */
  readonly blocksBefore: number;
  readonly grows: boolean;
  /** Whether bytes are stored behind the end of the second file through a mapping. */
  readonly stored: boolean;
}

const smallFiles = mostly(
  650,
  undefined,
  fc.record<Small>({
    bytes: fc.constantFrom(1, 100, 2047, 2048, 2049, 4095),
    blocksBefore: fc.constantFrom(0, 1),
    grows: fc.boolean(),
    stored: mostly(700, false, fc.constant(true)),
  }),
);

/** Bytes behind the last block of every file, of some programs: so ranges can end at both ends. */
const oneTail = mostly(600, undefined, fc.constantFrom(1, 100, 4095));

/** What is open beside the files, of some programs: things that no call shares. */
const odd: fc.Arbitrary<readonly Intent[]> = fc.oneof(
  { weight: 9, arbitrary: fc.constant([]) },
  {
    weight: 1,
    arbitrary: fc.subarray<Intent>(
      [
        { kind: "make", what: "mkdir", path: "dir" },
        { kind: "open", slot: 3, path: "dir", access: "r", flags: [] },
        { kind: "make", what: "mkfifo", path: "pipe" },
        { kind: "open", slot: 4, path: "pipe", access: "rw", flags: [] },
        { kind: "open", slot: 5, path: "other/a", access: "rw", flags: [] },
        { kind: "make", what: "mkdir", path: "other/dir" },
        { kind: "open", slot: 5, path: "other/dir", access: "r", flags: [] },
      ],
      { minLength: 4 },
    ),
  },
);

export interface Beginning {
  /** Whether its files are so small that they may be inline. */
  readonly small: boolean;
  readonly intents: readonly Intent[];
}

const firstBlock = { base: "start", index: 0, step: 0 } as const;

/** A few files at such paths with a few blocks each, some of them alike, with gaps and tails. */
export function beginning(paths: fc.Arbitrary<string>): fc.Arbitrary<Beginning> {
  return fc
    .tuple(
      smallFiles,
      fc.array(
        fc.record({
          path: paths,
          access,
          nocow: mostly(850, false, fc.constant(true)),
          pattern: fc.constantFrom(1, 1, 2),
          blocks: fc.constantFrom(1, 2, 3, 4, 8),
          tail: fc.constantFrom(0, 0, 0, 1, 100, 100, 4095),
          gap: mostly(800, undefined, fc.constantFrom<FallocateMode[]>("punch", "zero")),
        }),
        { minLength: 2, maxLength: 3 },
      ),
      odd,
      oneTail,
    )
    .map(([small, files, others, tail]) => ({
      small: small !== undefined,
      intents: [
        ...files.flatMap((file, index): Intent[] => {
          const { path, nocow, pattern, gap } = file;
          const [blocks, step] =
            small === undefined
              ? [file.blocks, tail ?? file.tail]
              : [index === 1 ? small.blocksBefore : 0, small.bytes];
          const at = { sane: false, index };
          return [
            small === undefined
              ? { kind: "open", slot: index, path, access: file.access, flags: [] }
              : { kind: "open", slot: index, path: besides(path, index), access: "rw", flags: [] },
            ...(nocow ? [{ kind: "nocow" as const, slot: at }] : []),
            {
              kind: "write",
              slot: at,
              anchor: firstBlock,
              amount: { to: "blocks", blocks, step, anchor: firstBlock },
              pattern,
              except: "none",
              direct: false,
            },
            ...(gap === undefined || blocks < 2 ? [] : [gapIn(at, gap)]),
          ];
        }),
        ...others,
        ...(small === undefined ? [] : sharedSmall(small)),
      ],
    }));
}

/** Another name for each file, in the folder of its own. */
function besides(path: string, index: number): string {
  const [name = "", ...folders] = path.split("/").toReversed();
  return [...folders.toReversed(), fileNames[index] ?? name].join("/");
}

function sharedSmall({ bytes: length, blocksBefore, grows, stored }: Small): readonly Intent[] {
  const first = { sane: false, index: 0 };
  const anchor = { base: "block", index: 2, step: 0 } as const;
  return [
    ...(stored ? [storedBehind({ sane: false, index: 1 })] : []),
    shareFirst(bytes(BigInt(length)), offset(BigInt(blocksBefore) * 4096n)),
    ...(grows ? [{ kind: "truncate" as const, slot: first, anchor }] : []),
  ];
}

/** Bytes behind the end of a file, in the page of its end. */
function storedBehind(slotPick: SlotPick): Intent {
  const anchor = { base: "end", index: 0, step: 0 } as const;
  const amount = { to: "blocks", blocks: 0, step: 100, anchor } as const;
  const store = { kind: "store", slot: slotPick, anchor, amount, pattern: 2 } as const;
  return { ...store, except: "none", direct: false };
}

/** Zeros in place of the second block, without data. */
function gapIn(slotPick: SlotPick, mode: FallocateMode): Intent {
  const amount = { to: "blocks", blocks: 1, step: 0, anchor: firstBlock } as const;
  const anchor = { base: "block", index: 1, step: 0 } as const;
  return { kind: "fallocate", slot: slotPick, mode, anchor, amount };
}

/** A dedupe of the first file, from its start, onto the second. */
export function shareFirst(
  length: Bytes,
  at: Offset,
  during: Circumstance = { kind: "usual" },
): Intent {
  return call({
    kind: "dedupe",
    slot: slot(0),
    offset: offset(0n),
    length,
    targets: [{ descriptor: slot(1), offset: at, reserved: 0, high: 0 }],
    reserved1: 0,
    reserved2: 0,
    argument: { kind: "whole" },
    during,
  });
}

/** A call as it is. */
export function call(op: Op): Intent {
  return { kind: "call", op };
}
