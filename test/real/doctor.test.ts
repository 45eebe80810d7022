import { describe, expect, test } from "vitest";
import { examine } from "../../real/doctor.ts";

describe("the doctor", () => {
  test("names every item, what was found, and what to do where it is not enough", () => {
    const items = examine("btrfs");
    expect(items.map((item) => item.name)).toEqual([
      "Linux",
      "root",
      "koffi",
      "unshare",
      "loop devices",
      "mkfs.btrfs",
      "btrfs",
      "room",
    ]);
    for (const item of items) {
      expect(item.found).toMatch(/^[^\n]+$/);
      expect(item.missing).toMatch(item.ok ? /^$/ : /^[^\n]+$/);
    }
  });

  test("asks for the tools of the file system that is wanted", () => {
    expect(examine("xfs").map((item) => item.name)).toContain("mkfs.xfs");
  });
});
