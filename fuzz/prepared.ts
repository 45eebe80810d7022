/**
 * Programs that begin with the files which a circumstance needs to have its effect:
 * extents that take blocks to share, files that can be swapped to, and two that are alike.
 */

import fc from "fast-check";
import {
  bytes,
  offset,
  slot,
  type Circumstance,
  type Format,
  type Offset,
  type Slot,
} from "../model/index.ts";
import { call, shareFirst } from "./beginning.ts";
import type { Intent } from "./intent.ts";

/** Of the circumstances that there can be; undefined where none of them needs files of its own. */
export function prepared(
  { fs, block }: Format,
  kinds: ReadonlySet<Circumstance["kind"]>,
): fc.Arbitrary<readonly Intent[]> | undefined {
  const beginnings = [
    ...(kinds.has("full") ? [fs === "xfs" ? outOfRoom(block) : inlineBehind(block)] : []),
    ...(kinds.has("swapping") ? [swapped(block)] : []),
    ...(kinds.has("shut-down") ? [shutDown(block)] : []),
  ];
  return beginnings.length === 0 ? undefined : fc.oneof(...beginnings);
}

const source = slot(0);
const target = slot(1);
const start = offset(0n);

/**
 * Many extents of zeros, shared onto a hole when no block is free: the target's map
 * of its blocks outgrows its inode, which 13 to 21 extents of XFS fit into, or was as
 * large before.
 */
function outOfRoom(block: bigint): fc.Arbitrary<readonly Intent[]> {
  return fc
    .record({
      extents: fc.constantFrom(1, 8, 13, 14, 20, 22, 64, 600),
      before: fc.constantFrom(0, 0, 0, 13, 17, 20, 21),
    })
    .map(({ extents, before }) => {
      const length = (2n * BigInt(extents) - 1n) * block;
      const behind = offset(length + block);
      return [
        open(source, "a"),
        scatter(source, start, extents),
        open(target, "b"),
        call({ kind: "truncate", slot: target, length: bytes(length) }),
        ...(before === 0 ? [] : [scatter(target, behind, before)]),
        observe,
        shareFirst(bytes(length), start, { kind: "full" }),
        observe,
      ];
    });
}

/** A file that is small enough to be inline, or just not, shared onto the end of a longer one when no block is free. */
function inlineBehind(block: bigint): fc.Arbitrary<readonly Intent[]> {
  return fc
    .record({
      size: fc.constantFrom(1n, 90n, 2048n, 2049n, block, block + 1n, block + 1n),
      blocks: fc.constantFrom(0n, 1n, 1n, 3n),
    })
    .map(({ size, blocks }) => [
      open(source, "a"),
      write(source, start, size),
      open(target, "b"),
      write(target, offset(blocks * block), size),
      shareFirst(bytes(size), offset(blocks * block), { kind: "full" }),
    ]);
}

/** Two files of 64 KiB, of which the one or the other is swapped to while they are shared. */
function swapped(block: bigint): fc.Arbitrary<readonly Intent[]> {
  return fc
    .record({
      swap: fc.constantFrom(source, source, target),
      blocks: fc.constantFrom(1n, 4n),
      step: fc.constantFrom(0n, 0n, 0n, 1n),
    })
    .map(({ swap, blocks, step }) => [
      ...pair(65_536n),
      shareFirst(bytes(blocks * block + step), start, { kind: "swapping", slot: swap }),
    ]);
}

/** Two files that are alike, shared on a file system that was shut down: nothing of them, or a block. */
function shutDown(block: bigint): fc.Arbitrary<readonly Intent[]> {
  return fc
    .constantFrom(0n, block)
    .map((length) => [...pair(block), shareFirst(bytes(length), start, { kind: "shut-down" })]);
}

/** Two files with as many bytes of one pattern, without checksums where that can be. */
function pair(length: bigint): readonly Intent[] {
  return [source, target].flatMap((file, index) => [
    open(file, ["a", "b"][index] ?? "a"),
    call({ kind: "nocow", slot: file }),
    write(file, start, length),
  ]);
}

const observe: Intent = call({ kind: "observe" });

function open(at: Slot, path: string): Intent {
  return { kind: "open", slot: at, path, access: "rw", flags: [] };
}

function write(at: Slot, from: Offset, length: bigint): Intent {
  return call({
    kind: "write",
    slot: at,
    offset: from,
    length: bytes(length),
    pattern: 1,
    except: undefined,
    direct: false,
  });
}

function scatter(at: Slot, from: Offset, blocks: number): Intent {
  return call({ kind: "scatter", slot: at, offset: from, blocks, pattern: 0 });
}
