import { expect, test } from "vitest";
import type { CloneOp } from "../../model/op.ts";
import { bytes, offset, slot } from "../../model/units.ts";
import { CloneArgument } from "../../real/clone-argument.ts";

const sample: CloneOp = {
  kind: "clone",
  slot: slot(0),
  offset: offset(0x0102_0304_0506_0708n),
  length: bytes(0x1112_1314_1516_1718n),
  target: slot(1),
  targetOffset: offset(0xffff_ffff_ffff_ffffn),
};

test("the argument of FICLONERANGE is four fields of 8 bytes, and a guard", () => {
  const argument = new CloneArgument();
  argument.encode(sample, -1);
  expect(argument.memory.toString("hex")).toBe(
    [
      "ffffffffffffffff",
      "0807060504030201",
      "1817161514131211",
      "ffffffffffffffff",
      "a5".repeat(32),
    ].join(""),
  );
  expect(argument.touched()).toEqual([]);
});

test("a byte that changes is named by its field", () => {
  const argument = new CloneArgument();
  argument.encode(sample, 5);
  for (const at of [7, 8, 23, 24, 32]) argument.memory.writeUInt8(1, at);
  expect(argument.touched()).toEqual([
    "src_fd",
    "src_offset",
    "src_length",
    "dest_offset",
    "guard",
  ]);
});
