/** Turns intents about names into calls, against the state that the model is in. */

import { folderOf, isFrozen, isPath, slot, type Op, type State } from "../model/index.ts";
import type { Intent, NamePick } from "./intent.ts";

type PathIntent = Extract<
  Intent,
  {
    readonly kind:
      | "open"
      | "make"
      | "link"
      | "unlink"
      | "subvolume"
      | "snapshot"
      | "delete"
      | "reopen";
  }
>;

/** The call that an intent means; undefined when it can mean nothing now. */
export function resolvePath(intent: PathIntent, state: State): Op | undefined {
  switch (intent.kind) {
    case "open":
      return { ...intent, slot: slot(intent.slot) };
    case "make":
      return { kind: intent.what, path: intent.path };
    case "link":
      return { kind: "link", path: intent.path, to: intent.to };
    case "unlink":
      return { kind: "unlink", path: intent.path };
    case "subvolume":
      return intent;
    case "snapshot": {
      const { source, to, readOnly } = intent;
      return { kind: "snapshot", path: picked(source, state), to, readOnly };
    }
    case "delete":
      return { kind: "delete", path: picked(intent.target, state) };
    case "reopen":
      return reopened(intent, state);
  }
}

/** The n-th file in a folder, opened for reading where it cannot be written; undefined when there is none. */
function reopened(
  { slot: at, index, access }: Extract<Intent, { kind: "reopen" }>,
  state: State,
): Op | undefined {
  const files = [...state.names].filter(
    ([path, number]) =>
      isPath(path) && folderOf(path) !== undefined && state.inodes[number]?.kind === "file",
  );
  const [path, number] = files[index % files.length] ?? [];
  const inode = number === undefined ? undefined : state.inodes[number];
  if (path === undefined || inode === undefined) return undefined;
  const mode = isFrozen(state, inode) ? "r" : access;
  return { kind: "open", slot: slot(at), path, access: mode, flags: [] };
}

/** A subvolume that there is, when a sane one is asked for and there is one. */
function picked({ sane, index, path }: NamePick, state: State): string {
  const roots = [...state.names].filter(
    ([name, number]) => isPath(name) && state.inodes[number]?.role === "root",
  );
  return sane ? (roots[index % roots.length]?.[0] ?? path) : path;
}
