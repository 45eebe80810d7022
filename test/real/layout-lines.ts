/** Observations as lines that a test can state: extents get letters as they come up. */

import type { ExtentItem } from "../../model/extent-item.ts";
import type { ByteRange, FileLook } from "../../model/look.ts";
import type { Observation } from "../../real/observer.ts";

/** Letters of extents, and the lines of observations that share them. */
export class LayoutLines {
  private readonly letters = new Map<bigint, string>();

  /** `a 64K: 0+16 data A0/16`: items, each with its letter, the blocks before it and those of its extent. */
  items(observation: Observation): readonly string[] {
    return observation.files.map(
      (file) =>
        `${file.name} ${sizeOf(file)}: ${file.items.map((item) => this.item(item)).join(", ")}`,
    );
  }

  private item(item: ExtentItem): string {
    const kind = item.compressed ? `compressed ${item.kind}` : item.kind;
    const place =
      item.extent === 0n ? "" : ` ${this.letter(item.extent)}${item.skip}/${item.extentCount}`;
    return `${item.start}+${item.count} ${kind}${place}`;
  }

  private letter(extent: bigint): string {
    const known = this.letters.get(extent) ?? String.fromCodePoint(65 + this.letters.size);
    this.letters.set(extent, known);
    return known;
  }
}

/** The items of one observation. */
export function itemLines(observation: Observation | undefined): readonly string[] {
  return observation === undefined ? [] : new LayoutLines().items(observation);
}

/** `a: 0+16`: blocks that FIEMAP calls shared. */
export function sharedLines(observation: Observation | undefined): readonly string[] {
  return (observation?.files ?? []).map(
    (file) =>
      `${file.name}: ${sharedRanges(file)
        .map(({ start, end }) => `${start}+${end - start}`)
        .join(", ")}`,
  );
}

/** The blocks that FIEMAP calls shared, neighbours joined. */
export function sharedRanges(file: FileLook | undefined): readonly ByteRange[] {
  const ranges: ByteRange[] = [];
  for (const { start, end, shared } of file?.mapped ?? []) {
    if (!shared) continue;
    const last = ranges.at(-1);
    if (last?.end === start) ranges[ranges.length - 1] = { start: last.start, end };
    else ranges.push({ start, end });
  }
  return ranges;
}

/** `a: 16 blocks, data 0+16`: st_blocks and SEEK_DATA in blocks of 4 KiB. */
export function blockLines(observation: Observation | undefined): readonly string[] {
  return (observation?.files ?? []).map(
    ({ name, stBlocks, data }) =>
      `${name}: ${stBlocks / 8n} blocks, data ${data.map(({ start, end }) => `${start / block}+${(end - start) / block}`).join(", ")}`,
  );
}

const block = 4096n;

function sizeOf({ size }: FileLook): string {
  return size % 1024n === 0n ? `${size / 1024n}K` : `${size}`;
}
