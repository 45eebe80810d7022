/** Facts about dedupe calls that no program may ever meet together, but that could be true together. */

import fc from "fast-check";
import {
  type EntryFacts,
  type FileFacts,
  type InodeKind,
  type RequestFacts,
  noLimit,
} from "../../model/index.ts";

const block = 4096n;

/** Where rules change their mind: around blocks, the cap of a length, and the ends of s64 and u64. */
const position: fc.Arbitrary<bigint> = fc
  .record({
    near: fc.constantFrom(0n, 0n, 0n, 1n << 30n, 1n << 63n, 1n << 64n),
    blocks: fc.bigInt(-2n, 4n),
    step: fc.constantFrom(0n, 0n, 0n, 0n, 1n, -1n, 100n),
  })
  .map(({ near, blocks, step }) => BigInt.asUintN(64, near + blocks * block + step));

const size = position.map((at) => BigInt.asUintN(63, at));

const inodeKind = fc.constantFrom<InodeKind[]>(
  "file",
  "file",
  "file",
  "file",
  "directory",
  "fifo",
  "special",
);

/** Regular files alone have remap_file_range. */
const fileFacts: fc.Arbitrary<FileFacts> = fc
  .record({
    open: fc.constantFrom<FileFacts["open"][]>("open", "open", "open", "open", "path", "closed"),
    readable: mostly(true),
    writable: mostly(true),
    append: fc.boolean(),
    readOnly: mostly(false),
    kind: inodeKind,
    size,
    remaps: mostly(true),
    reflinks: mostly(true),
    nodatasum: mostly(false),
    readOnlySubvolume: mostly(false),
    linked: mostly(true),
    owned: fc.boolean(),
    mayWrite: fc.boolean(),
    immutable: mostly(false),
    appendOnly: fc.boolean(),
    runsAsOther: fc.boolean(),
    swapping: mostly(false),
  })
  .map((file) => ({
    ...file,
    remaps: file.remaps && file.kind === "file",
    mayWrite: file.mayWrite && !file.immutable,
  }));

/** Requests of so many entries. */
function requestFacts(count: number): fc.Arbitrary<RequestFacts> {
  const structBytes = 24 + 32 * count;
  const accessible = fc.constantFrom(
    structBytes,
    structBytes,
    structBytes,
    structBytes - 1,
    18,
    17,
    0,
  );
  return fc.record({
    readableBytes: accessible,
    writableBytes: accessible,
    count: fc.constant(count),
    reserved: mostly(false),
    offset: position,
    length: position,
    source: fileFacts,
    denied: mostly(false),
    admin: mostly(true),
    sizeLimit: fc.option(size, { freq: 5, nil: noLimit }),
    misaligned: fc.boolean(),
  });
}

/** Entries of a request, whether or not it would be accepted. */
function entryFacts(request: RequestFacts): fc.Arbitrary<EntryFacts> {
  return fc
    .record({
      target: fileFacts,
      offset: position,
      reserved: mostly(false),
      denied: mostly(false),
      sending: mostly(false),
      frozen: fc.boolean(),
      shutDown: mostly(false),
      room: fc.constantFrom<EntryFacts["room"][]>("enough", "enough", "enough", "some", "none"),
      sameFilesystem: mostly(true),
      sameMount: mostly(true),
      sameSubvolume: mostly(true),
      sameInode: fc.boolean(),
      differsAt: fc.option(position, { nil: undefined }),
      apart: fc.boolean(),
      unreadableAt: fc.option(fc.bigInt(0n, 3n), { nil: undefined }),
      stored: fc.boolean(),
      inlines: mostly(true),
    })
    .map(({ differsAt, apart, unreadableAt, ...entry }) => ({
      ...entry,
      request,
      block,
      firstDifference: (length) =>
        differsAt !== undefined && differsAt < length ? differsAt : undefined,
      firstUnreadable: (length) =>
        unreadableAt !== undefined && unreadableAt * block < length
          ? unreadableAt * block
          : undefined,
      zerosBackedApart: () => apart,
    }));
}

/** A request and the entries that belong to it; none for one of 128 entries, which no kernel looks at. */
export const callFacts: fc.Arbitrary<{
  readonly request: RequestFacts;
  readonly entries: readonly EntryFacts[];
}> = fc.constantFrom(0, 1, 1, 2, 2, 3, 128).chain((count) =>
  requestFacts(count).chain((request) => {
    const length = count === 128 ? 0 : count;
    return fc.record({
      request: fc.constant(request),
      entries: fc.array(entryFacts(request), { minLength: length, maxLength: length }),
    });
  }),
);

function mostly(usual: boolean): fc.Arbitrary<boolean> {
  return fc.nat(7).map((one) => (one === 0 ? !usual : usual));
}
