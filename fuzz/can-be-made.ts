/** Which calls of a program a target can be brought to make. */

import { isDiskCheck, mountOf, type FileSystemUnderTest, type Op } from "../model/index.ts";

type Abilities = Pick<
  FileSystemUnderTest,
  | "mounts"
  | "circumstances"
  | "canObserve"
  | "canRemount"
  | "canGovern"
  | "hasSubvolumes"
  | "diskChecks"
>;

/** Whether a target can make a call; what it cannot make is left out of a program. */
export function canBeMade(target: Abilities, op: Op): boolean {
  if (op.kind === "dedupe") return target.circumstances.has(op.during.kind);
  if (op.kind === "observe") return target.canObserve;
  if (op.kind === "remount") return target.canRemount;
  if (isDiskCheck(op)) return target.diskChecks.has(op.kind);
  if (governs.has(op.kind)) return target.canGovern;
  if (branches.has(op.kind) && !target.hasSubvolumes) return false;
  return pathsOf(op).every((path) => target.mounts.has(mountOf(path)));
}

/** Calls that change callers, owners, modes or attributes. */
const governs: ReadonlySet<Op["kind"]> = new Set(["as", "limit", "chmod", "chown", "chattr"]);

/** Calls about subvolumes. */
const branches: ReadonlySet<Op["kind"]> = new Set(["subvolume", "snapshot", "delete"]);

function pathsOf(op: Op): readonly string[] {
  if (!("path" in op)) return [];
  return "to" in op ? [op.path, op.to] : [op.path];
}
