import { expect, test } from "vitest";
import { linux618Btrfs, newModel } from "../../model/index.ts";
import { parseTrace } from "../../replay/parse.ts";
import { picture } from "../../replay/picture.ts";
import { picturesOf } from "../../replay/pictures.ts";
import { generatedCalls } from "../model/generated.ts";
import { layoutsOf } from "../../model/observe.ts";

const model = newModel(linux618Btrfs);

/** What is drawn of a program, call after call. */
function drawn(...calls: readonly string[]): readonly string[] {
  const text = ["trace 1 target linux-6.18/btrfs block 4K format strict", ...calls].join("\n");
  const parsed = parseTrace(text);
  if (parsed.kind === "invalid") throw new Error(parsed.message);
  return [...picturesOf(model, "strict", parsed.trace.events).values()].flat();
}

const key = [
  "      letters: extents, small: unwritten   . hole   = inline   + several",
  "      pinned: blocks that no file shows, allocated with the rest",
];

const twoFiles = ["open s0 rw a -> 0", "open s1 rw b -> 0"];

test("a dedupe is drawn before and behind it, with what it leaves pinned", () => {
  expect(
    drawn(
      ...twoFiles,
      "write s0 at 0 length 16K pattern 1 -> 16K",
      "fallocate s0 keep-size at 16K length 4K -> 0",
      "write s1 at 0 length 16K pattern 1 -> 16K",
      "dedupe s0 at 4K length 8K onto s1 at 4K -> same 8K",
    ),
  ).toEqual([
    "    before",
    "      a  AAAAb",
    "      b  CCCC",
    "    after",
    "      a  AAAAb",
    "      b  CAAC",
    "      A: 4 blocks, 2 items, 2 references, 2 files",
    "      C: 4 blocks, 2 items, 1 reference, 1 file, 2 pinned",
    ...key,
  ]);
});

test("what a disk shows instead is drawn beside what is allowed", () => {
  const pictures = drawn(
    ...twoFiles,
    "write s0 at 0 length 4K pattern 1 -> 4K",
    "write s1 at 0 length 4K pattern 1 -> 4K",
    "dedupe s0 at 0 length 4K onto s1 at 0 -> same 4K",
    "observe -> a: 1 e1 ; b: 1 e2",
  );
  expect(pictures.slice(-9)).toEqual([
    "    allowed",
    "      a  A",
    "      b  A",
    "      A: 1 block, 2 items, 2 references, 2 files",
    "    seen on the disk",
    "      a  A",
    "      b  B",
    ...key,
  ]);
});

test("no picture is wider than a mail, and every file has its line", () => {
  for (const { returned } of generatedCalls(60)) {
    const files = layoutsOf(returned.state);
    const lines = picture(files, new Map());
    expect(lines.length).toBeGreaterThanOrEqual(files.length);
    expect(lines.filter((line) => line.length > 72)).toEqual([]);
  }
});
