/** A child of the tests: the places of programs, from the first to the next file system. */

import { openImageTarget } from "../../real/targets.ts";
import { inspect, K, open, write } from "./ops.ts";
import { print } from "../../real/plain-json.ts";

const scratch = process.argv[2] ?? "/tmp";
const target = openImageTarget({ kind: "btrfs", mkfs: [], mount: "", scratch });

target.begin();
const first = target.placeOf() ?? "";
target.perform(open(0, "a", "rw"));
target.perform(write(0, 0, 4 * K, 1));
target.begin();
const elsewhere = target.perform(open(0, "a", "r"));
target.perform({ kind: "remount" });
const after = target.placeOf();
target.revisit(first);
const closed = target.perform(inspect(0, 0, K));
target.perform(open(0, "a", "r"));
const found = target.perform(inspect(0, 0, K));

let programs = 2;
while (!target.spent) {
  target.begin();
  programs++;
}
const before = target.generation;
target.begin();
const report = { first, after, elsewhere, closed, found, programs, before, now: target.generation };
target.close();
process.stdout.write(print(report));
