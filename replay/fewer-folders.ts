/** Passes that make a program simpler by its folders: without one, or without a snapshot. */

import { fileAt, folderOf, mountOf, nameOn, pathOn, type Op } from "../model/index.ts";
import { letters } from "./letters.ts";
import { rewrite } from "./rewrite.ts";

/**
 * One folder less: what was in it stands beside it, or, for a snapshot, what was
 * done in it is done in its source.
 */
export function* fewerFolders(program: readonly Op[]): Iterable<readonly Op[]> {
  for (const [index, op] of program.entries()) {
    if (op.kind !== "mkdir" && op.kind !== "subvolume" && op.kind !== "snapshot") continue;
    const rest = program.toSpliced(index, 1);
    const folder = fileAt(op.kind === "snapshot" ? op.to : op.path);
    if (op.kind === "snapshot") yield inFolder(rest, folder, fileAt(op.path));
    yield inFolder(rest, folder, undefined);
  }
}

/** The program with everything of a folder in another; undefined stands for none. */
function inFolder(program: readonly Op[], from: string, onto: string | undefined): readonly Op[] {
  const taken = new Set(program.flatMap(pathsOf).map(nameOn));
  const free = letters.split("").filter((letter) => !taken.has(letter));
  const names = new Map<string, string>();
  const moved = (path: string): string => {
    const at = fileAt(path);
    if (at === from) return onto === undefined ? path : pathOn(mountOf(path), onto);
    if (folderOf(at) !== from) return path;
    const name = at.slice(from.length + 1);
    if (onto !== undefined) return pathOn(mountOf(path), `${onto}/${name}`);
    const known = names.get(name) ?? free[names.size] ?? name;
    names.set(name, known);
    return pathOn(mountOf(path), known);
  };
  return program.map((op) => rewrite(op, { slot: (at) => at, path: moved, at: (_slot, to) => to }));
}

function pathsOf(op: Op): readonly string[] {
  if (!("path" in op)) return [];
  return "to" in op ? [op.path, op.to] : [op.path];
}
