import { expect, test } from "vitest";
import { parseOutcome } from "../../replay/parse-outcome.ts";
import { sharingText } from "../../replay/sharing-text.ts";

// oxfmt-ignore
const layouts: readonly (readonly [observed: string, told: string | undefined])[] = [
  ["-",                                                "-"],
  ["a: nothing",                                       "a: nothing"],
  ["a: 4 e1 ; b: 4 e1",                                "a: 4 data ; b: 4 data as a+0"],
  ["a: 2 e1+0/4, 2 e1+2/4",                            "a: 4 data"],
  ["a: 2 e1, 2 e2",                                    "a: 4 data"],
  ["a: 4 e1, 2 hole, 3 e2+1/8 prealloc ; b: 4 e1",     "a: 4 data, 2 hole, 3 prealloc ; b: 4 data as a+0"],
  ["a: 4 e1 ; b: 1 e2, 2 e1+1/4, 1 e3",                "a: 4 data ; b: 1 data, 2 data as a+1, 1 data"],
  ["a: 2 e1, 2 hole, 2 e1",                            "a: 2 data, 2 hole, 2 data as a+0"],
  ["a: 1 e1 ; b: 1 e2 ; c: 1 e1, 1 e2",                "a: 1 data ; b: 1 data ; c: 1 data as a+0, 1 data as b+0"],
  ["a: 2 e1 ; @s3: 2 e1 ; x: 1 e1+1/2, 1 e1+0/2",      "a: 2 data ; @s3: 2 data as a+0 ; x: 1 data as a+1, 1 data as a+0"],
  ["a: 1 inline ; b: 1 inline",                        "a: 1 inline ; b: 1 inline"],
  ["a: 4 e1 compressed",                               undefined],
];

test.each(layouts)("what is observed as %s is told as %s", (observed, told) => {
  const parsed = parseOutcome({ kind: "observe" }, observed);
  if (parsed.kind === "invalid") throw new Error(parsed.message);
  expect(sharingText(parsed.value)).toBe(told);
});
