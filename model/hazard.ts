/**
 * What a dedupe meets by its circumstance, of which no state tells: rules ask for
 * it. Where nobody can say, it may be either of two.
 */

import { damageOf, undamaged, type Damage } from "./damage.ts";
import type { DedupeOp } from "./op.ts";
import type { State } from "./state.ts";
import { swapFile } from "./swap-file.ts";

export type Hazard =
  | Damage
  /** No block is free any more once some extents, or none, are shared; btrfs may find one in what it gives back. */
  | { readonly kind: "full"; readonly room: "some" | "none" }
  /** This inode, by its number, is an active swap file. */
  | { readonly kind: "swap"; readonly inode: number };

/** One, or two of which each entry may meet either. */
export function hazardsOf(state: State, op: DedupeOp): readonly [Hazard, Hazard?] {
  const { during } = op;
  switch (during.kind) {
    case "unreadable": {
      const damage = damageOf(state, op);
      return damage.kind === "unsure" ? [undamaged, damage] : [damage];
    }
    case "full":
      if (state.format.maxInline > 0n) return [{ kind: "full", room: "none" }, undamaged];
      if (state.format.fs === "btrfs") return [{ kind: "full", room: "none" }];
      return [
        { kind: "full", room: "some" },
        { kind: "full", room: "none" },
      ];
    case "swapping":
      return swapFile(state, during.slot);
    case "usual":
    case "frozen":
    case "denied":
    case "sending":
    case "shut-down":
      return [undamaged];
  }
}
