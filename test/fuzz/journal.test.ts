import fc from "fast-check";
import { expect, test } from "vitest";
import { readJournal } from "../../fuzz/journal.ts";

const first = '{"kind":"campaign","version":1,"seed":7,"jobs":1,"flags":["--fs=xfs"]}';

function noLine(number: number): string {
  return `line ${number} is no line of a journal: without that line the campaign goes on, but for what it said`;
}

test.each([
  [[], "line 1 does not begin a campaign"],
  [['{"kind":"began","time":"now"}'], "line 1 does not begin a campaign"],
  [[first, "{"], noLine(2)],
  [[first, first], "line 2 begins another campaign"],
  [[first, '{"kind":"at","worker":0,"total":{}}'], noLine(2)],
  [[first.replace('"jobs":1', '"jobs":1000000')], noLine(1)],
  [
    [first.replace('"version":1', '"version":2')],
    "another version of this program has begun it: go on with that one",
  ],
])("%j is refused: %s", (lines, message) => {
  expect(readJournal(lines)).toEqual({ kind: "invalid", message });
});

test("any lines are a campaign, or refused", () => {
  const texts = fc.oneof(fc.constant(first), fc.json(), fc.string());
  fc.assert(
    fc.property(fc.array(texts), (lines) => {
      expect(["campaign", "invalid"]).toContain(readJournal(lines).kind);
    }),
  );
});
