import fc from "fast-check";
import { expect, test } from "vitest";
import { excerpt } from "../../replay/index.ts";

const words = fc.array(fc.constantFrom("1", "hole,", "e1+0/2,", "prealloc", "e1234567,"), {
  minLength: 0,
  maxLength: 600,
});

test("an excerpt is a part of the text, not long, that shows where the text leaves another", () => {
  fc.assert(
    fc.property(words, fc.nat(600), words, (first, same, others) => {
      const text = first.join(" ");
      const other = [...first.slice(0, same), ...others].join(" ");
      const told = excerpt(text, other);
      expect(told.length).toBeLessThanOrEqual(810);
      const part = told.replace(/^\.\.\. /, "").replace(/ \.\.\.$/, "");
      const start = text.indexOf(part);
      expect(start).not.toBe(-1);
      if (part === text) return;
      const place = Array.from(text).findIndex((letter, index) => letter !== other[index]);
      const shown = text.slice(Math.max(0, place - 20), place + 1);
      expect(part).toContain(place === -1 ? text.slice(-20) : shown);
    }),
    { numRuns: 1000 },
  );
});

test("a short text is told whole", () => {
  expect(excerpt("a: 2 e1 ; b: 2 e2", "a: 3 e1")).toBe("a: 2 e1 ; b: 2 e2");
});
