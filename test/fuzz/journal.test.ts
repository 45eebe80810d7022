import fc from "fast-check";
import { expect, test } from "vitest";
import { readJournal } from "../../fuzz/journal.ts";

const first = '{"kind":"campaign","version":1,"seed":7,"jobs":1,"flags":["--fs=xfs"]}';

test.each([
  [[], "line 1 does not begin a campaign"],
  [['{"kind":"began","time":"now"}'], "line 1 does not begin a campaign"],
  [[first, "{"], "line 2 is no line of a journal"],
  [[first, first], "line 2 begins another campaign"],
  [[first, '{"kind":"at","worker":0,"total":{}}'], "line 2 is no line of a journal"],
  [[first.replace('"jobs":1', '"jobs":1000000')], "line 1 is no line of a journal"],
  [[first.replace('"version":1', '"version":2')], "line 1 is no line of a journal"],
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
