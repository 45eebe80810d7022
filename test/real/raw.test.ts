import { beforeAll, expect, test } from "vitest";
import { describeMounted } from "./machine.ts";
import { childSays } from "./child-says.ts";
import { revive } from "../../real/plain-json.ts";
import { K } from "./ops.ts";

describeMounted("btrfs", "calls that no op makes yet", () => {
  let report: Record<string, unknown> = {};

  beforeAll(() => {
    report = JSON.parse(childSays("raw-child"), revive);
  });

  test("a file of another subvolume may be a target; both are shared at once (SUB-01, SUB-06)", () => {
    expect(report["subvolumes"]).toEqual({
      created: 0,
      again: -1,
      status: 0,
      sharedAtOnce: [true, true],
      items: ["0+16 data same"],
      roots: 2,
      references: [],
      ofOneAlone: [
        "references a: the extent of block 0 of a lists block 0 of a file that was not looked at too",
        "count a: the extent of block 0 counts 2 references, 1 items refer to it",
      ],
    });
  });

  test("a read-only snapshot has what was not written out, and may be a target (SUB-02)", () => {
    expect(report["snapshots"]).toEqual({
      opens: true,
      created: 0,
      late: -1,
      before: ["0+2 data other"],
      status: 0,
      after: ["0+2 data same"],
      origin: ["0+2 data other"],
      deleted: [0, -1],
    });
  });

  test("an O_DIRECT write has its blocks when it returns, with checksums or without", () => {
    const written = {
      results: [32 * K, 32 * K, 32 * K],
      items: ["0+8 data same", "16+8 data other", "24+9 data other"],
      flags: 0,
    };
    expect(report["directWrites"]).toEqual([written, written]);
  });

  test("a file that is written out has the items that it has after a commit", () => {
    expect(report["writtenOut"]).toEqual({
      dirty: [],
      out: ["0+16 data same", "25+1 data other"],
      same: true,
    });
  });

  test("a dedupe changes no time of its target", () => {
    expect(report["times"]).toEqual({
      status: 0,
      same: true,
      data: [{ start: 0n, end: 65_536n }],
      written: true,
    });
  });

  test("the checker finds nothing after all of it", () => {
    expect(report["complaint"]).toBe("");
  });
});
