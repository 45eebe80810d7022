/** Positions and lengths in bytes, of what an intent says in anchors and amounts. */

import { bytes, offset, type Bytes, type Inode, type Offset } from "../model/index.ts";
import { resolve } from "./anchor.ts";
import type { Amount } from "./intent.ts";

/** A position as a call can carry it. */
export function u64(value: bigint): Offset {
  return offset(BigInt.asUintN(64, value));
}

export function least(a: bigint, b: bigint): Bytes {
  return bytes(a < b ? a : b);
}

/** The length that an amount means from `start` on in a file. */
export function amount(
  { to, blocks, step, anchor }: Amount,
  inode: Inode | undefined,
  start: bigint,
  block: bigint,
): Bytes {
  const whole = BigInt(blocks) * block + BigInt(step);
  switch (to) {
    case "blocks":
      return bytes(BigInt.asUintN(64, whole));
    case "end": {
      const size = inode?.size ?? 0n;
      return bytes(size > start ? size - start : 0n);
    }
    case "anchor":
      return bytes(resolve(anchor, inode, block));
  }
}

/** The same, no more than `most`. */
export function few(
  intent: Amount,
  inode: Inode | undefined,
  start: bigint,
  block: bigint,
  most: bigint,
): Bytes {
  return least(amount(intent, inode, start, block), most);
}
