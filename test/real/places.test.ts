import { expect, test } from "vitest";
import { errnoOf } from "../../model/errno.ts";
import { failed, returned } from "../../model/outcome.ts";
import { describeMounted } from "./machine.ts";
import { childSays } from "./child-says.ts";
import { revive } from "../../real/plain-json.ts";

describeMounted("btrfs", "the places of programs", () => {
  test("are apart, can be revisited after a remount, and end with their file system", () => {
    expect(JSON.parse(childSays("places-child"), revive)).toEqual({
      first: "p1",
      after: "p2",
      elsewhere: failed(errnoOf("ENOENT")),
      closed: failed(errnoOf("EBADF")),
      found: { ...returned(1024), seen: { size: 4096n, runs: [{ length: 1024n, tone: 1 }] } },
      programs: 512,
      before: 1,
      now: 2,
    });
  });
});
