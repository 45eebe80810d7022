/** Traces exported by the command line, and what comes of them run as others run it. */

import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeMounted } from "../real/machine.ts";
import { compileShim, type Shim } from "../shim/shim.ts";
import { extentSame, refusal, started, type Ran } from "./extent-same.ts";

const root = new URL("../..", import.meta.url).pathname;
const trace = join(root, "corpus/rules/G7.trace");
const simulated = ["--target", "simulated"];

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "test-export-"));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

function exported(...words: readonly string[]): Ran {
  return extentSame(["export", ...words]);
}

test("one form is asked for, and fstests gets a folder", () => {
  const forms = "export takes one of --c, --sh, --fstests, --mail";
  expect(exported(trace)).toEqual(refusal(forms));
  expect(exported(trace, "--c", "--mail")).toEqual(refusal(forms));
  expect(exported(trace, "--fstests")).toEqual(
    refusal("--fstests writes three files: name the suite's folder, or any other, by --out"),
  );
  expect(exported(trace, "--c", "--out", folder).code).toBe(2);
});

test("of a simulated kernel a program is written that did not run, which is said", () => {
  const path = join(folder, "simulated.c");
  const { code, stdout, stderr } = exported(trace, "--c", "--out", path, ...simulated);
  expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
  expect(stderr).toBe("not run: a simulated target has no place for a program\n");
  expect(exported(trace, "--c", ...simulated).stdout).toBe(readFileSync(path, "utf8"));
});

test("a trace that diverges is exported with exit code 1", () => {
  const { code, stdout } = exported(trace, "--mail", "--target", "simulated:canary");
  expect(code).toBe(1);
  expect(stdout).toMatch(/^Subject: FIDEDUPERANGE on canary: bytes not as expected/);
});

test("a call that has no form is named, and nothing is written", () => {
  const path = join(folder, "refused.c");
  const input = "trace 1   target t   block 4K\n  open s0 rw a\n  remount\n";
  expect(extentSame(["export", "-", "--c", "--out", path, ...simulated], { input })).toEqual(
    refusal("call 2, remount: not in C: a program cannot unmount the file system that it runs on"),
  );
  expect(existsSync(path)).toBe(false);
});

describeMounted("btrfs", "exports, run as others run them", () => {
  let shim: Shim;
  let suite: string;

  beforeAll(() => {
    shim = compileShim();
    suite = join(folder, "suite");
    mkdirSync(suite);
  });

  afterAll(() => {
    shim.close();
  });

  /** Runs tests in the stand-in for the suite. */
  function check(env: Readonly<Record<string, string>>, ...names: readonly string[]): Ran {
    cpSync(join(root, "test/fstests"), suite, { recursive: true });
    const command = ["--mount", "--propagation", "private", "--", "bash", "./check", ...names];
    return started("unshare", command, { cwd: suite, env });
  }

  test("three tests of fstests pass on a kernel that is right, and fail on one that is wrong", () => {
    const names = ["EOF-01", "H7", "CMP-02"].map((rule, index) => {
      const path = join(root, `corpus/rules/${rule}.trace`);
      const { code, stdout } = exported(path, "--fstests", "--out", suite);
      const number = 900 + index;
      expect(code).toBe(0);
      expect(stdout.split("\n").slice(0, 3)).toEqual([
        join(suite, `tests/btrfs/${number}`),
        join(suite, `tests/btrfs/${number}.out`),
        join(suite, `src/extent-same-${number}.c`),
      ]);
      expect(statSync(join(suite, `tests/btrfs/${number}`)).mode & 0o777).toBe(0o755);
      return `btrfs/${number}`;
    });
    expect(check({}, ...names)).toEqual({
      code: 0,
      stdout: names.map((name) => `${name} passed\n`).join(""),
      stderr: "",
    });
    const forged = check(shim.environment("differs"), "btrfs/900");
    expect(forged.code).toBe(1);
    expect(forged.stdout).toContain("-> differs");
    expect(forged.stdout).toContain("btrfs/900 - output mismatch");
  });

  test("a finding of a kernel that lies is exported, and shown by the program as well", () => {
    const path = join(folder, "lie.c");
    const words = ["export", join(root, "corpus/rules/S1.trace"), "--c", "--out", path];
    const { code, stdout, stderr } = extentSame(words, { env: shim.environment("differs") });
    expect({ code, stdout, stderr }).toEqual({ code: 1, stdout: "", stderr: "" });
    expect(readFileSync(path, "utf8")).toContain('"same 4096"');
  });

  test("a kernel that says same and shares nothing is shown by FIEMAP", () => {
    const path = join(folder, "unshared.c");
    const words = ["export", join(root, "corpus/rules/SHARE-01.trace"), "--c", "--out", path];
    const { code, stdout, stderr } = extentSame(words, { env: shim.environment("same") });
    expect({ code, stdout, stderr }).toEqual({ code: 1, stdout: "", stderr: "" });
    expect(readFileSync(path, "utf8")).toContain('"a: 4 data ; b: 1 data, 2 data as a+1, 1 data"');
  });
});
