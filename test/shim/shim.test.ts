import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { extentSame } from "../cli/extent-same.ts";
import { describeMounted } from "../real/machine.ts";
import { compileShim, compilerProblem, lastCallOf, type Shim } from "./shim.ts";

/** Far less than the five seconds within which a forgery must be caught. */
const time = "2s";

const maxCaughtMs = 5_000;
const maxTrials = 1_000;

/** Of the smallest finding; and of all: a file, bytes in it, another one that is NODATASUM, and the dedupe. */
const maxCalls = 4;
const maxCallsOfAny = 5;

// oxfmt-ignore
const forged: readonly (readonly [string, string, RegExp])[] = [
  ["differs",    "every entry of a call that succeeds differs",         /-> differs/],
  ["same",       "every entry is the same, and the kernel is not asked", /-> (same|no targets|status untouched)/],
  ["bytes",      "a shared entry says one byte too many",               /-> same \d+/],
  ["flip",       "a byte of a shared target is changed",                /^ *inspect/],
  ["errno",      "EINVAL becomes EPERM",                                /-> errno EPERM/],
  ["write-back", "a call that fails writes to its entries",             /-> errno \w+ wrote/],
  ["times",      "a shared target has another mtime",                   /contradicted times @s\d: mtime and ctime changed$/],
];

/** What it says of the disk, each with the signature that it is found by and the calls of the smallest program. */
// oxfmt-ignore
const contradicted: readonly (readonly [string, string, string, number])[] = [
  ["fiemap",     "FIEMAP says that an extent lies elsewhere",        "DISK-01.fiemap",     4],
  ["shared",     "FIEMAP says the opposite about sharing",           "SHARE-08.shared",    4],
  ["st-blocks",  "st_blocks counts a block too many",                "SHARE-07.st-blocks", 4],
  ["seek",       "lseek finds data in holes",                        "DISK-02.seek",       5],
  ["holes",      "holes should have items, and have none",           "DISK-03.holes",      5],
  ["references", "the extent tree does not list a reference",        "DISK-04.references", 5],
  ["count",      "the extent tree counts a reference too many",      "DISK-05.count",      5],
  ["freed",      "an extent stays allocated when it has no item left", "DISK-06.freed",    7],
];

/** One program in eight looks at the disk; extents are counted before the first snapshot alone. */
const untilFound = ["60s", "--max-findings", "1"] as const;

/** What is wrong about where files lie, found by that alone: answers and contents are not compared. */
// oxfmt-ignore
const misplaced: readonly (readonly [string, string])[] = [
  ["same",   "says same and shares nothing"],
  ["less",   "shares one block less"],
  ["last",   "leaves out the last of three targets"],
  ["offset", "shares a block further on that has equal contents"],
  ["hole",   "leaves blocks under a hole of the source"],
];

const name = "a kernel that lies";
const problem = compilerProblem();

if (problem === undefined) describeMounted("btrfs", name, lies);
else {
  process.stderr.write(`SKIP ${name}: ${problem}\n`);
  describe.skip(name, lies);
}

function lies(): void {
  let shim: Shim;

  beforeAll(() => {
    shim = compileShim();
  });

  afterAll(() => {
    shim.close();
  });

  test("a shim that passes everything on gives no finding", () => {
    expect(shim.campaign("none", time)).toEqual({ exitCode: 0, findings: [] });
  });

  test.each(misplaced)("%s: a kernel that %s is caught by sharing alone", (forgery) => {
    const { exitCode, findings } = shim.campaign(forgery, ...untilFound, "--compare", "sharing");
    expect(exitCode).toBe(1);
    const [first] = findings;
    expect(first?.signature).toMatch(/\.(?:sharing|kind|items)\.after-/);
    expect(first?.calls).toBeLessThanOrEqual(8);
  });

  test.each(contradicted)(
    "%s: %s, which is a finding of its own kind",
    (forgery, _says, kind, most) => {
      const { exitCode, findings } = shim.campaign(forgery, ...untilFound, "--seed", "3");
      const [smallest] = findings;
      expect(exitCode).toBe(1);
      expect(findings.filter(({ signature }) => !isOf(signature, kind))).toEqual([]);
      expect(smallest?.calls).toBeLessThanOrEqual(most);
      expect(smallest && lastCallOf(smallest)).toContain(`contradicted ${forgery} `);
      expect(findings.filter(({ flaky }) => flaky)).toEqual([]);
    },
  );

  test("version: inodes keep their version when blocks are shared into them, which a trace shows", () => {
    const trace = new URL("../../corpus/rules/FS-08a.trace", import.meta.url).pathname;
    const words = ["replay", trace, "--target", "real"];
    const { code, stdout } = extentSame(words, { env: shim.environment("version") });
    expect(code).toBe(1);
    expect(stdout.replaceAll(/\s+/g, " ")).toContain(
      "contradicted version b: blocks were shared into it, and the version stays diverged differs version, at call 12",
    );
  });

  /** A look at what no call changed has no cause. */
  function isOf(signature: string, kind: string): boolean {
    return signature.includes(`.${kind}.after-`) || signature.endsWith(`.${kind}.observe`);
  }

  test.each(forged)("%s: %s, which is caught at once and made small", (forgery, _says, last) => {
    const { exitCode, findings } = shim.campaign(forgery, time);
    const [smallest] = findings.toSorted((a, b) => a.calls - b.calls);
    expect(exitCode).toBe(1);
    expect(smallest).toBeDefined();
    if (smallest === undefined) return;
    expect(lastCallOf(smallest)).toMatch(last);
    expect(smallest.calls).toBeLessThanOrEqual(maxCalls);
    expect(smallest.trials).toBeLessThanOrEqual(maxTrials);
    expect(findings[0]?.milliseconds).toBeLessThanOrEqual(maxCaughtMs);
    expect(findings.filter(({ flaky, calls }) => flaky || calls > maxCallsOfAny)).toEqual([]);
  });
}
