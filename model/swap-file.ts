/**
 * Which file can be a swap file as it is: a regular one with a name, of some pages,
 * all of them data of its own; on btrfs without checksums, for such data is written in place.
 *
 * Source: swapon, mm/swapfile.c; btrfs_swap_activate, fs/btrfs/inode.c, and iomap_swapfile_activate,
 * fs/iomap/swapfile.c, Linux 6.18.
 */

import { undamaged } from "./damage.ts";
import type { Hazard } from "./hazard.ts";
import { inodeIn, type Inode, type State } from "./state.ts";
import type { Slot } from "./units.ts";

/** Bytes of a page of swap. */
const pageBytes = 4096n;

/** Bytes of the smallest file that is tried. */
export const minSwapBytes: bigint = 8n * pageBytes;

/** What a call meets while the file in a slot is to be an active swap file. */
export function swapFile(state: State, slot: Slot): readonly [Hazard, Hazard?] {
  const number = state.slots[slot]?.inode;
  const inode = inodeIn(state, slot);
  if (number === undefined || inode === undefined || !isPlain(state, inode)) return [undamaged];
  const swap: Hazard = { kind: "swap", inode: number };
  const { lies, alone } = blocksOf(state, inode);
  if (lies === "no") return [undamaged];
  return lies === "yes" && alone ? [swap] : [undamaged, swap];
}

/** Whether a file is of the kind, but for where it lies. */
function isPlain({ format: { block, fs } }: State, inode: Inode): boolean {
  const { kind, other, links, size, nodatasum, rights } = inode;
  return (
    kind === "file" &&
    !other &&
    links > 0 &&
    block === pageBytes &&
    size >= minSwapBytes &&
    size % pageBytes === 0n &&
    (fs === "xfs" || nodatasum) &&
    !rights.immutable &&
    !rights.appendOnly
  );
}

/** Whether all of a file is data, and whether nobody else can have any of it. */
function blocksOf(
  { format: { block }, subvolumes }: State,
  { items, size, reflinked }: Inode,
): { readonly lies: "yes" | "no" | "unsure"; readonly alone: boolean } {
  const alone = reflinked === "no" && subvolumes.length === 1;
  let end = 0n;
  let sure = true;
  for (const { start, count, kind, freedom } of items.value) {
    if (start > end || end * block >= size) break;
    const isKnown = freedom === "none" || freedom === "borders";
    if (isKnown && kind !== "data") break;
    sure &&= isKnown;
    end = start + count;
  }
  if (end * block < size) return { lies: "no", alone };
  return { lies: sure ? "yes" : "unsure", alone };
}
