/** How a call on an open file goes: it is refused by a rule of its table, or acts on the file and ends. */

import type { Items } from "./extent-item.ts";
import { InvariantError } from "./fault.ts";
import { refusal, type FileRule } from "./file-rule.ts";
import type { DescriptorFacts } from "./file-rules.ts";
import type { Laid } from "./layout-rules.ts";
import type { Returned } from "./model.ts";
import { asked } from "./asked.ts";
import { returned, type Outcome } from "./outcome.ts";
import type { Profile } from "./profile.ts";
import { noRights } from "./rights.ts";
import { decide } from "./rule.ts";
import { factsOf, inodeIn, withLayout, type Inode, type OpenFile, type State } from "./state.ts";
import type { Slot } from "./units.ts";

/** The end of a call that returns a number. */
export function done(state: State, result: number): Returned {
  return end(state, returned(result), undefined);
}

/**
 * The end of a call that changed a file, and how `lay` says that its blocks lie
 * now; a file that grows behind a shared tail is a case of EOF-09.
 */
export function edited(
  state: State,
  number: number,
  after: Inode,
  result: number,
  lay: (laid: Laid) => Items,
): Returned {
  const before = state.inodes[number];
  if (before === undefined) throw new InvariantError("a file that is not there was changed");
  const moved = before.size !== after.size;
  const grown = before.tailShared && after.size > before.size;
  const changed = moved && after.tailShared ? { ...after, tailShared: false } : after;
  return end(
    withLayout(state, number, changed, lay),
    returned(result),
    grown ? "EOF-09" : undefined,
  );
}

/** The end of a call, and the rule that decided it. */
export function end(state: State, outcome: Outcome, rule: string | undefined): Returned {
  return {
    kind: "returned",
    state,
    outcome,
    decisions: [{ rule, request: undefined, entry: undefined }],
  };
}

/** What a call says beside its slot. */
type SlotCall = Partial<
  Pick<DescriptorFacts, "offset" | "length" | "mode" | "direct" | "newOwner" | "changes">
>;

/**
 * Whether a write with O_DIRECT goes through the page cache: one of a part of a
 * block, in a file that may have shared blocks.
 *
 * Source: xfs_file_dio_write, fs/xfs/xfs_file.c, Linux 6.18.
 */
function isBounced(
  { format: { block } }: State,
  inode: Inode | undefined,
  { offset = 0n, length = 0n }: Pick<SlotCall, "offset" | "length">,
): boolean {
  return inode?.reflinked === "yes" && ((offset | length) & (block - 1n)) !== 0n;
}

/** What a call on a descriptor does: it fails by a rule of its table, or `act`s. */
export function onSlot(
  profile: Profile,
  state: State,
  slot: Slot,
  rules: readonly FileRule<DescriptorFacts>[],
  call: SlotCall,
  act: (file: OpenFile, inode: Inode) => Returned,
): Returned {
  const file = state.slots[slot];
  const inode = inodeIn(state, slot);
  const facts: DescriptorFacts = {
    file: factsOf(state, slot),
    offset: call.offset ?? 0n,
    length: call.length ?? 0n,
    mode: call.mode ?? "prealloc",
    direct: call.direct ?? false,
    bounced: isBounced(state, inode, call),
    newOwner: call.newOwner ?? "root",
    changes: call.changes ?? false,
    other: inode?.other ?? false,
    role: inode?.role ?? "none",
    caller: state.caller,
    rights: inode?.rights ?? noRights,
  };
  const rule = decide(rules, facts, profile);
  if (rule !== undefined) {
    return asked(end(state, refusal(rule), rule.id), rules, facts, profile);
  }
  if (file === undefined || inode === undefined) {
    throw new InvariantError("no rule refuses a descriptor that is not open");
  }
  return asked(act(file, inode), rules, facts, profile);
}
