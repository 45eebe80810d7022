import { expect, test } from "vitest";
import { linux618Btrfs, newModel } from "../../model/index.ts";
import { lookAgain, simulate } from "../../replay/index.ts";
import { parseCall } from "../../replay/parse-call.ts";
import { after } from "../model/story.ts";

const model = newModel(linux618Btrfs);

const program = [
  "subvolume v",
  "open s0 rw v/a",
  "write s0 at 0 length 8K pattern 1",
  "snapshot v w read-only",
  "snapshot v v/t",
];

/** What a look at the files of the program finds, where the target did more than the model knows. */
function found(more: readonly string[]): string | undefined {
  const target = simulate(linux618Btrfs, () => 0);
  for (const call of [...program, ...more]) {
    const parsed = parseCall(call);
    if (parsed.kind === "invalid") throw new Error(parsed.message);
    target.perform(parsed.value);
  }
  const { divergence } = lookAgain(model, target, { ...after(program), slots: [] });
  return divergence?.difference.kind;
}

test("every file that a program can name is looked at, also in subvolumes and snapshots", () => {
  expect(found([])).toBeUndefined();
  expect(found(["write s0 at 0 length 1 pattern 2"])).toBe("contents");
  expect(found(["delete w"])).toBe("errno");
  expect(found(["delete w", "truncate s0 length 0", "snapshot v w"])).toBe("result");
});
