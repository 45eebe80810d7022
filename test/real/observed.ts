/** Runs programs with looks at the disk between their calls, on an image made as asked. */

import { spawnSync } from "node:child_process";
import type { Op } from "../../model/op.ts";
import type { Outcome } from "../../model/outcome.ts";
import type { FsKind } from "../../model/format.ts";
import type { Observation } from "../../real/observer.ts";
import { inNamespace } from "./mounted.ts";
import { print, revive } from "../../real/plain-json.ts";

/** `look`: a full observation. */
export type Step = Op | { readonly kind: "look" };

export interface ImageKind {
  readonly kind: FsKind;
  readonly mkfs: readonly string[];
  readonly mount: string;
}

export interface Observed {
  /** Of the ops, in order, but of those that look at the whole disk. */
  readonly outcomes: readonly Outcome[];
  readonly looks: readonly Observation[];
  /** What looks complained of, and ops that look at the whole disk. */
  readonly complaints: readonly string[];
}

/** What became of each program; every one has a place of its own on one image. */
export function observePrograms(
  scratch: string,
  image: ImageKind,
  programs: readonly (readonly Step[])[],
): readonly Observed[] {
  const child = spawnSync("unshare", inNamespace("observed-child", scratch), {
    input: print({ image, programs }),
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  if (child.status !== 0) throw new Error(`the child failed: ${child.stderr}`);
  return JSON.parse(child.stdout, revive);
}

export const strict: ImageKind = { kind: "btrfs", mkfs: [], mount: "max_inline=0" };
export const usual: ImageKind = { kind: "btrfs", mkfs: [], mount: "" };
export const compressed: ImageKind = {
  kind: "btrfs",
  mkfs: [],
  mount: "max_inline=0,compress-force=zstd",
};
export const inPlace: ImageKind = { kind: "btrfs", mkfs: [], mount: "nodatacow" };
export const holed: ImageKind = { kind: "btrfs", mkfs: ["-O", "^no-holes"], mount: "max_inline=0" };
