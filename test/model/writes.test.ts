import fc from "fast-check";
import { expect, test } from "vitest";
import {
  formats,
  initialOn,
  inodeIn,
  linux618Btrfs,
  newModel,
  outcomes,
  slot,
  type State,
} from "../../model/index.ts";
import { parseCall } from "../../replay/parse-call.ts";
import { after, told } from "./story.ts";

const files = after(["open s0 rw a", "write s0 at 0 length 10000 pattern 1"]);

test("a store leaves the file as long as it is, and ends with the page of its end", () => {
  const { answer, returned } = told(files, "store s0 at 8K length 8K pattern 2");
  expect(answer).toBe("4K");
  expect(told(returned.state, "inspect s0 at 8191 length 64K").answer).toBe(
    "size 10000: 1 pattern 1, 1808 pattern 2",
  );
});

test("what a store leaves behind the end of file is zeros once the file is longer, but on tmpfs", () => {
  const calls = ["store s0 at 9999 length 8K pattern 2", "truncate s0 length 16K"];
  expect(told(after(calls, files), "read s0 at 9999 length 16K").answer).toBe(
    "6385: 1 pattern 2, 6384 zeros",
  );
  const other = after(["open s0 rw other/a", "write s0 at 0 length 10000 pattern 1", ...calls]);
  expect(told(other, "read s0 at 9999 length 16K").answer).toBe("6385: 2289 pattern 2, 4K zeros");
});

test("a write with O_DIRECT that is not aligned is refused where a profile says so", () => {
  const strict = newModel({ ...linux618Btrfs, directUnit: 512n });
  const answer = (call: string): string | number => {
    const parsed = parseCall(call);
    if (parsed.kind === "invalid") return parsed.message;
    const [branch] = outcomes(strict, files, parsed.value);
    return branch?.decisions[0]?.rule ?? branch?.outcome.result ?? "nothing";
  };
  const calls = [
    "write s0 at 0 length 512 pattern 1 direct",
    "write s0 at 100 length 512 pattern 1 direct",
    "write s0 at 512 length 100 pattern 1 direct",
    "write s0 at 100 length 0 pattern 1 direct",
    "write s0 at 100 length 100 pattern 1",
  ];
  expect(calls.map(answer)).toEqual([512, "WRITE-7", "WRITE-7", 0, 100]);
  expect(told(files, "write s0 at 100 length 512 pattern 1 direct").answer).toBe("512");
});

test("a scatter writes every second block, each on an extent of its own, and leaves what is between", () => {
  const state = after([
    "open s0 rw a",
    "write s0 at 0 length 12K pattern 1",
    "scatter s0 at 4K blocks 3 pattern 2",
  ]);
  expect(told(state, "inspect s0 at 0 length 64K").answer).toBe(
    "size 24K: 4K pattern 1, 4K pattern 2, 4K pattern 1, 4K pattern 2, 4K zeros, 4K pattern 2",
  );
  expect(told(state, "observe").answer).toBe("a: 1 e1+0/3, 1 e2, 1 e1+2/3, 1 e3, 1 hole, 1 e4");
});

test("a scatter ends with the first block that is behind what a file can have", () => {
  const far = told(files, "scatter s0 at 0x7fffffffffffb000 blocks 10 pattern 1");
  expect(far.answer).toBe("result 8K errno EINVAL");
  const appending = after(["truncate s0 length 0x7fffffffffffe000", "open s1 rw append a"], files);
  expect(told(appending, "scatter s1 at 0 blocks 3 pattern 1").answer).toBe(
    "result 8191 errno EFBIG",
  );
  expect(told(appending, "scatter s1 at 0x8000000000000000 blocks 3 pattern 1").answer).toBe(
    "errno EINVAL",
  );
});

test.each([formats.default, formats.xfs])(
  "a scatter is the same as a write of each of its blocks: $name",
  (format) => {
    const made = ["open s0 rw a", "write s0 at 0 length 10000 pattern 1"];
    const begun = after(made, initialOn(format));
    const positions = fc.constantFrom(0, 1, 4095, 4096, 8192, 10_000, 12_288);
    fc.assert(
      fc.property(fc.array(edit, { maxLength: 6 }), positions, fc.nat(5), (edits, at, more) => {
        const before = edits.reduce<State>(
          (state, call) => told(state, call).returned.state,
          begun,
        );
        const writes = Array.from(
          { length: more + 1 },
          (_, index) => `write s0 at ${at + index * 8192} length 4K pattern 2`,
        );
        const scattered = after([`scatter s0 at ${at} blocks ${more + 1} pattern 2`], before);
        const written = after(writes, before);
        expect(inodeIn(scattered, slot(0))?.contents).toEqual(inodeIn(written, slot(0))?.contents);
        expect(inodeIn(scattered, slot(0))?.size).toBe(inodeIn(written, slot(0))?.size);
        expect(layoutOf(scattered, before)).toEqual(layoutOf(written, before));
      }),
      { numRuns: 500 },
    );
  },
);

const edit = fc
  .tuple(
    fc.constantFrom("prealloc", "keep-size", "punch", "zero", "write", "truncate"),
    fc.nat(12),
    fc.constantFrom(1, 4096, 10_000),
  )
  .map(([kind, block, length]) => {
    if (kind === "truncate") return `truncate s0 length ${block * 4096 + (length % 4096)}`;
    const range = `at ${block * 2048} length ${length}`;
    return kind === "write" ? `write s0 ${range} pattern 3` : `fallocate s0 ${kind} ${range}`;
  });

/** Of what kind each block is, and whether it was there before. */
function layoutOf(state: State, before: State): readonly string[] {
  return (inodeIn(state, slot(0))?.items.value ?? []).flatMap((item) =>
    Array.from({ length: Number(item.count) }, (_, index) => {
      const block = item.start + BigInt(index);
      const place = item.extent >> 32n > before.layouts ? "new" : `${item.extent}`;
      return `${block} ${item.kind} ${item.freedom} ${place}`;
    }),
  );
}
