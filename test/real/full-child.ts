/**
 * A child of the tests: dedupes on btrfs with room, and while no block for data is
 * free; prints what each call answered, and whether the target is as it was.
 */

import { constants, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DedupeCall } from "../../real/dedupe-call.ts";
import { whileFull } from "../../real/full-disk.ts";
import { Image } from "../../real/image.ts";
import { libc } from "../../real/libc.ts";
import { requirePrivateNamespace } from "../../real/private-namespace.ts";
import { makeRunFolder, removeRunFolder } from "../../real/scratch.ts";
import { printOutcome } from "../../replay/outcome-text.ts";
import { dedupe, onto } from "./ops.ts";

const block = 4096;
const inline = Buffer.alloc(90, 1);

requirePrivateNamespace();
const calls = libc();
const home = makeRunFolder(calls, process.argv[2] ?? "/tmp");
const image = new Image(calls, { kind: "btrfs", mkfs: [], mount: "", scratch: undefined }, home);
const files = {
  inline,
  "inline-too": inline,
  behind: Buffer.concat([Buffer.alloc(block, 2), inline]),
  block: Buffer.alloc(block, 3),
  "block-too": Buffer.alloc(block, 3),
};
for (const [name, bytes] of Object.entries(files)) writeFileSync(join(image.path, name), bytes);

const full = whileFull(calls, image.path, () => [
  tell("inline", "behind", block),
  tell("inline", "inline-too", 0),
  tell("block", "block-too", 0),
]);
process.stdout.write(JSON.stringify({ full, room: tell("inline", "behind", block) }));
image.close();
removeRunFolder(calls, home);

/** Makes a dedupe of a whole file into another one. */
function tell(from: keyof typeof files, to: keyof typeof files, offset: number): string {
  const op = dedupe(0, 0, files[from].length, [onto(1, offset)]);
  const [source, target] = [from, to].map((name) =>
    calls.openat(-100, join(image.path, name), constants.O_RDONLY, 0),
  );
  const outcome = new DedupeCall(calls).perform(op, source ?? -1, () => target ?? -1);
  for (const fd of [source, target]) calls.close(fd ?? -1);
  const isAsBefore = readFileSync(join(image.path, to)).equals(files[to]);
  return `${from} into ${to}: ${printOutcome(op, outcome)}${isAsBefore ? "" : ", other bytes"}`;
}
