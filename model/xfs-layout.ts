/**
 * What each call does to the blocks of a file on XFS: which become holes, unwritten
 * or data, and which are the same block.
 *
 * A block that is written is data that no other file has: in place, or copied where
 * it was shared. Unwritten blocks are never shared. Found by experiment on Linux
 * 6.18, held against FIEMAP after calls; the places are those of fs/xfs/xfs_file.c,
 * fs/xfs/xfs_bmap_util.c, fs/xfs/xfs_reflink.c and fs/xfs/xfs_iops.c.
 */

import { either, formOf, kindsOf, type BlockKinds } from "./block-kinds.ts";
import type { ExtentItem, ItemKind, Items } from "./extent-item.ts";
import { roundDown, roundUp } from "./facts.ts";
import { clipped, overlaid, replaced } from "./items.ts";
import type { Laid, LayoutRules } from "./layout-rules.ts";

/** Behind every block. */
const beyond = 1n << 64n;

/** A file that is longer may get more blocks than are written, behind its end: m_allocsize_blocks, fs/xfs/xfs_mount.c. */
const reserveBytes = 64n << 10n;

export const xfsLayout: LayoutRules = {
  write: (file, start, length) => {
    const end = start + length;
    const items = start > file.size ? tailZeroed(file) : file.items;
    const written = dirtied({ ...file, items }, start / file.block, blocksUp(file, end));
    return reservedAhead(file, written, end);
  },
  refused: (file, start, length) =>
    mayBeReserved(file, file.items, start / file.block, blocksUp(file, start + length)),
  store: stored,
  scatter: (file, start, count) => {
    const from = start / file.block;
    const last = start + 2n * BigInt(count - 1) * file.block;
    const items = last > file.size ? tailZeroed(file) : file.items;
    const width = blocksUp(file, start + file.block) - from;
    const put = Array.from({ length: count }, (_, index) => {
      const at = from + 2n * BigInt(index);
      return newItem(file, "data", at, at + width);
    });
    return overlaid(reservedAhead(file, items, firstLong(file, start, count)), put).items;
  },
  truncate: (file, size) => {
    if (size > file.size) return tailZeroed(file);
    const kept = replaced(file.items, blocksUp(file, size), beyond, []);
    return tailZeroed({ ...file, size, items: kept });
  },
  allocate: (file, mode, start, length) => {
    const end = start + length;
    switch (mode) {
      case "punch":
        return freed(file, start, end);
      case "prealloc":
        return grown(file, holesReserved(file, file.items, start, end), end);
      case "keep-size":
        return holesReserved(file, file.items, start, end);
      case "zero":
        return grown(file, holesReserved(file, freed(file, start, end), start, end), end);
      case "zero-keep-size":
        return holesReserved(file, freed(file, start, end), start, end);
    }
  },
  clone: (file, source, from, count, onto) => {
    const ready = onto * file.block > file.size ? tailZeroed(file) : file.items;
    return remapped(file, source === file.items ? ready : source, from, count, ready, onto);
  },
  dedupe: (file, source, from, count, onto) =>
    remapped(file, source, from, count, file.items, onto),
  partly: eitherOf,
  compared: (items, blocks) => clipped(items, 0n, blocks),
  known: (before, seen, blocks) => [
    ...seen.map((item) => ({ ...item, freedom: "borders" as const })),
    ...clipped(before, blocks, beyond),
  ],
};

/** Writes blocks [from, to). */
function dirtied(file: Laid, from: bigint, to: bigint): Items {
  return replaced(file.items, from, to, [newItem(file, "data", from, to)]);
}

/** Bytes of the largest folio: all of it is written when one of its pages is stored into (PMD_SIZE). */
const maxFolioBytes = 1n << 21n;

/**
 * A store makes its whole folio dirty, as far as the file goes: the page for sure,
 * and what lies around it where the folio is larger.
 *
 * Source: iomap_page_mkwrite, fs/iomap/buffered-io.c, Linux 6.18.
 */
function stored(file: Laid, start: bigint, length: bigint, page: bigint): Items {
  const { block, size } = file;
  const stop = blocksUp(file, size);
  const blocks = (unit: bigint): readonly [bigint, bigint] => {
    const from = roundDown(start, unit) / block;
    const to = roundUp(start + length, unit) / block;
    return [from, to < stop ? to : stop];
  };
  const around = blocks(maxFolioBytes);
  const written = changed(file, file.items, ...around, (kinds) => either(kinds, ["data"]));
  const items = written.map((item) =>
    item.kind === "data" && overlaps(item, around)
      ? { ...item, freedom: "dirty folio" as const }
      : item,
  );
  return dirtied({ ...file, items }, ...blocks(page));
}

function overlaps({ start, count }: ExtentItem, [from, to]: readonly [bigint, bigint]): boolean {
  return start < to && start + count > from;
}

/**
 * Zeros in a part of a block: data is written, and what holds nothing stays. What
 * is unwritten is written too, where its folio is dirty.
 *
 * Source: iomap_zero_range, fs/iomap/buffered-io.c, and
 * xfs_buffered_write_iomap_begin, fs/xfs/xfs_iomap.c, Linux 6.18.
 */
function zeroed(file: Laid, at: bigint): Items {
  const [item] = clipped(file.items, at, at + 1n);
  if (item?.kind === "data") return dirtied(file, at, at + 1n);
  return changed(file, file.items, at, at + 1n, (kinds) =>
    kinds.includes("prealloc") ? either(kinds, ["data"]) : kinds,
  );
}

/** The rest of the last, partial block, zeroed before a file grows. */
function tailZeroed(file: Laid): Items {
  return file.size % file.block === 0n ? file.items : zeroed(file, file.size / file.block);
}

function grown(file: Laid, items: Items, end: bigint): Items {
  return end > file.size ? tailZeroed({ ...file, items }) : items;
}

/** Whole blocks of [start, end) become holes; the rest is zeroed as far as the file goes. */
function freed(file: Laid, start: bigint, end: bigint): Items {
  const { block, size } = file;
  const [first, last] = [start / block, end / block];
  const whole = blocksUp(file, start);
  const items = whole < last ? replaced(file.items, whole, last, []) : file.items;
  const stop = end < size ? end : size;
  const parts = [first, last].filter(
    (at, index, all) =>
      all.indexOf(at) === index &&
      (at * block < start || (at + 1n) * block > end) &&
      (at * block > start ? at * block : start) < stop,
  );
  return parts.reduce((before, at) => zeroed({ ...file, items: before }, at), items);
}

/** Holes of every block that [start, end) touches become unwritten. */
function holesReserved(file: Laid, items: Items, start: bigint, end: bigint): Items {
  const [from, to] = [start / file.block, blocksUp(file, end)];
  return changed(file, items, from, to, (kinds) =>
    kinds.includes("hole")
      ? either(
          kinds.filter((kind) => kind !== "hole"),
          ["prealloc"],
        )
      : kinds,
  );
}

/**
 * What a file of some length gets when it is written at its end: blocks behind it
 * that nobody asked for, unwritten, or none. A write with O_DIRECT asks for none, but
 * may go through the page cache.
 *
 * Source: xfs_iomap_prealloc_size, fs/xfs/xfs_iomap.c, Linux 6.18.
 */
function reservedAhead(file: Laid, items: Items, end: bigint): Items {
  if (end <= file.size || end <= reserveBytes) return items;
  return mayBeReserved(file, items, blocksUp(file, end), beyond);
}

/** Where the first of scattered blocks ends behind which more may be reserved; the end of all where none is. */
function firstLong({ size, block }: Laid, start: bigint, count: number): bigint {
  const short = size > reserveBytes ? size : reserveBytes;
  const before = short < start + block ? 0n : (short - start - block) / (2n * block) + 1n;
  const last = BigInt(count - 1);
  return start + (2n * (before < last ? before : last) + 1n) * block;
}

/** Holes of [from, to) may be unwritten from now on. */
function mayBeReserved(file: Laid, items: Items, from: bigint, to: bigint): Items {
  return changed(file, items, from, to, (kinds) =>
    kinds.includes("hole") ? either(kinds, ["prealloc"]) : kinds,
  );
}

/** The items with blocks [from, to) of other kinds than they had. */
function changed(
  file: Laid,
  items: Items,
  from: bigint,
  to: bigint,
  change: (kinds: BlockKinds) => BlockKinds,
): Items {
  return replaced(items, from, to, changedPart(file, items, from, to, change));
}

/** Those of blocks [from, to) alone; where kinds stay as they were, so do the blocks. */
function changedPart(
  file: Laid,
  items: Items,
  from: bigint,
  to: bigint,
  change: (kinds: BlockKinds) => BlockKinds,
): Items {
  return withHoles(clipped(items, from, to), from, to).flatMap(({ start, end, item }) => {
    const before = kindsOf(item);
    const after = change(before);
    if (item !== undefined && String(after) === String(before)) return [item];
    return blocksOf(file, after, start, end);
  });
}

/** An item for blocks [start, end) of these kinds; none for a hole. */
function blocksOf(file: Laid, kinds: BlockKinds, start: bigint, end: bigint): Items {
  const form = formOf(kinds);
  return form === undefined ? [] : [{ ...newItem(file, form.kind, start, end), ...form }];
}

interface Stretch {
  readonly start: bigint;
  readonly end: bigint;
  /** Undefined for a hole. */
  readonly item: ExtentItem | undefined;
}

/** Items of [from, to), and the holes between them. */
function withHoles(items: Items, from: bigint, to: bigint): readonly Stretch[] {
  const stretches: Stretch[] = [];
  let at = from;
  for (const item of items) {
    if (item.start > at) stretches.push({ start: at, end: item.start, item: undefined });
    at = item.start + item.count;
    stretches.push({ start: item.start, end: at, item });
  }
  if (at < to) stretches.push({ start: at, end: to, item: undefined });
  return stretches;
}

/**
 * Data of the source becomes the target's; where the source has none, the target
 * has a hole, or the unwritten blocks that it had where both are unwritten (XFS-02).
 */
function remapped(
  file: Laid,
  source: Items,
  from: bigint,
  count: bigint,
  target: Items,
  onto: bigint,
): Items {
  const all = withHoles(clipped(source, from, from + count), from, from + count);
  const put = all.flatMap(({ start, end, item }) => {
    const [first, last] = [start - from + onto, end - from + onto];
    if (item !== undefined && item.kind === "data") return [{ ...item, start: first }];
    const kinds = kindsOf(item);
    return changedPart(file, target, first, last, (old) => overlay(kinds, old));
  });
  return replaced(target, onto, onto + count, put);
}

/** Each block of [from, from + count) is what it was, or what it is in `right`. */
function eitherOf(file: Laid, right: Items, from: bigint, count: bigint): Items {
  const to = from + count;
  const put = withHoles(clipped(right, from, to), from, to).flatMap((part) =>
    withHoles(clipped(file.items, part.start, part.end), part.start, part.end).flatMap(
      ({ start, end, item }) =>
        blocksOf(file, either(kindsOf(item), kindsOf(part.item)), start, end),
    ),
  );
  return replaced(file.items, from, to, put);
}

/** What a block of the target is, once a block of the source was mapped there. */
function overlay(source: BlockKinds, target: BlockKinds): BlockKinds {
  return source.reduce<BlockKinds>((sum, kind) => {
    if (kind !== "prealloc") return either(sum, [kind]);
    const kept = target.includes("prealloc") ? (["prealloc"] as const) : [];
    const lost = target.some((each) => each !== "prealloc") ? (["hole"] as const) : [];
    return either(sum, [...kept, ...lost]);
  }, []);
}

function newItem(file: Laid, kind: ItemKind, from: bigint, to: bigint): ExtentItem {
  const count = to - from;
  const whole = { start: from, count, skip: 0n, extentCount: count, compressed: false };
  return { ...whole, kind, extent: file.newExtent(), freedom: "borders" };
}

function blocksUp({ block }: Laid, bytes: bigint): bigint {
  return (bytes + block - 1n) / block;
}
