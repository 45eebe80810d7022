import { expect, test } from "vitest";
import { fewerFolders } from "../../replay/fewer-folders.ts";
import { printCall } from "../../replay/op-text.ts";
import { parseCall } from "../../replay/parse-call.ts";

function candidates(...calls: readonly string[]): readonly (readonly string[])[] {
  const program = calls.map((call) => {
    const parsed = parseCall(call);
    if (parsed.kind === "invalid") throw new Error(parsed.message);
    return parsed.value;
  });
  return [...fewerFolders(program)].map((ops) => ops.map(printCall));
}

test("what was in a folder stands beside it, under a name that nothing has", () => {
  expect(candidates("mkdir v", "open s0 rw v/a", "open s1 rw bind/v/a", "open s2 rw a")).toEqual([
    ["open s0 rw b", "open s1 rw bind/b", "open s2 rw a"],
  ]);
});

test("what was done in a snapshot is done in its source, or beside it", () => {
  expect(
    candidates("subvolume v", "open s0 rw v/a", "snapshot v w read-only", "link w/a w/b"),
  ).toEqual([
    ["open s0 rw a", "snapshot v w read-only", "link w/a w/b"],
    ["subvolume v", "open s0 rw v/a", "link v/a v/b"],
    ["subvolume v", "open s0 rw v/a", "link a b"],
  ]);
});

test("a program without folders has none less", () => {
  expect(candidates("open s0 rw a", "link a b")).toEqual([]);
});
