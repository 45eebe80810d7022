import { readFileSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { started } from "../cli/extent-same.ts";

const place = new URL("../../corpus/README.md", import.meta.url);
const cli = new URL("../../dist/cli.js", import.meta.url).pathname;
const root = new URL("../..", import.meta.url).pathname;
const renew =
  "UPDATE=1 npx vitest run --config test/vitest.config.ts test/corpus/questions.test.ts";

const text = readFileSync(place, "utf8");

/** Blocks of commands with what they print. */
const blocks = text.split(/^```\n/m).filter((part) => part.startsWith("$ "));

test("twelve questions are answered, each by a command", () => {
  const questions = text.split(/^### /m).slice(1);
  expect(questions.map((question) => /^```\n\$ extent-same /m.test(question))).toEqual(
    Array.from({ length: 12 }, () => true),
  );
});

test.each(blocks.map((block) => [block.split("\n", 1)[0], block] as const))(
  "%s prints what the README shows",
  (_command, block) => {
    const now = renewed(block);
    if (process.env["UPDATE"] === "1") {
      writeFileSync(
        place,
        readFileSync(place, "utf8").replace(block, () => now),
      );
    } else
      expect(block, `corpus/README.md is not what is printed; renew it with:\n${renew}`).toBe(now);
  },
);

/** The commands of a block, each with what it prints now, an empty line between them. */
function renewed(block: string): string {
  const commands = block.split("\n").filter((line) => line.startsWith("$ "));
  return commands.map((line) => `${line}\n${printed(line.slice(2))}`).join("\n");
}

function printed(command: string): string {
  const script = `extent_same() { "${process.execPath}" "${cli}" "$@"; }; ${command.replace(/^extent-same/, "extent_same")}`;
  const { code, stdout, stderr } = started("sh", ["-c", script], { cwd: root });
  expect({ command, stderr, known: code === 0 || code === 1 }).toEqual({
    command,
    stderr: "",
    known: true,
  });
  return stdout;
}
