import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { scratchParents } from "../../real/scratch.ts";
import { describeMounted } from "./machine.ts";
import { inNamespace } from "./mounted.ts";

let scratch: string;

beforeAll(() => {
  scratch = mkdtempSync(join(scratchParents()[0] ?? tmpdir(), "test-disk-"));
});

afterAll(() => {
  rmSync(scratch, { recursive: true });
});

interface Looked {
  /** Each look as in a trace, and what the model makes of it. */
  readonly lines: readonly (readonly [line: string, verdict: string])[];
  /** Whether the file system is given up. */
  readonly spent: boolean;
  /** What is found on the next one. */
  readonly afterwards: readonly unknown[];
}

/** What looks say of a disk that was damaged so; `checker` is a script in place of `btrfs`. */
function looked(damage: string, looks: readonly string[], checker?: string): Looked {
  const path = join(scratch, "btrfs");
  if (checker !== undefined) writeFileSync(path, `#!/bin/sh\n${checker}\n`);
  if (checker !== undefined) chmodSync(path, 0o700);
  const env = { ...process.env, PATH: `${scratch}:${process.env["PATH"]}` };
  const command = inNamespace("disk-child", scratch, damage, ...looks);
  const child = spawnSync("unshare", command, { encoding: "utf8", env });
  rmSync(path, { force: true });
  expect(child.stderr).toBe("");
  return JSON.parse(child.stdout);
}

const clean = { spent: false, afterwards: [] };
const given = { spent: true, afterwards: [] };

describeMounted("btrfs", "a look at the whole disk", () => {
  test("finds nothing wrong with a disk that is whole", () => {
    expect(looked("none", ["check", "scrub", "check"])).toEqual({
      lines: [
        ["check -> 0", "allowed"],
        ["scrub -> 0", "allowed"],
        ["check -> 0", "allowed"],
      ],
      ...clean,
    });
  });

  test("by a scrub finds data that is not what was written, which is a finding", () => {
    const { lines, ...rest } = looked("data", ["scrub"]);
    expect(lines).toEqual([
      [
        expect.stringMatching(/^scrub -> 0 contradicted scrub disk: 16 checksum errors/),
        "linux-6.18-btrfs.DISK-08.scrub.scrub",
      ],
    ]);
    expect(rest).toEqual(given);
  });

  test("by the checker finds metadata that is not what was written", () => {
    const { lines, ...rest } = looked("metadata", ["check"]);
    expect(lines).toEqual([
      [
        expect.stringMatching(/contradicted checker disk: .*checksum/),
        expect.stringMatching(/^linux-6\.18-btrfs\.(DISK-07\.checker|success\.errno)\.check$/),
      ],
    ]);
    expect(rest).toEqual(given);
  });

  test("tells a complaint in one line, without what differs from run to run", () => {
    const words = [
      "[1/7] checking root items",
      "ref mismatch on [13631488 4096] extent item 2, found 1; really",
      "root 5 inode 257 errors 100, file extent discount",
      "root 5 inode 257 errors 100, file extent discount",
      "found 147456 bytes used, error(s) found",
      "total csum bytes: 0",
    ];
    const checker = [...words.map((line) => `echo '${line}'`), "exit 1"].join("\n");
    expect(looked("none", ["check"], checker)).toEqual({
      lines: [
        [
          "check -> 0 contradicted checker disk: ref mismatch on [N 4096] extent item 2, found 1 really, root 5 inode 257 errors 100, file extent discount",
          "linux-6.18-btrfs.DISK-07.checker.check",
        ],
      ],
      ...given,
    });
  });

  test("by a checker that crashes, or says nothing, is a finding too", () => {
    const verdict = "linux-6.18-btrfs.DISK-07.checker.check";
    expect(looked("none", ["check"], "kill -ABRT $$").lines).toEqual([
      ["check -> 0 contradicted checker disk: the checker was ended by SIGABRT", verdict],
    ]);
    expect(looked("none", ["check"], "exit 2").lines).toEqual([
      ["check -> 0 contradicted checker disk: it fails without a word", verdict],
    ]);
  });
});
