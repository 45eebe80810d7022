/**
 * Which blocks cannot be read while a call is made under the circumstance
 * `unreadable`: one block of the disk, in every file that it is part of.
 *
 * Only plain data with a checksum can be damaged so that a kernel notices. Where
 * calls since the last observation leave open what a block is, nobody can say
 * whether the call meets the damage.
 *
 * Source: fs/btrfs/inode.c, btrfs_data_csum_ok, Linux 6.18: a block whose
 * checksum does not match is a read error.
 */

import type { ExtentItem, Items } from "./extent-item.ts";
import { clipped } from "./items.ts";
import type { DedupeOp } from "./op.ts";
import { inodeIn, type Inode, type State } from "./state.ts";

export type Damage =
  | { readonly kind: "none" }
  /** Maybe a block, maybe none. */
  | { readonly kind: "unsure" }
  /** A block of an extent, counted from its start. */
  | { readonly kind: "block"; readonly extent: bigint; readonly index: bigint };

export const undamaged: Damage = { kind: "none" };
const unsure: Damage = { kind: "unsure" };

/** What the circumstance of a call does to the disk. Data of XFS has no checksums. */
export function damageOf(state: State, { during }: DedupeOp): Damage {
  const { block, fs, name } = state.format;
  if (during.kind !== "unreadable" || fs === "xfs") return undamaged;
  const inode = inodeIn(state, during.slot);
  if (inode === undefined || inode.other || inode.nodatasum) return undamaged;
  const at = during.offset / block;
  const [item] = clipped(inode.items.value, at, at + 1n);
  return item === undefined ? undamaged : ofItem(item, name === "compressed");
}

function ofItem({ kind, freedom, compressed, extent, skip }: ExtentItem, packs: boolean): Damage {
  switch (kind) {
    case "hole":
      return freedom === "none" ? undamaged : unsure;
    case "prealloc":
      return undamaged;
    case "inline":
      return freedom === "none" ? undamaged : unsure;
    case "data":
      if (compressed) return undamaged;
      if (freedom === "small file" || (packs && freedom !== "none")) return unsure;
      return { kind: "block", extent, index: skip };
  }
}

/** The first block of a file in [from, from + count) that is damaged, counted from `from`; undefined: none. */
export function firstDamaged(
  damage: Damage,
  inode: Inode | undefined,
  from: bigint,
  count: bigint,
): bigint | undefined {
  if (damage.kind !== "block" || inode === undefined || inode.other) return undefined;
  return firstOn(clipped(inode.items.value, from, from + count), damage.extent, damage.index, from);
}

function firstOn(items: Items, extent: bigint, index: bigint, from: bigint): bigint | undefined {
  for (const { extent: other, skip, start, count } of items) {
    if (other === extent && index >= skip && index < skip + count) {
      return start + (index - skip) - from;
    }
  }
  return undefined;
}
