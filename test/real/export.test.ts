/** Exports to C, on a real btrfs: each compiles without a warning and shows what the replay did. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { tracesIn } from "../../replay/corpus.ts";
import { widthOf } from "../replay/exports.ts";
import { exportMounted, type ExportedTrace } from "./exported.ts";
import { describeMounted } from "./machine.ts";

const corpus = new URL("../../corpus", import.meta.url).pathname;

/** Everything but what takes long on purpose. */
const paths = tracesIn(corpus).filter((path) => !path.includes("/slow/"));

/** Calls that a program cannot make by itself. */
const unsayable = /^call [0-9]+, (?:observe|remount|dedupe .* while .*): not in C: /;

describeMounted("btrfs", "exports to C, run on a real btrfs", () => {
  let scratch: string;
  let right: readonly ExportedTrace[];
  let wrong: readonly ExportedTrace[];

  beforeAll(() => {
    scratch = mkdtempSync(join(tmpdir(), "test-export-"));
    right = exportMounted(
      scratch,
      paths.map((path) => ({ path, profile: "linux-6.18/btrfs" })),
    );
    wrong = exportMounted(
      scratch,
      paths.filter((path) => /EOF|LEN|CMP/.test(path)).map((path) => ({ path, profile: "canary" })),
    );
  }, 240_000);

  afterAll(() => {
    rmSync(scratch, { recursive: true });
  });

  test("every trace of the corpus without a call that needs more has a program", () => {
    const refused = right.filter((each) => each.kind === "refused");
    for (const { message } of refused) expect(message).toMatch(unsayable);
    expect(right.length - refused.length).toBeGreaterThanOrEqual(50);
  });

  test("it compiles without a warning, shows what the replay did, and ends with 0", () => {
    const ran = right.filter((each) => each.kind === "ran");
    const told = ran.map(({ path, code, warnings, problem }) => ({
      path,
      code,
      warnings,
      problem,
    }));
    expect(told).toEqual(
      ran.map(({ path }) => ({ path, code: 0, warnings: "", problem: undefined })),
    );
  });

  test("held to a profile that is wrong on purpose it shows the difference, and ends with 1", () => {
    const codes = wrong.map((each) => (each.kind === "ran" ? each.code : -1));
    expect(codes.filter((code) => code === 1).length).toBeGreaterThanOrEqual(5);
    expect(wrong.map((each) => each.kind === "ran" && each.problem)).toEqual(
      wrong.map(() => undefined),
    );
    expect(wrong.map((each) => each.kind === "ran" && each.warnings)).toEqual(wrong.map(() => ""));
  });

  test("its lines have 72 columns at most, so that it can go into a mail", () => {
    const sources = right.flatMap((each) => (each.kind === "ran" ? [each.source] : []));
    const wide = sources
      .flatMap((source) => source.split("\n"))
      .filter((line) => widthOf(line) > 72);
    expect([...new Set(wide)]).toEqual([]);
  });
});
