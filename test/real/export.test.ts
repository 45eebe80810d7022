/** Exports on a real btrfs: each compiles without a warning, and shows what the replay did. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { tracesIn } from "../../replay/corpus.ts";
import type { FsKind } from "../../model/format.ts";
import { profileFor } from "../../model/profiles.ts";
import { examine } from "../../real/doctor.ts";
import { formatIn } from "../../replay/trace.ts";
import { traceAt, widthOf } from "../replay/exports.ts";
import { exportMounted, type ExportedTrace } from "./exported.ts";
import { describeMounted } from "./machine.ts";

const corpus = new URL("../../corpus", import.meta.url).pathname;

/** Everything that can run here but what takes long on purpose. */
const paths = tracesIn(corpus).filter((path) => !path.includes("/slow/") && canRun(path));

/** btrfs is asked for below. */
function canRun(path: string): boolean {
  return fsOf(path) === "btrfs" || examine("xfs").every((item) => item.ok);
}

function fsOf(path: string): FsKind {
  return formatIn(traceAt(path)).fs;
}

/** Calls that a program cannot make by itself. */
const unsayable = /^call [0-9]+, (?:remount|check|scrub|dedupe .* while .*): not in C: /;

/** The profile that a trace is held to. */
function rightFor(path: string): string {
  return profileFor(fsOf(path)).name;
}

/** A profile that is wrong on purpose, so that real answers diverge from it. */
const wrong = "canary";
const divergent = paths.filter(
  (path) => fsOf(path) === "btrfs" && /EOF-0[1-6]|LEN-0[57]|CMP-01/.test(path),
);

describeMounted("btrfs", "exports, run on a real btrfs", () => {
  let scratch: string;
  let programs: readonly ExportedTrace[];
  let wrongPrograms: readonly ExportedTrace[];
  let scripts: readonly ExportedTrace[];
  let wrongScripts: readonly ExportedTrace[];

  beforeAll(async () => {
    scratch = mkdtempSync(join(tmpdir(), "test-export-"));
    const all = await exportMounted(scratch, [
      ...paths.map((path) => ({ path, profile: rightFor(path), form: "c" as const })),
      ...paths.map((path) => ({ path, profile: rightFor(path), form: "sh" as const })),
      ...divergent.map((path) => ({ path, profile: wrong, form: "c" as const })),
      ...divergent.map((path) => ({ path, profile: wrong, form: "sh" as const })),
    ]);
    const ends = [paths.length, 2 * paths.length, 2 * paths.length + divergent.length];
    programs = all.slice(0, ends[0]);
    scripts = all.slice(ends[0], ends[1]);
    wrongPrograms = all.slice(ends[1], ends[2]);
    wrongScripts = all.slice(ends[2]);
  }, 240_000);

  afterAll(() => {
    rmSync(scratch, { recursive: true });
  });

  test("every trace of the corpus without a call that needs more has a program in C", () => {
    const refused = programs.filter((each) => each.kind === "refused");
    for (const { message } of refused) expect(message).toMatch(unsayable);
    const rules = programs.filter(({ kind, path }) => kind === "ran" && path.includes("/rules/"));
    expect(rules.length).toBeGreaterThanOrEqual(50);
    const found = programs.filter(({ path }) => path.includes("/found/"));
    expect(found.length).toBeGreaterThanOrEqual(3);
    expect(found.filter(({ kind }) => kind !== "ran")).toEqual([]);
  });

  test("it compiles without a warning, shows what the replay did, and ends with 0", () => {
    expect(endsOf(programs)).toEqual(endedWith(programs, 0));
  });

  test("held to a profile that is wrong it shows where, and ends with 1", () => {
    const diverged = wrongPrograms.filter((each) => each.kind === "ran" && each.code !== 0);
    expect(diverged.length).toBeGreaterThanOrEqual(5);
    expect(endsOf(diverged)).toEqual(endedWith(diverged, 1));
    const others = wrongPrograms.filter((each) => !diverged.includes(each));
    expect(endsOf(others)).toEqual(endedWith(others, 0));
  });

  test("its lines have 72 columns at most, so that it can go into a mail", () => {
    const sources = programs.flatMap((each) => (each.kind === "ran" ? [each.source] : []));
    const wide = sources
      .flatMap((source) => source.split("\n"))
      .filter((line) => widthOf(line) > 72);
    expect([...new Set(wide)]).toEqual([]);
  });

  test("what xfs_io can say runs as a script likewise, and the rest names its call", () => {
    expect(endsOf(scripts)).toEqual(endedWith(scripts, 0));
    expect(endsOf(scripts).length).toBeGreaterThanOrEqual(20);
    const refused = scripts.filter((each) => each.kind === "refused");
    for (const { message } of refused) {
      expect(message).toMatch(/^call [0-9]+, [a-z]+.*: not in sh: .*; use --c$/);
    }
  });

  test("a script shows a difference that xfs_io shows, and no other is made a script", () => {
    const ends = new Set(
      wrongScripts.map((each) => (each.kind === "ran" ? each.code : each.message)),
    );
    expect(
      wrongScripts.filter((each) => each.kind === "ran" && each.problem !== undefined),
    ).toEqual([]);
    expect([...ends].some((end) => String(end).includes("xfs_io does not tell the answer"))).toBe(
      true,
    );
  });
});

function endsOf(traces: readonly ExportedTrace[]): readonly unknown[] {
  return traces.flatMap((each) =>
    each.kind === "ran"
      ? [{ path: each.path, code: each.code, warnings: each.warnings, problem: each.problem }]
      : [],
  );
}

function endedWith(traces: readonly ExportedTrace[], code: number): readonly unknown[] {
  const ran = traces.filter((each) => each.kind === "ran");
  return ran.map(({ path }) => ({ path, code, warnings: "", problem: undefined }));
}
