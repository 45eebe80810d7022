/** Turns an act into a call on the slot that was picked for it. */

import { slot, type Op, type Slot, type State } from "../model/index.ts";
import type { Act } from "./intent.ts";

/** Undefined when it can mean nothing now: a file without a name cannot be opened again. */
export function resolveAct(act: Act, at: Slot, state: State): Op | undefined {
  if (act.kind === "as" || act.kind === "limit") return act;
  if (act.kind !== "reopen") return { slot: at, ...act };
  const inode = state.slots[at]?.inode;
  const [path] = [...state.names].find(([, number]) => number === inode) ?? [];
  if (path === undefined) return undefined;
  return { kind: "open", slot: slot(act.again), path, access: "r", flags: [] };
}
