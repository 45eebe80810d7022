/**
 * The calls of the small scope: on a state in which everything is the pattern, every
 * boundary call; on any other, those that come to compare, for what is refused
 * before depends on sizes alone.
 */

import { bytes, offset, roundDown, type DedupeOp, type Slot, type Target } from "../model/index.ts";
import type { ScopeState } from "./scope-state.ts";
import { isPlain, otherSlot, sizeOf, sourceSlot } from "./shape.ts";

/** Gives the calls on a state, each once: those with one target, and those with two where they are wanted. */
export type CallsOn = (state: ScopeState, withPairs: boolean) => readonly DedupeOp[];

/** On a file system with blocks of so many bytes. States with files of the same sizes share one list. */
export function newCallsOn(block: bigint): CallsOn {
  const known = new Map<string, readonly DedupeOp[]>();
  return ({ files, shared }, withPairs) => {
    const plain = shared === undefined && files.every(isPlain);
    const sizes = files.map((shape) => sizeOf(shape, block));
    const key = `${sizes.join()} ${plain} ${withPairs}`;
    const calls = known.get(key) ?? [
      ...(plain ? boundaryCalls(sizes, block) : comparing(sizes, block)),
      ...(withPairs ? pairs(sizes, block) : []),
    ];
    known.set(key, calls);
    return calls;
  };
}

/** 2^63-1 is the largest offset of a file; sums beyond 2^64 overflow. */
const huge = [(1n << 63n) - 1n, 1n << 63n, (1n << 64n) - 1n];

/** Sizes of the source, and of the target where it is another file. */
type Sizes = readonly bigint[];

function boundaryCalls(sizes: Sizes, block: bigint): readonly DedupeOp[] {
  const [size = 0n, targetSize = size] = sizes;
  return offsetsIn(size, block).flatMap((from) =>
    offsetsIn(targetSize, block).flatMap((onto) =>
      lengthsAt(size - from, targetSize - onto, block).map((length) =>
        dedupe(from, length, [[lastOf(sizes), onto]]),
      ),
    ),
  );
}

function offsetsIn(size: bigint, block: bigint): readonly bigint[] {
  const last = roundDown(size, block);
  const steps = [
    0n,
    block,
    2n * block,
    last,
    size,
    1n,
    block - 1n,
    block + 1n,
    size - 1n,
    size + 1n,
  ];
  return distinct([...steps, ...huge]);
}

/** `left` and `leftOfTarget` are up to the ends of both files. */
function lengthsAt(left: bigint, leftOfTarget: bigint, block: bigint): readonly bigint[] {
  const steps = [block, 2n * block, 0n, 1n, block - 1n, block + 1n];
  const ends = [left, leftOfTarget].flatMap((end) => [end, end - 1n, end + 1n]);
  return distinct([...steps, ...ends, ...huge]);
}

/** On aligned offsets within both files. */
function comparing(sizes: Sizes, block: bigint): readonly DedupeOp[] {
  const [size = 0n, targetSize = size] = sizes;
  return aligned(size, block).flatMap((from) =>
    aligned(targetSize, block).flatMap((onto) =>
      lengthsWithin(least(size - from, targetSize - onto), block).map((length) =>
        dedupe(from, length, [[lastOf(sizes), onto]]),
      ),
    ),
  );
}

/** The lengths that leave something to compare: whole blocks, up to the end, and beside those. */
function lengthsWithin(left: bigint, block: bigint): readonly bigint[] {
  const whole = aligned(left + 1n, block).slice(1);
  return distinct([...whole, left, block + 1n, left - 1n]).filter(
    (each) => each > 0n && each <= left,
  );
}

/** Two targets: at aligned offsets of either file, one at least in the other where there is one. */
function pairs(sizes: Sizes, block: bigint): readonly DedupeOp[] {
  const [size = 0n] = sizes;
  return aligned(size, block).flatMap((from) =>
    distinct([...aligned(size - from, block).slice(1), size - from]).flatMap((length) => {
      const places = sizes.flatMap((each, index) => placesIn(each, index, length, block));
      return places
        .flatMap((first) => places.map((second) => [first, second] as const))
        .filter((both) => both.some(([at]) => at === lastOf(sizes)))
        .map((both) => dedupe(from, length, both));
    }),
  );
}

/** Where a range can lie in a file. */
function placesIn(size: bigint, index: number, length: bigint, block: bigint): readonly Place[] {
  return aligned(size, block)
    .filter((onto) => onto + length <= size)
    .map((onto): Place => [index === 0 ? sourceSlot : otherSlot, onto]);
}

/** Multiples of the block below `end`. */
function aligned(end: bigint, block: bigint): readonly bigint[] {
  const found: bigint[] = [];
  for (let at = 0n; at < end; at += block) found.push(at);
  return found;
}

type Place = readonly [slot: Slot, onto: bigint];

function lastOf(sizes: Sizes): Slot {
  return sizes.length === 1 ? sourceSlot : otherSlot;
}

function least(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

function distinct(values: readonly bigint[]): readonly bigint[] {
  return [...new Set(values.filter((value) => value >= 0n))];
}

function dedupe(from: bigint, length: bigint, places: readonly Place[]): DedupeOp {
  return {
    kind: "dedupe",
    slot: sourceSlot,
    offset: offset(from),
    length: bytes(length),
    targets: places.map(([descriptor, onto]): Target => ({
      descriptor,
      offset: offset(onto),
      reserved: 0,
      high: 0,
    })),
    reserved1: 0,
    reserved2: 0,
    argument: { kind: "whole" },
    during: { kind: "usual" },
  };
}
