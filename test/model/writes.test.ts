import { expect, test } from "vitest";
import { linux618Btrfs, newModel, outcomes } from "../../model/index.ts";
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
