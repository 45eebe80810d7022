/**
 * Facts about calls that nearly succeed: a usual call with a few things the matter with it,
 * and numbers that stand where rules change their mind about one another.
 */

import { noLimit, type EntryFacts, type FileFacts, type RequestFacts } from "../../model/index.ts";

const block = 4096n;
const giga = 1n << 30n;
const maxOffset = (1n << 63n) - 1n;

const usualFile: FileFacts = {
  open: "open",
  readable: true,
  writable: true,
  append: false,
  readOnly: false,
  kind: "file",
  size: 0n,
  remaps: true,
  reflinks: true,
  nodatasum: false,
  readOnlySubvolume: false,
  linked: true,
  owned: true,
  mayWrite: true,
  immutable: false,
  appendOnly: false,
  runsAsOther: false,
  swapping: false,
};

/** What may be the matter with a file. */
const oddFiles: readonly Partial<FileFacts>[] = [
  { open: "closed" },
  { open: "path", readable: false, writable: false },
  { readable: false },
  { writable: false },
  { writable: false, owned: false, mayWrite: false },
  { readOnly: true, writable: false },
  { readOnly: true },
  { kind: "directory", remaps: false, writable: false },
  { kind: "fifo", remaps: false },
  { remaps: false },
  { reflinks: false },
  { nodatasum: true },
  { immutable: true, mayWrite: false },
  { swapping: true },
];

const oddRequests: readonly Partial<RequestFacts>[] = [
  ...[0, 17, 18, 24, 55].map((readableBytes) => ({ readableBytes })),
  { reserved: true },
  { denied: true },
  { admin: false },
];

const oddEntries: readonly Partial<EntryFacts>[] = [
  { reserved: true },
  { denied: true },
  { sending: true },
  { frozen: true },
  { shutDown: true },
  { room: "some" },
  { room: "none" },
  { room: "none" },
  { room: "none" },
  { sameFilesystem: false },
  { sameMount: false },
];

export interface NearCall {
  readonly request: RequestFacts;
  readonly entries: readonly EntryFacts[];
}

/** A call with one entry, or with as many as a page has room for, or one more; `choose` gives a number below its bound. */
export function nearCall(choose: (bound: number) => number): NearCall {
  const one = <Value>(values: readonly [Value, ...Value[]]): Value =>
    values[choose(values.length)] ?? values[0];
  const odd = <Odd extends object>(from: readonly Odd[], rarity: number): Partial<Odd> =>
    choose(rarity) === 0 ? (from[choose(from.length)] ?? {}) : {};
  const length = one([
    0n,
    1n,
    100n,
    block - 1n,
    block,
    block,
    block,
    block + 1n,
    2n * block,
    2n * block,
    8292n,
    giga - 1n,
    giga,
    giga + 1n,
    giga + block,
    2n * giga,
    maxOffset,
    maxOffset + 1n,
  ]);
  const place = (): bigint =>
    one([
      0n,
      0n,
      0n,
      block,
      block,
      2n * block,
      1n,
      100n,
      block - 1n,
      giga,
      maxOffset + 1n,
      atLeast0(maxOffset - length + one(steps)),
      atLeast0(maxOffset - roundedUp(length) + one(steps)),
    ]);
  const isInline = choose(20) === 0;
  const offset = isInline ? 0n : place();
  const sameInode = choose(4) === 0;
  const apart = one([length, roundedUp(length), roundedDown(length)]) + one(steps);
  const onto = sameInode ? atLeast0(one([offset + apart, offset - apart])) : place();
  const endOf = (start: bigint): bigint =>
    atMost(
      one([
        start + length,
        start + length,
        start + length,
        start + roundedUp(length),
        start + giga,
        start,
        giga,
      ]) + one(steps),
    );
  const ownSize = isInline ? one(inlineSizes) : endOf(offset);
  const size = sameInode && onto > offset ? endOf(onto) : ownSize;
  const count = choose(30) === 0 ? one([127, 128]) : 1;
  const source: FileFacts = { ...usualFile, size, ...odd(oddFiles, 6) };
  const target: FileFacts = sameInode
    ? { ...source, size, ...odd(oddFiles, 8) }
    : { ...usualFile, size: endOf(onto), ...odd(oddFiles, 3) };
  const readableBytes = 24 + 32 * count;
  const limits = [onto, onto + length, onto + roundedDown(length), onto + block] as const;
  const request: RequestFacts = {
    readableBytes,
    writableBytes: readableBytes,
    count,
    reserved: false,
    offset,
    length,
    source,
    denied: false,
    admin: true,
    sizeLimit: choose(3) === 0 ? atMost(one(limits) + one(steps)) : noLimit,
    misaligned: false,
    ...odd(oddRequests, 4),
    ...odd(oddRequests, 8),
  };
  const marks = [
    0n,
    1n,
    block,
    roundedDown(length),
    roundedDown(length) - 1n,
    length - 1n,
    length,
  ] as const;
  const differsAt = choose(2) === 0 ? one(marks) : undefined;
  const unreadableAt = choose(3) === 0 ? roundedDown(atLeast0(one(marks))) : undefined;
  const before =
    (at: bigint | undefined) =>
    (end: bigint): bigint | undefined =>
      at !== undefined && at >= 0n && at < end ? at : undefined;
  const entry: EntryFacts = {
    request,
    target,
    offset: onto,
    reserved: false,
    denied: false,
    sending: false,
    frozen: false,
    shutDown: false,
    room: isInline ? "none" : "enough",
    sameFilesystem: true,
    sameMount: true,
    sameSubvolume: true,
    sameInode,
    block,
    stored: false,
    inlines: true,
    firstDifference: before(differsAt),
    firstUnreadable: before(unreadableAt),
    zerosBackedApart: () => false,
    ...odd(oddEntries, 3),
    ...odd(oddEntries, 8),
  };
  return { request, entries: count === 1 ? [entry] : [] };
}

/** Of a source that may be inline where no block is free: around the largest one. */
const inlineSizes = [1n, 100n, block - 1n, block, block + 1n, 2n * block] as const;

const steps = [0n, 0n, 0n, 0n, 1n, -1n, block, -block, 100n, -100n] as const;

function atLeast0(value: bigint): bigint {
  return value < 0n ? 0n : value;
}

function atMost(value: bigint): bigint {
  return value < 0n ? 0n : value > maxOffset ? maxOffset : value;
}

function roundedDown(value: bigint): bigint {
  return value & -block;
}

function roundedUp(value: bigint): bigint {
  return (value + block - 1n) & -block;
}
