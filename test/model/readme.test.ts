import { readFileSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { linux618Btrfs } from "../../model/index.ts";
import { picture } from "../../model/machine-picture.ts";
import { machine } from "../../model/machine.ts";
import { clauseTable, laterTable, ruleTable, valueTable } from "../../model/specification.ts";

const place = new URL("../../model/README.md", import.meta.url);
const renew = "UPDATE=1 npx vitest run --config test/vitest.config.ts test/model/readme.test.ts";

/** What stands between `<!-- NAME -->` and `<!-- end NAME -->`. */
const parts = {
  machine: ["```mermaid", ...picture(machine(linux618Btrfs)), "```"],
  rules: ruleTable(),
  clauses: clauseTable(),
  values: valueTable(),
  later: laterTable(),
};

test("the README shows the machine and the rules as they are", () => {
  const text = readFileSync(place, "utf8");
  const renewed = Object.entries(parts).reduce(
    (before, [name, lines]) => replaced(before, name, lines),
    text,
  );
  if (process.env["UPDATE"] === "1") writeFileSync(place, renewed);
  else
    expect(text, `model/README.md is not what the code says; renew it with:\n${renew}`).toBe(
      renewed,
    );
});

function replaced(text: string, name: string, lines: readonly string[]): string {
  const begin = `<!-- ${name} -->\n`;
  const end = `<!-- end ${name} -->\n`;
  const [before, rest, ...more] = text.split(begin);
  const [, after, ...ends] = (rest ?? "").split(end);
  expect([after, more, ends], `${begin}...${end} once in model/README.md`).toEqual([
    expect.any(String),
    [],
    [],
  ]);
  return `${before}${begin}\n${lines.join("\n")}\n\n${end}${after}`;
}
