import fc from "fast-check";
import { expect, test } from "vitest";
import { numberText, parseNumber } from "../../replay/number-text.ts";
import { u64 } from "./arbitrary-trace.ts";

test.each([
  [0n, "0"],
  [1n, "1"],
  [4095n, "4095"],
  [4096n, "4K"],
  [6144n, "6K"],
  [65_536n, "64K"],
  [3n * 2n ** 20n, "3M"],
  [2n ** 30n, "1G"],
  [1023n * 2n ** 30n, "1023G"],
  [2n ** 40n - 1n, "1099511627775"],
  [2n ** 40n, "0x10000000000"],
  [2n ** 63n, "0x8000000000000000"],
  [2n ** 64n - 1n, "0xffffffffffffffff"],
])("%d is written %s", (value, text) => {
  expect(numberText(value)).toBe(text);
  expect(parseNumber(text)).toEqual({ kind: "number", value });
});

test.each([
  ["0xdead", 57_005n],
  ["0X1F", 31n],
  ["0x00000000000000000001", 1n],
  ["1T", 2n ** 40n],
  ["16777215T", 16_777_215n * 2n ** 40n],
  ["0K", 0n],
  ["1024K", 2n ** 20n],
])("%s can be read too", (text, value) => {
  expect(parseNumber(text)).toEqual({ kind: "number", value });
});

test.each([
  ["", '"" is not a number: write 4096, 4K (K, M, G or T) or 0x1000'],
  ["4k", '"4k" needs its suffix in upper case: K, M, G or T'],
  ["-1", '"-1" is negative, and only 0 to 2^64-1 can stand here'],
  ["007", '"007" has a leading zero'],
  ["1e3", '"1e3" is not a number: write 4096, 4K (K, M, G or T) or 0x1000'],
  ["0x", '"0x" is not a number: write 4096, 4K (K, M, G or T) or 0x1000'],
  ["18446744073709551616", '"18446744073709551616" is more than 2^64-1'],
  ["16777216T", '"16777216T" is more than 2^64-1'],
  ["9".repeat(60), `"${"9".repeat(48)}..." is more than 2^64-1`],
])("%s is refused", (text, message) => {
  expect(parseNumber(text)).toEqual({ kind: "invalid", message });
});

test("every number has one text, which reads back", () => {
  fc.assert(
    fc.property(u64, (value) => {
      expect(parseNumber(numberText(value))).toEqual({ kind: "number", value });
    }),
    { numRuns: 2_000 },
  );
});
