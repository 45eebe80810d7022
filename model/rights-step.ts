/** One step of each call that is about who calls, and what callers may do with an inode. */

import { done, onSlot } from "./act.ts";
import type { Caller } from "./caller.ts";
import type { AttributeChange, RightsOp } from "./op.ts";
import type { Returned } from "./model.ts";
import type { Profile } from "./profile.ts";
import { modeChanged, ownerChanged, type Rights } from "./rights.ts";
import { chattrRules, chmodRules, chownRules, modeRules } from "./rights-rules.ts";
import { inodeIn, withInode, type Inode, type OpenFile, type State } from "./state.ts";

export function stepRights(profile: Profile, state: State, op: RightsOp): Returned {
  switch (op.kind) {
    case "as":
      return calling(state, { ...state.caller, user: op.user, capabilities: op.capabilities });
    case "limit":
      return calling(state, { ...state.caller, sizeLimit: op.bytes });
    case "chmod":
      return onSlot(profile, state, op.slot, chmodRules, {}, (file, inode) =>
        changed(state, file, inode, modeChanged(state.caller, inode.rights, op.mode)),
      );
    case "chown":
      return onSlot(profile, state, op.slot, chownRules, { newOwner: op.user }, (file, inode) =>
        changed(state, file, inode, ownerChanged(state.caller, inode.rights, op.user)),
      );
    case "chattr": {
      const before = inodeIn(state, op.slot)?.rights;
      const changes = before !== undefined && attributesChanged(before, op.change) !== before;
      return onSlot(profile, state, op.slot, chattrRules, { changes }, (file, inode) =>
        changed(state, file, inode, attributesChanged(inode.rights, op.change)),
      );
    }
    case "mode":
      return onSlot(profile, state, op.slot, modeRules, {}, (_file, inode) =>
        done(state, inode.rights.mode),
      );
  }
}

function calling(state: State, caller: Caller): Returned {
  return done({ ...state, caller }, 0);
}

function changed(
  state: State,
  { inode: number }: OpenFile,
  inode: Inode,
  rights: Rights,
): Returned {
  return done(rights === inode.rights ? state : withInode(state, number, { ...inode, rights }), 0);
}

/** The same rights where the attribute is as it is asked for. */
function attributesChanged(rights: Rights, change: AttributeChange): Rights {
  const immutable = change === "+i" || (change !== "-i" && rights.immutable);
  const appendOnly = change === "+a" || (change !== "-a" && rights.appendOnly);
  const same = immutable === rights.immutable && appendOnly === rights.appendOnly;
  return same ? rights : { ...rights, immutable, appendOnly };
}
