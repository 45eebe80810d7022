/** One step of FICLONERANGE: it either fails, or the target's range becomes the source's. */

import { asked } from "./asked.ts";
import { put, slice } from "./contents.ts";
import { cloneLength, cloneRules } from "./clone-rules.ts";
import { noLimit, roundUp, type CloneFacts } from "./facts.ts";
import { InvariantError } from "./fault.ts";
import { layouts } from "./layouts.ts";
import type { Returned } from "./model.ts";
import type { CloneOp } from "./op.ts";
import { refusal } from "./file-rule.ts";
import { returned } from "./outcome.ts";
import type { Profile } from "./profile.ts";
import { writtenRights } from "./rights.ts";
import { decide } from "./rule.ts";
import { factsOf, inodeIn, withLayout, withReflink, type State } from "./state.ts";

export function stepClone(profile: Profile, state: State, op: CloneOp): Returned {
  const clone = cloneFacts(state, op);
  const rule = decide(cloneRules, clone, profile);
  const ended: Returned = {
    kind: "returned",
    state: rule === undefined || rule.done === true ? replace(state, op, clone) : state,
    outcome: rule === undefined ? returned(0) : refusal(rule),
    decisions: [{ rule: rule?.id, request: undefined, entry: undefined }],
  };
  return asked(ended, cloneRules, clone, profile);
}

function cloneFacts(state: State, op: CloneOp): CloneFacts {
  const from = inodeIn(state, op.slot);
  const onto = inodeIn(state, op.target);
  return {
    source: factsOf(state, op.slot),
    target: factsOf(state, op.target),
    offset: op.offset,
    length: op.length,
    targetOffset: op.targetOffset,
    sameFilesystem: from?.other === onto?.other,
    sameInode: from === onto,
    block: state.format.block,
    sizeLimit: state.caller.sizeLimit ?? noLimit,
  };
}

function replace(state: State, op: CloneOp, clone: CloneFacts): State {
  const number = state.slots[op.target]?.inode;
  const from = inodeIn(state, op.slot);
  const onto = number === undefined ? undefined : state.inodes[number];
  if (number === undefined || from === undefined || onto === undefined) {
    throw new InvariantError("a descriptor that is not open was cloned");
  }
  const length = cloneLength(clone);
  if (length === 0n) return state;
  const end = op.offset + roundUp(length, clone.block);
  const pieces = slice(from.contents, op.offset, end, op.targetOffset - op.offset);
  const sizeAfter = op.targetOffset + length;
  const after = {
    ...onto,
    size: sizeAfter > onto.size ? sizeAfter : onto.size,
    contents: put(onto.contents, op.targetOffset, pieces),
    rights: writtenRights(state.caller, onto.rights),
    tailShared: onto.tailShared && sizeAfter <= onto.size,
    reflinked: "yes" as const,
  };
  const first = op.offset / clone.block;
  const count = (end - op.offset) / clone.block;
  const at = op.targetOffset / clone.block;
  const { items } = from;
  return withLayout(
    withReflink(state, op.slot),
    number,
    after,
    (laid) => {
      // A file is its own source where the items are the same object; a snapshot's are, too.
      const source = from === onto ? items.value : [...items.value];
      return layouts[state.format.fs].clone(laid, source, first, count, at);
    },
    items,
  );
}
