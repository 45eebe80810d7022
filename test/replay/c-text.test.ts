import fc from "fast-check";
import { expect, test } from "vitest";
import { comment, literals, statement } from "../../replay/c-text.ts";
import { plain } from "../../replay/plain.ts";
import { widthOf } from "./exports.ts";
import { hostileComment } from "./hostile-comment.ts";

/** The bytes that a compiler makes of a literal of octal escapes and plain characters. */
function bytesOf(literal: string): readonly number[] {
  const units = literal.slice(1, -1).match(/\\[0-7]{3}|[^\\]/g) ?? [];
  return units.map((unit) => (unit.length === 1 ? unit.charCodeAt(0) : parseInt(unit.slice(1), 8)));
}

test("any text is its literals, side by side, and no literal ends early", () => {
  fc.assert(
    fc.property(hostileComment, (text) => {
      const parts = literals(text);
      for (const part of parts) {
        expect(part).toMatch(/^"[ !#->@-~]*"$/);
        expect(part.slice(1, -1)).toMatch(/^(?:[^"\\?]|\\[0-7]{3})*$/);
        expect(part.length).toBeLessThanOrEqual(50);
      }
      expect(Buffer.from(parts.flatMap(bytesOf))).toEqual(Buffer.from(text));
    }),
    { numRuns: 1000 },
  );
});

test("any text in a comment stays in it", () => {
  fc.assert(
    fc.property(fc.array(hostileComment, { minLength: 1, maxLength: 4 }), (texts) => {
      const lines = comment("\t", texts.map(plain));
      const text = lines.join("\n");
      expect(text.startsWith("\t/*")).toBe(true);
      expect(text.indexOf("*/")).toBe(text.length - 2);
      expect(text.lastIndexOf("/*")).toBe(1);
      expect(text).not.toMatch(/\?\?|\\\s*\n/);
      for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(72);
    }),
    { numRuns: 1000 },
  );
});

test("no line of a comment ends in a backslash, wherever it is cut", () => {
  for (let length = 50; length < 90; length++) {
    const lines = comment("\t", [`${"x".repeat(length)}\\${"y".repeat(80)}`]);
    for (const line of lines)
      expect([line.endsWith("\\"), widthOf(line) > 72]).toEqual([false, false]);
  }
});

test("a short comment is one line, a long one a block, and none is nothing", () => {
  expect(comment("", [])).toEqual([]);
  expect(comment("\t", ["why"])).toEqual(["\t/* why */"]);
  expect(comment("", ["one", "two"])).toEqual(["/*", " * one", " * two", " */"]);
  expect(comment("", ["a */ b /* c ??/ d \\"])).toEqual(["/* a * / b / * c ? ?/ d \\. */"]);
});

test("a call stands on one line, on two, or fills as many as it needs", () => {
  expect(statement("CALL", [['"a"'], ["f()"], ['"0"']])).toEqual(['\tCALL("a", f(), "0");']);
  const long = `"${"x".repeat(40)}"`;
  expect(statement("CALL", [[long], ["f(1,", "2)"], ['"0"']])).toEqual([
    `\tCALL(${long}, f(1, 2), "0");`,
  ]);
  expect(statement("CALL", [[long, long], ["f(1,", "2)"], ['"0"']])).toEqual([
    `\tCALL(${long}`,
    `\t     ${long},`,
    '\t     f(1, 2), "0");',
  ]);
});
