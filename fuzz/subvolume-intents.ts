/** Intents about subvolumes, snapshots, and what is in folders. */

import fc from "fast-check";
import type { OpenFlag } from "../model/index.ts";
import { access, mostly, slotCount, type Intent, type NamePick } from "./intent.ts";

/** The subvolume that a program begins with, where it begins with one. */
export const firstSubvolume = "v";

const subvolumeNames = ["u", "v", "v/s", "dir/s", "w"] as const;
const snapshotNames = ["w", "x", "y", "z", "v/t", "dir/t"] as const;

/** Paths in folders that may be there, or not, or be something else. */
const inFolders = ["v/a", "v/b", "v/c", "w/a", "w/b", "w/n", "x/a", "v/dir", "v/s", "a/b"] as const;
const anything = ["a", "dir", "pipe", "v", "w", "other/a", "nope", ...inFolders] as const;

const namePick: fc.Arbitrary<NamePick> = fc.record({
  sane: mostly(850, true, fc.constant(false)),
  index: fc.nat(7),
  path: fc.constantFrom(...anything),
});

const weights: readonly [number, fc.Arbitrary<Intent>][] = [
  [
    8,
    fc.record({
      kind: fc.constant("reopen"),
      slot: fc.nat(slotCount - 1),
      index: fc.nat(15),
      access,
    }),
  ],
  [
    2,
    fc.record({
      kind: fc.constant("snapshot"),
      source: namePick,
      to: fc.constantFrom(...snapshotNames),
      readOnly: fc.boolean(),
    }),
  ],
  [2, fc.record({ kind: fc.constant("delete"), target: namePick })],
  [1, fc.record({ kind: fc.constant("subvolume"), path: fc.constantFrom(...subvolumeNames) })],
  [
    1,
    fc.record({
      kind: fc.constant("make"),
      what: fc.constantFrom("mkdir", "mkfifo"),
      path: fc.constantFrom(...inFolders),
    }),
  ],
  [
    3,
    fc.record({
      kind: fc.constantFrom("link", "unlink", "unlink"),
      path: fc.constantFrom(...anything),
      to: fc.constantFrom(...inFolders, "e", "other/b"),
    }),
  ],
  [
    2,
    fc.record({
      kind: fc.constant("open"),
      slot: fc.nat(slotCount - 1),
      path: fc.constantFrom(...anything),
      access,
      flags: fc.constantFrom<readonly OpenFlag[]>([], [], ["truncate"], ["path"]),
    }),
  ],
];

export const subvolumeIntent: fc.Arbitrary<Intent> = fc.oneof(
  ...weights.map(([weight, arbitrary]) => ({ weight, arbitrary })),
);

/** What comes before the first files, and a snapshot of them with some of its files opened. */
export const branching: fc.Arbitrary<{
  readonly before: readonly Intent[];
  readonly behind: readonly Intent[];
}> = fc
  .record({
    isSubvolume: mostly(900, true, fc.constant(false)),
    readOnly: fc.boolean(),
    opened: fc.array(fc.record({ index: fc.nat(15), access }), { minLength: 1, maxLength: 2 }),
  })
  .map(({ isSubvolume, readOnly, opened }) => {
    const source = { sane: true, index: 0, path: firstSubvolume };
    return {
      before: [
        isSubvolume
          ? { kind: "subvolume", path: firstSubvolume }
          : { kind: "make", what: "mkdir", path: firstSubvolume },
      ],
      behind: [
        { kind: "snapshot", source, to: snapshotNames[0], readOnly },
        ...opened.map((one, at): Intent => ({ kind: "reopen", slot: slotCount - 1 - at, ...one })),
      ],
    };
  });
