/**
 * Two witnesses of where a file's blocks are: its extent items and FIEMAP. They
 * come from different code of the kernel, and must say the same block by block.
 */

import type { ExtentItem, Items } from "../model/index.ts";
import {
  FIEMAP_EXTENT_DATA_INLINE,
  FIEMAP_EXTENT_DELALLOC,
  FIEMAP_EXTENT_ENCODED,
  FIEMAP_EXTENT_UNWRITTEN,
} from "./abi.ts";
import type { MappedExtent } from "./fiemap.ts";

/** Blocks [start, end) of a file, as one witness tells of them. */
interface Stretch {
  readonly start: bigint;
  readonly end: bigint;
  readonly kind: StretchKind;
  /** Block of the disk on which the first one stands; undefined where it means nothing. */
  readonly disk: bigint | undefined;
}

type StretchKind =
  | "data"
  | "compressed data"
  | "prealloc"
  | "compressed prealloc"
  | "inline"
  | "hole"
  | "not on disk";

/** Beyond every file. */
const beyond = 1n << 64n;

/**
 * What the two say differently about the first block that they differ in, in one
 * line without addresses; undefined when they agree. FIEMAP's extents are of
 * bytes, `block` is the bytes of a block. The file must have been written out.
 */
export function witnessDisagreement(
  items: Items,
  mapped: readonly MappedExtent[],
  block: number,
): string | undefined {
  const fromItems = withHoles(items.filter(isMapped).map((item) => ofItem(item, BigInt(block))));
  const fromFiemap = withHoles(mapped.map((extent) => ofFiemap(extent, BigInt(block))));
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

function kindOfItem(item: ExtentItem): StretchKind {
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

function ofFiemap(extent: MappedExtent, block: bigint): Stretch {
  const start = extent.logical / block;
  const end = (extent.logical + extent.length + block - 1n) / block;
  const kind = kindOfFlags(extent.flags);
  const hasPlace = kind === "data" || kind === "prealloc";
  return { start, end, kind, disk: hasPlace ? extent.physical / block : undefined };
}

function kindOfFlags(flags: number): StretchKind {
  if ((flags & FIEMAP_EXTENT_DELALLOC) !== 0) return "not on disk";
  if ((flags & FIEMAP_EXTENT_DATA_INLINE) !== 0) return "inline";
  const compressed = (flags & FIEMAP_EXTENT_ENCODED) !== 0;
  if ((flags & FIEMAP_EXTENT_UNWRITTEN) !== 0) {
    return compressed ? "compressed prealloc" : "prealloc";
  }
  return compressed ? "compressed data" : "data";
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
