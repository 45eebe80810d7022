import { expect, test } from "vitest";
import { describeMounted } from "./machine.ts";
import { childSays } from "./child-says.ts";

describeMounted("btrfs", "a file that is swapped to for a while", () => {
  test("takes one page of the kernel's at most, and holds what it held behind that", () => {
    const result: unknown = JSON.parse(childSays("swap-child"));
    expect(result).toEqual({ begun: 0, used: 4, ended: 0, isAsBefore: true });
  });
});
