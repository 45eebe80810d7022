import { expect, test } from "vitest";
import { hintCases } from "./hint-cases.ts";
import { describeMounted } from "./machine.ts";
import { childSays } from "./child-says.ts";

describeMounted("xfs", "the hint for the size of copies", () => {
  test("comes with a whole file onto a whole file that has none (XFS-04)", () => {
    const behind: unknown = JSON.parse(childSays("hint-child"));
    expect(behind).toEqual(hintCases.map((each) => each.behind));
  });
});
