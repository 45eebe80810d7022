/**
 * A finding on disk: a folder that is there whole or not at all. It is written
 * beside its place, flushed, and renamed, before anybody is told of it. Findings of
 * one signature have one folder, with a count.
 */

import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { addOccasion, occasionLine, occasionsName } from "./occasions.ts";

/** Name and text of each file: description, repro.trace, original.trace, dmesg.txt, env.json. */
export type FindingFiles = Readonly<Record<string, string>>;

export interface SavedFinding {
  readonly folder: string;
  /** How often it came so far, in all runs that saved it there. */
  readonly times: number;
}

/**
 * Writes a finding below `root`, in the folder of its signature. Where that is there
 * it stays as it is, and `occasion`, in a line, is one more time. Throws what node:fs
 * throws.
 */
export function saveFinding(
  root: string,
  signature: string,
  files: FindingFiles,
  occasion: string,
): SavedFinding {
  const folder = join(root, signature);
  if (existsSync(folder)) return { folder, times: addOccasion(folder, 1, occasion) };
  mkdirSync(root, { recursive: true });
  const made = mkdtempSync(join(root, ".new-"));
  try {
    for (const [name, text] of Object.entries(files)) writeWhole(join(made, name), text);
    writeWhole(join(made, occasionsName), occasionLine(1, occasion));
    flushFolder(made);
    renameSync(made, folder);
  } catch (error) {
    rmSync(made, { recursive: true });
    if (!existsSync(folder)) throw error;
    return { folder, times: addOccasion(folder, 1, occasion) };
  }
  flushFolder(root);
  return { folder, times: 1 };
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
