/**
 * FIEMAP against the extent items. They come from different code of the kernel,
 * and must say the same block by block.
 */

import type { ExtentItem, FileLayout, Items } from "./extent-item.ts";
import type { FileLook, MappedKind, Mapping } from "./look.ts";

/** Blocks [start, end) of a file, as one of the two tells of them. */
type Stretch = Pick<Mapping, "start" | "end" | "kind" | "disk">;

/** Beyond every file. */
const beyond = 1n << 64n;

/**
 * What the two say differently about the first block that they differ in, in one
 * line without addresses; undefined when they agree.
 */
export function mappingDifference(
  items: Items,
  mapped: readonly Mapping[],
  block: bigint,
): string | undefined {
  const fromItems = withHoles(items.filter(isMapped).map((item) => ofItem(item, block)));
  const fromFiemap = withHoles(mapped);
  return (
    overlap("the items", fromItems) ??
    overlap("FIEMAP", fromFiemap) ??
    firstDifference(fromItems, fromFiemap)
  );
}

/** Both cover every block up to `beyond`, without overlap. */
function firstDifference(
  items: readonly Stretch[],
  mapped: readonly Stretch[],
): string | undefined {
  let [item, extent] = [0, 0];
  for (let at = 0n; at < beyond;) {
    const said = items[item];
    const seen = mapped[extent];
    if (said === undefined || seen === undefined) break;
    const difference = differenceAt(at, said, seen);
    if (difference !== undefined) return `block ${at}: ${difference}`;
    at = said.end < seen.end ? said.end : seen.end;
    if (said.end === at) item++;
    if (seen.end === at) extent++;
  }
  return undefined;
}

function differenceAt(at: bigint, said: Stretch, seen: Stretch): string | undefined {
  if (said.kind !== seen.kind) return `the items say ${said.kind}, FIEMAP says ${seen.kind}`;
  if (said.disk === undefined || seen.disk === undefined) return undefined;
  if (said.disk + at - said.start === seen.disk + at - seen.start) return undefined;
  return `both say ${said.kind}, but not on the same block of the disk`;
}

/** An explicit hole says no more than that there is nothing. */
function isMapped(item: ExtentItem): boolean {
  return item.kind !== "hole";
}

function ofItem(item: ExtentItem, block: bigint): Stretch {
  const end = item.start + item.count;
  const isInline = item.kind === "inline";
  const disk = item.compressed || isInline ? undefined : item.extent / block + item.skip;
  return { start: item.start, end, kind: kindOfItem(item), disk };
}

function kindOfItem(item: ExtentItem): MappedKind {
  switch (item.kind) {
    case "data":
      return item.compressed ? "compressed data" : "data";
    case "prealloc":
      return item.compressed ? "compressed prealloc" : "prealloc";
    case "inline":
    case "hole":
      return item.kind;
  }
}

/** Holes between stretches, and one behind them all. */
function withHoles(stretches: readonly Stretch[]): readonly Stretch[] {
  const whole: Stretch[] = [];
  let at = 0n;
  for (const stretch of stretches) {
    if (stretch.start > at)
      whole.push({ start: at, end: stretch.start, kind: "hole", disk: undefined });
    whole.push(stretch);
    at = stretch.end;
  }
  return [...whole, { start: at, end: beyond, kind: "hole", disk: undefined }];
}

function overlap(witness: string, stretches: readonly Stretch[]): string | undefined {
  const second = stretches.find(
    (stretch, index) => stretch.start < (stretches[index - 1]?.end ?? 0n),
  );
  return second && `block ${second.start}: ${witness} tell of it twice`;
}

/** The back references that items make, by extent. */
export type Referrers = ReadonlyMap<bigint, readonly Referrer[]>;

interface Referrer {
  /** The back reference: root, inode, and where in the file the extent would begin. */
  readonly key: string;
  /** `block 3 of a`: the item, for a message. */
  readonly text: string;
}

/** The different back references to each extent that files refer to. */
export function referrers(files: readonly FileLook[]): Referrers {
  const byExtent = new Map<bigint, Referrer[]>();
  for (const { name, root, inode, items } of files) {
    for (const { extent, start, skip } of items) {
      if (extent === 0n) continue;
      const referrer = {
        key: `${root}/${inode}/${start - skip}`,
        text: `block ${start} of ${name}`,
      };
      const others = byExtent.get(extent);
      if (others === undefined) byExtent.set(extent, [referrer]);
      else if (others.every(({ key }) => key !== referrer.key)) others.push(referrer);
    }
  }
  return byExtent;
}

/**
 * The first block of a file on which FIEMAP_EXTENT_SHARED does not stand where it
 * should, in one line; undefined when there is none. Every item of an extent is
 * shared as soon as the extent has a second, different back reference: the halves
 * of one extent in one file have the same.
 */
export function sharedDifference(
  { items, mapped }: FileLayout & Pick<FileLook, "mapped">,
  all: Referrers,
): string | undefined {
  let index = 0;
  for (const item of items) {
    if (item.extent === 0n) continue;
    const end = item.start + item.count;
    const [first, second] = all.get(item.extent) ?? [];
    const shared = second !== undefined;
    while ((mapped[index]?.end ?? beyond) <= item.start) index++;
    for (let at = index; (mapped[at]?.start ?? beyond) < end; at++) {
      const mapping = mapped[at];
      if (mapping === undefined || mapping.shared === shared) continue;
      const block = mapping.start > item.start ? mapping.start : item.start;
      return shared
        ? `block ${block}: ${first?.text} and ${second.text} refer to its extent, FIEMAP does not say shared`
        : `block ${block}: nothing else refers to its extent, FIEMAP says shared`;
    }
  }
  return undefined;
}

/**
 * The first block that FIEMAP called shared only once everything was written out,
 * though it had its place on the disk before, in one line; undefined when there is
 * none. Writing out gives blocks, and no references.
 */
export function lateDifference({
  mapped,
  mappedBefore,
}: Pick<FileLook, "mapped" | "mappedBefore">): string | undefined {
  for (const after of mapped) {
    if (!after.shared || after.disk === undefined) continue;
    const { start, end, disk } = after;
    const late = mappedBefore.find(
      (before) =>
        !before.shared &&
        before.disk !== undefined &&
        before.start < end &&
        before.end > start &&
        before.disk - before.start === disk - start,
    );
    if (late === undefined) continue;
    const block = late.start > start ? late.start : start;
    return `block ${block}: FIEMAP says shared only once it is written out`;
  }
  return undefined;
}
