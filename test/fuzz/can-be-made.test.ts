import { expect, test } from "vitest";
import { canBeMade } from "../../fuzz/can-be-made.ts";
import { parseCall } from "../../replay/parse-call.ts";

/** As of a folder that was there before, and of an image. */
const folder = {
  mounts: new Set(["main", "other"] as const),
  circumstances: new Set(["usual"] as const),
  canObserve: false,
  canRemount: false,
  canGovern: false,
  hasSubvolumes: false,
  diskChecks: new Set([]),
};
const image = {
  mounts: new Set(["main", "bind", "ro", "other"] as const),
  circumstances: new Set(["usual", "full"] as const),
  canObserve: true,
  canRemount: true,
  canGovern: true,
  hasSubvolumes: true,
  diskChecks: new Set(["check", "scrub"] as const),
};

test.each([
  ["open s0 rw a", true],
  ["open s0 rw other/a", true],
  ["open s0 rw bind/a", false],
  ["mkdir ro/c", false],
  ["link a bind/b", false],
  ["snapshot v w", false],
  ["delete v", false],
  ["dedupe s0 at 0 length 4K onto s1 at 0", true],
  ["dedupe s0 at 0 length 4K while full onto s1 at 0", false],
  ["chmod s0 644", false],
  ["observe", false],
  ["remount", false],
  ["check", false],
  ["scrub", false],
])("%s is made on every image, and in a folder: %s", (text, inFolder) => {
  const parsed = parseCall(text);
  if (parsed.kind === "invalid") throw new Error(parsed.message);
  expect([canBeMade(image, parsed.value), canBeMade(folder, parsed.value)]).toEqual([
    true,
    inFolder,
  ]);
});
