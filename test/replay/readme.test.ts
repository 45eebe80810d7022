import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { callForms } from "../../replay/call-forms.ts";
import { parseTrace } from "../../replay/parse.ts";
import { printTrace } from "../../replay/print.ts";

const readme = readFileSync(new URL("../../replay/README.md", import.meta.url), "utf8");
const blocks = [...readme.matchAll(/```\n([^]*?)```/g)].map(([, block]) => block ?? "");

test("the README shows every call as messages do", () => {
  expect(blocks[1]).toBe(`${Object.values(callForms).join("\n")}\n`);
});

test("the example of the README is canonical", () => {
  const parsed = parseTrace(blocks[0] ?? "");
  expect(parsed.kind === "trace" ? printTrace(parsed.trace) : parsed.message).toBe(blocks[0]);
});
