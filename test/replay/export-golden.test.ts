/** One small finding in each form, as it is read: `vitest -u` renews them. */

import { expect, test } from "vitest";
import { corruption, linux618Btrfs, newModel } from "../../model/index.ts";
import { check } from "../../replay/check.ts";
import { exportC } from "../../replay/export-c.ts";
import { exportFstests } from "../../replay/export-fstests.ts";
import { exportSh } from "../../replay/export-sh.ts";
import { exportMail } from "../../replay/export-mail.ts";
import { exportedCase, traceAt } from "./exports.ts";

const folder = new URL("golden", import.meta.url).pathname;
const finding = exportedCase(traceAt(`${folder}/tail.trace`), corruption.kernel);

test("the trace is one of a bug that was, and diverges where it says", () => {
  const trace = traceAt(`${folder}/tail.trace`);
  const verdict = check(newModel(linux618Btrfs), trace);
  expect(verdict).toMatchObject({ kind: "diverged", divergence: { at: 6 } });
  expect(trace.expect).toEqual([
    { profile: linux618Btrfs.name, verdict: { kind: "diverged", at: 6 } },
  ]);
});

test("as a program in C", async () => {
  const made = exportC(finding);
  await expect(made.kind === "text" && made.text).toMatchFileSnapshot(`${folder}/tail.c`);
});

test("as a script of xfs_io", async () => {
  const made = exportSh(finding);
  await expect(made.kind === "script" && made.text).toMatchFileSnapshot(`${folder}/tail.sh`);
  await expect(made.kind === "script" && made.printed).toMatchFileSnapshot(
    `${folder}/tail.sh.printed`,
  );
});

test("as a mail", async () => {
  const made = exportMail(finding);
  await expect(made.kind === "text" && made.text).toMatchFileSnapshot(`${folder}/tail.mail`);
});

test("as a test of fstests, which names its files by a number", async () => {
  const made = exportFstests(finding, 900);
  const files = made.kind === "files" ? made.files : [];
  expect(files.map(({ path, executable }) => [path, executable])).toEqual([
    ["tests/btrfs/900", true],
    ["tests/btrfs/900.out", false],
    ["src/extent-same-900.c", false],
  ]);
  await expect(files[0]?.text).toMatchFileSnapshot(`${folder}/tail.900`);
  await expect(files[1]?.text).toMatchFileSnapshot(`${folder}/tail.900.out`);
  const program = exportC(finding);
  expect(files[2]?.text).toBe(program.kind === "text" && program.text);
});
