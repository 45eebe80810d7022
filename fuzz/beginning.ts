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
import { access, mostly, type Intent, type SlotPick } from "./intent.ts";

/** Bytes with which all files of a program begin, so few that they may be inline. */
const smallLength = mostly(940, undefined, fc.constantFrom(1, 100, 2047, 2048, 2049, 4095));

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
      smallLength,
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
    )
    .map(([small, files]) => ({
      small: small !== undefined,
      intents: [
        ...files.flatMap((file, index): Intent[] => {
          const { path, nocow, pattern, gap } = file;
          const [blocks, step] = small === undefined ? [file.blocks, file.tail] : [0, small];
          const at = { sane: false, index };
          return [
            { kind: "open", slot: index, path, access: file.access, flags: [] },
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
        ...(small === undefined ? [] : [shareFirst(bytes(BigInt(small)), offset(0n))]),
      ],
    }));
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
