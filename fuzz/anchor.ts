/**
 * Positions worth trying: an anchor and a small step from it. Anchors are
 * resolved against the model when the call is made, so that "one byte before the
 * end of the source" stays what it says, whatever calls came before.
 */

import fc from "fast-check";
import { roundDown, type Inode } from "../model/index.ts";

export type AnchorBase =
  | "start"
  | "block"
  | "border"
  | "end"
  | "end block"
  | "16M"
  | "1G"
  | "2^63"
  | "2^64";

export interface Anchor {
  readonly base: AnchorBase;
  /** Which block, or which border; taken modulo what there is. */
  readonly index: number;
  /** Bytes added to it. */
  readonly step: number;
}

/** The position, 0 to 2^64-1, that an anchor means for a file; `undefined` is a file of no size. */
export function resolve(anchor: Anchor, inode: Inode | undefined, block: bigint): bigint {
  return BigInt.asUintN(64, base(anchor, inode, block) + BigInt(anchor.step));
}

function base(anchor: Anchor, inode: Inode | undefined, block: bigint): bigint {
  const size = inode?.size ?? 0n;
  const blocks = BigInt(anchor.index) * block;
  switch (anchor.base) {
    case "start":
      return 0n;
    case "block":
      return blocks;
    case "border":
      return border(inode, anchor.index);
    case "end":
      return size;
    case "end block":
      return roundDown(size, block) - (blocks < size ? roundDown(blocks, block) : 0n);
    case "16M":
      return 1n << 24n;
    case "1G":
      return 1n << 30n;
    case "2^63":
      return 1n << 63n;
    case "2^64":
      return 1n << 64n;
  }
}

/** A position at which the contents change. */
function border(inode: Inode | undefined, index: number): bigint {
  const pieces = inode?.contents ?? [];
  return pieces.length === 0 ? 0n : (pieces[index % pieces.length]?.end ?? 0n);
}

const near: fc.Arbitrary<AnchorBase> = fc.constantFrom(
  "start",
  "block",
  "block",
  "border",
  "end block",
);
const any: fc.Arbitrary<AnchorBase> = fc.constantFrom(
  "start",
  "block",
  "border",
  "end",
  "end block",
  "16M",
  "1G",
  "2^63",
  "2^64",
);

/** Within a handful of blocks, on a block. */
export const aligned: fc.Arbitrary<Anchor> = fc.record({
  base: near,
  index: fc.nat(7),
  step: fc.constant(0),
});

/** Anywhere that counts, and a byte, or part of a block, beside it. */
export const wild: fc.Arbitrary<Anchor> = fc.record({
  base: any,
  index: fc.nat(7),
  step: fc.constantFrom(0, 0, 1, -1, 100, 512, -4096, 4095, -100),
});

/** At the end of the file, and in the block where it ends. */
export const ends: fc.Arbitrary<Anchor> = fc.record({
  base: fc.constantFrom("end", "end block"),
  index: fc.constant(0),
  step: fc.constantFrom(0, 1, -1, 50, 1000),
});

/** Mostly aligned. */
export const anchors: fc.Arbitrary<Anchor> = fc.oneof(
  { weight: 6, arbitrary: aligned },
  { weight: 1, arbitrary: wild },
);
