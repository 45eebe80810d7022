/**
 * FIEMAP against itself, where sharing is counted by block as on XFS: a block is
 * called shared where files have it twice or more, and nowhere else.
 */

import type { FileLook, Mapping } from "./look.ts";

/** How often blocks of the disk are mapped: from each border on, up to the next; sorted. */
export type Uses = readonly { readonly from: bigint; readonly count: number }[];

/** How often each block of the disk is mapped by the files. */
export function usesOf(files: readonly Pick<FileLook, "mapped">[]): Uses {
  const changes = new Map<bigint, number>();
  const change = (at: bigint, by: number): void => {
    changes.set(at, (changes.get(at) ?? 0) + by);
  };
  for (const { mapped } of files) {
    for (const { disk, start, end } of mapped) {
      if (disk === undefined) continue;
      change(disk, 1);
      change(disk + end - start, -1);
    }
  }
  let count = 0;
  return [...changes]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([from, by]) => ({ from, count: (count += by) }));
}

/** The first block of a file that is called shared, or not, against what the files have; in one line. */
export function sharedBlockDifference(
  { mapped }: Pick<FileLook, "mapped">,
  uses: Uses,
): string | undefined {
  for (const mapping of mapped) {
    const block = wrongBlock(mapping, uses);
    if (block === undefined) continue;
    return mapping.shared
      ? `block ${block}: no file that was looked at has it too, FIEMAP says shared`
      : `block ${block}: it is there twice, FIEMAP does not say shared`;
  }
  return undefined;
}

/** The first block of a mapping that is used once and called shared, or twice and not. */
function wrongBlock({ start, end, disk, shared }: Mapping, uses: Uses): bigint | undefined {
  if (disk === undefined) return undefined;
  const stop = disk + end - start;
  for (let index = useAt(uses, disk); index < uses.length; index++) {
    const { from = stop, count = 0 } = uses[index] ?? {};
    if (from >= stop) return undefined;
    if (count > 1 !== shared) return from > disk ? start + from - disk : start;
  }
  return undefined;
}

/** The index of the use that a block of the disk lies in. */
function useAt(uses: Uses, disk: bigint): number {
  let low = 0;
  let high = uses.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((uses[middle]?.from ?? disk) > disk) high = middle;
    else low = middle + 1;
  }
  return low - 1;
}
