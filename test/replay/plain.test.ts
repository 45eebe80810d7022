import fc from "fast-check";
import { expect, test } from "vitest";
import { plain, quoted } from "../../replay/plain.ts";

test.each([
  ["a\tb\r\nc", "a b  c"],
  ["\u001b[31;1mred\u001b[0m", "red"],
  ["\u001b]0;title\u0007x", "]0;titlex"],
  ["\u0000\u007f\u0085\u009b31m", "31m"],
  ["\u202eabc\u2066\u200b\ufeff", "abc"],
  ["\ud800x", "x"],
  ["größer, 漢字 🙂", "größer, 漢字 🙂"],
])("%j is shown as %j", (text, shown) => {
  expect(plain(text)).toBe(shown);
});

test("what is plain stays as it is", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      expect(plain(plain(text))).toBe(plain(text));
    }),
  );
});

test("a long word is cut in a message", () => {
  expect(quoted("x".repeat(60))).toBe(`"${"x".repeat(48)}..."`);
});
