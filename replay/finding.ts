/**
 * A finding on disk: a folder that is there whole or not at all. It is written
 * beside its place, flushed, and renamed, before anybody is told of it.
 */

import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  renameSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";

/** Name and text of each file: description, repro.trace, original.trace, dmesg.txt, env.json. */
export type FindingFiles = Readonly<Record<string, string>>;

/** Folders of one signature that are kept apart, at most. */
const maxFolders = 1000;

/**
 * Writes a finding below `root` and returns its folder: the signature's or, when
 * that is taken, the signature with a number. Throws what node:fs throws.
 */
export function saveFinding(root: string, signature: string, files: FindingFiles): string {
  mkdirSync(root, { recursive: true });
  const made = mkdtempSync(join(root, ".new-"));
  for (const [name, text] of Object.entries(files)) writeWhole(join(made, name), text);
  flushFolder(made);
  const folder = moveToFreeName(made, root, signature);
  flushFolder(root);
  return folder;
}

/** Another campaign may take a name at the same time: only the rename itself decides. */
function moveToFreeName(made: string, root: string, signature: string): string {
  for (let number = 1; number <= maxFolders; number++) {
    const folder = join(root, number === 1 ? signature : `${signature}.${number}`);
    try {
      renameSync(made, folder);
      return folder;
    } catch (error) {
      if (!existsSync(folder)) throw error;
    }
  }
  throw new Error(`${root} holds ${maxFolders} findings of ${signature}: move some away`);
}

function writeWhole(path: string, text: string): void {
  const fd = openSync(path, "wx", 0o644);
  try {
    writeFileSync(fd, text);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

function flushFolder(path: string): void {
  const fd = openSync(path, "r");
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
