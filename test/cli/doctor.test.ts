import { expect, test } from "vitest";
import { examine } from "../../real/doctor.ts";
import { describeMounted } from "../real/machine.ts";
import { extentSame } from "./extent-same.ts";

const names = ["Linux", "root", "koffi", "unshare", "loop devices", "mkfs.btrfs", "btrfs", "room"];

test("the doctor goes through every item, and its code says whether all are there", () => {
  const able = examine("btrfs").every(({ ok }) => ok);
  const { code, stdout, stderr } = extentSame(["doctor"]);
  expect({ code, stderr }).toEqual({ code: able ? 0 : 3, stderr: "" });
  const lines = stdout.trimEnd().split("\n");
  const items = lines.filter((line) => /^(ok|MISSING) /.test(line));
  expect(items.map((line) => line.slice(9, 22).trim())).toEqual(names);
  expect(lines.at(-1)).toMatch(able ? /machine can$/ : /--target simulated works everywhere$/);
});

describeMounted("btrfs", "on a machine that lacks nothing", () => {
  test("the doctor's JSON says so, item by item", () => {
    const { code, stdout, stderr } = extentSame(["doctor", "--json"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(JSON.parse(stdout)).toEqual({
      able: true,
      items: names.map((name) => ({ name, ok: true, found: expect.any(String), missing: "" })),
    });
  });
});
