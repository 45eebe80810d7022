import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { HarnessError } from "../../model/fault.ts";
import { libc } from "../../real/libc.ts";
import { makeRunFolder, marker, removeRunFolder, sweep } from "../../real/scratch.ts";
import { describeNative } from "./machine.ts";

let parent: string;

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), "test-scratch-"));
});

afterEach(() => {
  rmSync(parent, { recursive: true, force: true });
});

describeNative("run folders", () => {
  test("a folder whose run is alive is not swept, one whose run is dead is", () => {
    const alive = makeRunFolder(libc(), parent);
    const dead = makeRunFolder(libc(), parent);
    mkdirSync(join(dead.path, "under-test"));
    libc().close(dead.fd);
    sweep(libc(), [parent]);
    expect(readdirSync(parent)).toEqual([basename(alive.path)]);
    removeRunFolder(libc(), alive);
    expect(readdirSync(parent)).toEqual([]);
  });

  test("files go with a marker beside them only, and nothing goes that lies deeper than a program's", () => {
    leftOver("extent-same-marked", [marker, "a", "b"]);
    mkdirSync(join(parent, "extent-same-marked", "d", "e"), { recursive: true });
    writeFileSync(join(parent, "extent-same-marked", "d", "a"), "");
    leftOver("extent-same-plain1", ["a"]);
    mkdirSync(join(parent, "extent-same-plain1", "d"));
    writeFileSync(join(parent, "extent-same-plain1", "d", "a"), "");
    leftOver("extent-same-deeper", [marker, "a"]);
    mkdirSync(join(parent, "extent-same-deeper", "d", "e"), { recursive: true });
    writeFileSync(join(parent, "extent-same-deeper", "d", "e", "precious"), "");
    sweep(libc(), [parent]);
    expect(readdirSync(parent, { recursive: true }).map(String).toSorted()).toEqual([
      "extent-same-deeper",
      "extent-same-deeper/d",
      "extent-same-deeper/d/e",
      "extent-same-deeper/d/e/precious",
      "extent-same-plain1",
      "extent-same-plain1/a",
      "extent-same-plain1/d",
      "extent-same-plain1/d/a",
    ]);
  });

  test("what only looks like a run folder is left alone", () => {
    const outside = mkdtempSync(join(tmpdir(), "test-outside-"));
    writeFileSync(join(outside, marker), "");
    symlinkSync(outside, join(parent, "extent-same-linked"));
    mkdirSync(join(parent, "extent-same-results"), 0o700);
    mkdirSync(join(parent, "extent-same-opened"));
    chmodSync(join(parent, "extent-same-opened"), 0o755);
    const before = readdirSync(parent).toSorted();
    sweep(libc(), [parent]);
    expect(readdirSync(parent).toSorted()).toEqual(before);
    expect(readdirSync(outside)).toEqual([marker]);
    rmSync(outside, { recursive: true });
  });

  test("a parent that takes no folder is told in one line", () => {
    expect(() => makeRunFolder(libc(), join(parent, "missing"))).toThrow(HarnessError);
  });
});

function leftOver(name: string, files: readonly string[]): void {
  mkdirSync(join(parent, name), 0o700);
  for (const file of files) writeFileSync(join(parent, name, file), "");
}
