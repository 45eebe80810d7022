/** Which slot a call is made on. */

import { slot, type Inode, type Slot, type State } from "../model/index.ts";
import { slotCount, type SlotPick } from "./intent.ts";

/** A regular file that is open. */
export interface OpenRegular {
  readonly inode: Inode;
  readonly reads: boolean;
  readonly writes: boolean;
}

/** A slot that makes sense, when a sane one is asked for and there is one. */
export function pick(state: State, choice: SlotPick, suits: (file: OpenRegular) => boolean): Slot {
  if (choice.sane) {
    for (let step = 0; step < slotCount; step++) {
      const index = (choice.index + step) % slotCount;
      const file = state.slots[index];
      const inode = file === undefined ? undefined : state.inodes[file.inode];
      if (file === undefined || inode === undefined || file.path || inode.kind !== "file") continue;
      if (suits({ inode, reads: file.access !== "w", writes: file.access !== "r" })) {
        return slot(index);
      }
    }
  }
  return slot(choice.index);
}
