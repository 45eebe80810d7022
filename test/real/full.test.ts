import { expect, test } from "vitest";
import { describeMounted } from "./machine.ts";
import { childSays } from "./child-says.ts";

describeMounted("btrfs", "a file system without a free block", () => {
  test("has no room for inline data behind the first block of a target (B4)", () => {
    const answers: unknown = JSON.parse(childSays("full-child"));
    expect(answers).toEqual({
      full: [
        "inline into behind: status ENOSPC",
        "inline into inline-too: same 90",
        "block into block-too: same 4K",
      ],
      room: "inline into behind: same 90",
    });
  });
});
