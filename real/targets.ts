/** The ways to get a real target. */

import type { DedupeAbi } from "./abi.ts";
import { FolderGround } from "./folder-ground.ts";
import { ImageGround } from "./image-ground.ts";
import type { ImageOptions } from "./image.ts";
import { libc } from "./libc.ts";
import { RealTarget, type Diary } from "./real-target.ts";

/**
 * A target on a loop-mounted file system of our own. Throws HarnessError, in one
 * line, outside a private mount namespace and where something is missing. `abi` is how its callers see the argument of a dedupe.
 */
export function openImageTarget(options: ImageOptions, diary?: Diary, abi?: DedupeAbi): RealTarget {
  const calls = libc();
  return new RealTarget(calls, new ImageGround(calls, options), diary, abi);
}

/**
 * A target inside a folder that exists, on its file system, without root and
 * without remount. Makes one folder in it and removes that at `close`; touches
 * nothing else. Throws HarnessError where no folder can be made.
 */
export function openFolderTarget(folder: string, diary?: Diary, abi?: DedupeAbi): RealTarget {
  const calls = libc();
  return new RealTarget(calls, new FolderGround(calls, folder), diary, abi);
}
