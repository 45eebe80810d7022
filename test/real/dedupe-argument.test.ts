import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { DedupeOp, Target } from "../../model/op.ts";
import { untouched } from "../../model/outcome.ts";
import { bytes, offset, slot } from "../../model/units.ts";
import { seedAbi } from "../../real/abi.ts";
import { DedupeArgument } from "../../real/dedupe-argument.ts";

const u64 = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n });
const u32 = fc.integer({ min: 0, max: 0xffff_ffff });
const s32 = fc.integer({ min: -0x8000_0000, max: 0x7fff_ffff });

const anyTarget: fc.Arbitrary<Target> = fc.record({
  descriptor: fc.integer({ min: 0, max: 31 }).map(slot),
  offset: u64.map(offset),
  reserved: u32,
  high: u32,
});

const anyDedupe: fc.Arbitrary<DedupeOp> = fc.record({
  kind: fc.constant("dedupe"),
  slot: fc.constant(slot(0)),
  offset: u64.map(offset),
  length: u64.map(bytes),
  targets: fc.array(anyTarget, { maxLength: 8 }),
  reserved1: fc.integer({ min: 0, max: 0xffff }),
  reserved2: u32,
  argument: fc.constant({ kind: "whole" }),
  during: fc.constant({ kind: "usual" }),
});

const sample: DedupeOp = {
  kind: "dedupe",
  slot: slot(0),
  offset: offset(0x0102_0304_0506_0708n),
  length: bytes(0x1112_1314_1516_1718n),
  targets: [
    { descriptor: slot(1), offset: offset(0x2122_2324_2526_2728n), reserved: 0x3132_3334, high: 0 },
    { descriptor: "never-opened", offset: offset(0n), reserved: 0, high: 0x4000_0000 },
  ],
  reserved1: 0x4142,
  reserved2: 0x5152_5354,
  argument: { kind: "whole" },
  during: { kind: "usual" },
};

/** Bytes in hexadecimal, without the white space that shows their fields. */
function hex(text: TemplateStringsArray): string {
  return text.join("").replaceAll(/\s+/g, "");
}

function names(text: string): readonly string[] {
  return text.split(/\s+/);
}

function many(count: number): readonly Target[] {
  const target = { descriptor: slot(0), offset: offset(0n), reserved: 0, high: 0 };
  return Array.from({ length: count }, () => target);
}

describe("the argument of FIDEDUPERANGE (ABI-01)", () => {
  test("is a header of 24 bytes, entries of 32, and a guard", () => {
    const argument = new DedupeArgument();
    argument.encode(sample, (descriptor) => (descriptor === "never-opened" ? -1 : 7));
    expect(argument.memory.toString("hex", 0, argument.usedBytes)).toBe(
      hex`0807060504030201 1817161514131211 0200 4241 54535251
          0700000000000000 2827262524232221 ed5eed5eed5eed5e ed5eed5e 34333231
          ffffffffffffffbf 0000000000000000 ed5eed5eed5eed5e ed5eed5e 00000000
          a5a5a5a5a5a5a5a5 a5a5a5a5a5a5a5a5 a5a5a5a5a5a5a5a5 a5a5a5a5a5a5a5a5`,
    );
  });

  test("names the bytes that changed beside the outputs, in the struct's order", () => {
    const argument = new DedupeArgument();
    argument.encode(sample, () => 7);
    for (const at of [0, 8, 16, 18, 20, 24, 32, 52, 56, 64, 84, 88, 119]) {
      argument.memory.writeUInt8(argument.memory.readUInt8(at) ^ 1, at);
    }
    expect(argument.decode()).toEqual({
      targets: [untouched, untouched],
      touched: names(`src_offset src_length dest_count reserved1 reserved2
                      dest_fd[0] dest_offset[0] reserved[0]
                      dest_fd[1] dest_offset[1] reserved[1] guard`),
    });
  });

  test("takes 128 targets, one more than the kernel does", () => {
    const argument = new DedupeArgument();
    argument.encode({ ...sample, targets: many(128) }, () => 3);
    expect(argument.decode().targets).toEqual(many(128).map(() => untouched));
    expect(() => {
      argument.encode({ ...sample, targets: many(129) }, () => 3);
    }).toThrow("129 targets");
  });

  test("gives back any status and count that the kernel writes, and nothing else changed", () => {
    fc.assert(
      fc.property(
        anyDedupe,
        fc.array(fc.tuple(s32, u64), { minLength: 8, maxLength: 8 }),
        (op, replies) => {
          const argument = new DedupeArgument();
          argument.encode(op, () => 3);
          const written = replies.slice(0, op.targets.length);
          for (const [index, [status, deduped]] of written.entries()) {
            argument.memory.writeBigUInt64LE(deduped, 24 + 32 * index + 16);
            argument.memory.writeInt32LE(status, 24 + 32 * index + 24);
          }
          expect(argument.decode()).toEqual({
            targets: written.map(([status, deduped]) => ({ status, deduped })),
            touched: [],
          });
        },
      ),
    );
  });

  test("of the first proposal has the same bytes, and files_deduped where reserved1 is", () => {
    fc.assert(
      fc.property(anyDedupe, fc.integer({ min: 0, max: 0xffff }), (op, counted) => {
        const seed = new DedupeArgument(seedAbi);
        const today = new DedupeArgument();
        seed.encode(op, () => 3);
        today.encode(op, () => 3);
        expect(seed.memory.equals(today.memory)).toBe(true);
        expect(seed.decode()).toMatchObject({ touched: [], filesDeduped: op.reserved1 });
        seed.memory.writeUInt16LE(counted, 18);
        expect(seed.decode()).toMatchObject({ touched: [], filesDeduped: counted });
        seed.memory.writeUInt8(seed.memory.readUInt8(16) ^ 1, 16);
        expect(seed.decode().touched).toEqual(["total_files"]);
      }),
    );
  });

  test("keeps the high half of dest_fd apart from the descriptor", () => {
    fc.assert(
      fc.property(u32, fc.constantFrom(-1, 0, 5, 1000), (high, fd) => {
        const argument = new DedupeArgument();
        const target: Target = { descriptor: slot(0), offset: offset(0n), reserved: 0, high };
        argument.encode({ ...sample, targets: [target] }, () => fd);
        expect(argument.memory.readInt32LE(24)).toBe(fd);
        expect(argument.memory.readUInt32LE(28)).toBe(((fd < 0 ? -1 : 0) ^ high) >>> 0);
      }),
    );
  });
});
