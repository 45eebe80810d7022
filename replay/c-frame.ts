/** What stands around the calls in a C file: slots and mounts before them, and the removal of what was made. */

import {
  fileAt,
  isOther,
  mountOf,
  mounts,
  type Mount,
  type Op,
  type Slot,
  type TargetDescriptor,
} from "../model/index.ts";
import { pathWords } from "./c-call.ts";
import { filled, separated, statement } from "./c-text.ts";
import type { ExportedCall } from "./export-program.ts";
import { pathsOf } from "./op-paths.ts";

/** The mounts beside the main one that paths of a program lead through. */
export function usedMounts(calls: readonly ExportedCall[]): readonly Mount[] {
  const used = new Set(calls.flatMap(({ op }) => pathsOf(op).map(mountOf)));
  return mounts.filter((mount) => mount !== "main" && used.has(mount));
}

/** How each mount is made. */
const mounting: Readonly<Record<Mount, string>> = {
  main: "",
  bind: 'mount_on("bind", NULL, 0);',
  ro: 'mount_on("ro", NULL, MS_RDONLY);',
  other: 'mount_on("other", "tmpfs", 0);',
};

/** Makes the mounts, and lets every user make files where there is more than one. */
export function openingLines(calls: readonly ExportedCall[]): readonly string[] {
  const used = usedMounts(calls);
  const open = calls.some(({ op }) => op.kind === "as") ? ['\tchmod(".", 0777);'] : [];
  const other = open.length > 0 && used.includes("other") ? ['\tchmod("other", 0777);'] : [];
  return [...used.map((mount) => `\t${mounting[mount]}`), ...open, ...other];
}

/** Removes what was made, what lies deeper first. */
export function cleaningLines(calls: readonly ExportedCall[]): readonly string[] {
  const ops = calls.map(({ op }) => op);
  const trees = new Set(ops.flatMap(treesOf).map(fileAt));
  const remove = ops.some(({ kind }) => kind === "chattr") ? "remove_locked" : "remove";
  const files = ops
    .flatMap(pathsOf)
    .filter((path) => !isOther(path))
    .map(fileAt);
  const deepFirst = [...new Set(files)].toSorted(
    (a, b) => depthOf(b) - depthOf(a) || (a < b ? -1 : 1),
  );
  return [
    ...usedMounts(calls).map((mount) => `\tunmount("${mount}");`),
    ...deepFirst.flatMap((path) =>
      trees.has(path)
        ? statement("subvolume", [["BTRFS_IOC_SNAP_DESTROY_V2"], pathWords(path), ["0"], ["0"]])
        : statement(remove, [pathWords(path)]),
    ),
    '\tif (chdir("..") == 0)',
    "\t\tremove(made);",
  ];
}

/** What a call makes that is taken away with all that is in it. */
function treesOf(op: Op): readonly string[] {
  if (op.kind === "snapshot") return [op.to];
  return op.kind === "subvolume" ? [op.path] : [];
}

function depthOf(path: string): number {
  return path.split("/").length;
}

/** The slots of a program, as variables. */
export function slotLines(calls: readonly ExportedCall[]): readonly string[] {
  const used = new Set(calls.flatMap(({ op }) => slotsOf(op)));
  const slots = [...used].toSorted((a, b) => a - b).map((slot) => `s${slot} = -1`);
  if (slots.length === 0) return [];
  return [...filled("static int ", separated(slots, ";"), "\t"), ""];
}

function slotsOf(op: Op): readonly number[] {
  const own = "slot" in op ? [op.slot] : [];
  if (op.kind === "clone") return [...own, op.target];
  if (op.kind !== "dedupe") return own;
  return [...own, ...op.targets.map((target) => target.descriptor).filter(isSlot)];
}

function isSlot(descriptor: TargetDescriptor): descriptor is Slot {
  return typeof descriptor === "number";
}
