import { expect, test } from "vitest";
import { describeMounted } from "./machine.ts";
import { childSays } from "./child-says.ts";
import { revive } from "../../real/plain-json.ts";

describeMounted("btrfs", "a raw call on files that exist", () => {
  test("answers for each target, beside what could be known before", () => {
    const btrfs = { kind: "file", size: 10_000n, shares: true, block: 4096, nocow: false };
    expect(JSON.parse(childSays("live-child"), revive)).toEqual({
      missing: { kind: "refused", errno: 2 },
      sameInode: [true, false],
      sameFilesystem: [true, false, true],
      files: [
        { ...btrfs, writable: false },
        { ...btrfs, writable: true },
        expect.objectContaining({ kind: "file", size: 10_000n, block: 4096, writable: true }),
        { ...btrfs, kind: "directory", size: expect.anything(), writable: false },
      ],
      differences: [null, 9_999n],
      shorter: 0n,
      outcome: {
        result: 0,
        errno: 0,
        targets: [
          { status: 0, deduped: 10_000n },
          { status: -18, deduped: 0n },
          { status: -21, deduped: 0n },
        ],
        touched: [],
        signalled: false,
        slept: false,
      },
    });
  });
});
