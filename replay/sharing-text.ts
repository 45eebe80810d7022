/**
 * Who shares what, as FIEMAP tells it: `a: 4 data, 2 hole, 3 prealloc ; b: 4 data as a+0`
 * are runs of blocks, and `as a+0` those blocks of an earlier run that they are.
 * It names no extent: how files are cut into items is not in it.
 */

import type { ExtentItem, FileLayout, Outcome } from "../model/index.ts";

/** Undefined where FIEMAP does not tell: of compressed extents. */
export function sharingText({ layout }: Outcome): string | undefined {
  if (layout === undefined) return undefined;
  if (layout.some(({ items }) => items.some(({ compressed }) => compressed))) return undefined;
  const seen = new Map<string, Place>();
  const texts = layout.map((file) => `${file.name}: ${runsText(file, seen)}`);
  return texts.length === 0 ? "-" : texts.join(" ; ");
}

/** Where a block of the disk came up first. */
interface Place {
  readonly file: string;
  readonly block: bigint;
}

interface Run {
  readonly kind: ExtentItem["kind"];
  count: bigint;
  /** Of the first block, when it came up before. */
  readonly as: Place | undefined;
}

function runsText({ name, items }: FileLayout, seen: Map<string, Place>): string {
  const runs: Run[] = [];
  let at = 0n;
  for (const item of items.filter(({ kind }) => kind !== "hole")) {
    if (item.start > at) runs.push({ kind: "hole", count: item.start - at, as: undefined });
    at = item.start + item.count;
    for (let block = item.start; block < at; block++) {
      const key = `${item.extent}:${item.skip + block - item.start}`;
      const as = item.extent === 0n ? undefined : seen.get(key);
      if (as === undefined && item.extent !== 0n) seen.set(key, { file: name, block });
      add(runs, item.kind, as);
    }
  }
  return runs.length === 0 ? "nothing" : runs.map(runText).join(", ");
}

/** Lengthens the last run by a block that goes on from it, or begins another. */
function add(runs: Run[], kind: Run["kind"], as: Place | undefined): void {
  const last = runs.at(-1);
  if (last?.kind === kind && continues(last, as)) last.count++;
  else runs.push({ kind, count: 1n, as });
}

function continues({ as: from, count }: Run, as: Place | undefined): boolean {
  if (from === undefined || as === undefined) return from === as;
  return from.file === as.file && from.block + count === as.block;
}

function runText({ kind, count, as }: Run): string {
  return as === undefined ? `${count} ${kind}` : `${count} ${kind} as ${as.file}+${as.block}`;
}
