/** Whether results can be written: asked before the work that makes them. */

import { accessSync, constants, existsSync, mkdtempSync, rmdirSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { quoted } from "./plain.ts";

/** Why no folder can be made or written at `path`, in one line; undefined when it can. */
export function folderProblem(path: string): string | undefined {
  let place = resolve(path);
  while (!existsSync(place)) place = dirname(place);
  return notFolder(place) ?? takesNoFolder(place);
}

/** Why no file can be written at `path`, in one line; undefined when it can. */
export function fileProblem(path: string): string | undefined {
  const place = resolve(path);
  if (!existsSync(place)) return notFolder(dirname(place)) ?? notWritable(dirname(place));
  return notFolder(place) === undefined ? `${quoted(path)} is a folder` : notWritable(place);
}

/** Why a path names no folder, in one line; undefined when it does. */
export function notFolder(path: string): string | undefined {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats?.isDirectory() === true ? undefined : `${quoted(path)} is not a folder`;
}

/** Only making one tells: /proc and the like say that they can be written. */
function takesNoFolder(place: string): string | undefined {
  try {
    rmdirSync(mkdtempSync(join(place, ".new-")));
    return undefined;
  } catch {
    return `${quoted(place)} cannot be written`;
  }
}

function notWritable(place: string): string | undefined {
  try {
    accessSync(place, constants.W_OK);
    return undefined;
  } catch {
    return `${quoted(place)} cannot be written`;
  }
}
