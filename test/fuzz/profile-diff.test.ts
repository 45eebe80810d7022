import { describe, expect, test } from "vitest";
import { diffTrace } from "../../fuzz/diff-trace.ts";
import { profileDiff, type ProfileDiff } from "../../fuzz/profile-diff.ts";
import { profileGaps } from "../../fuzz/profile-gaps.ts";
import { measureOf } from "../../fuzz/program-measure.ts";
import { InvariantError, newModel, profileOf, type Profile } from "../../model/index.ts";
import { check, printOutcome } from "../../replay/index.ts";

const options = { now: () => performance.now(), maxMilliseconds: 20_000 };

/** Calls of a program, opens and closes not counted. */
const maxCalls = 4;

function named(name: string): Profile {
  const profile = profileOf(name);
  if (profile === undefined) throw new InvariantError(`no profile ${name}`);
  return profile;
}

/** Each cause with the answer of the right version. */
function answers({ found }: ProfileDiff): Readonly<Record<string, string>> {
  return Object.fromEntries(
    found.map(({ cause, clash: { op, right } }) => [
      cause.row?.amendment.topic ?? cause.key,
      right.map(({ outcome }) => printOutcome(op, outcome)).join(" or "),
    ]),
  );
}

/** Holds each program to its size, and both versions to the verdicts that its trace states. */
function isHeld(diff: ProfileDiff): void {
  for (const one of diff.found) {
    expect(measureOf(one.program)[0]).toBeLessThanOrEqual(maxCalls);
    const trace = diffTrace(diff, one);
    for (const { profile, verdict } of trace.expect) {
      const got = check(newModel(named(profile)), trace);
      const at = got.kind === "diverged" ? { kind: got.kind, at: got.divergence.at } : got;
      expect(at).toEqual(verdict);
    }
  }
}

// oxfmt-ignore
const ambiguities = [
  ["AMB-01 bytes_deduped", "M32", "same 1"],
  ["AMB-02 a byte that differs", "M31", "same 1"],
  ["AMB-03 source not open for reading", "M1 by another errno", "errno EINVAL"],
  ["AMB-04 target not open for writing", "M10 not at all", "same 0"],
  ["AMB-05 append-only target", "M10a not at all", "same 0"],
  ["AMB-06 EPERM as a status", "M14 as a status", "status EPERM"],
  ["AMB-06 EXDEV as a status", "M15 as a status", "status EXDEV"],
  ["AMB-06 EISDIR as a status", "M12 as a status", "status EISDIR"],
  ["AMB-06 ETXTBSY as a status", "M14b as a status", "status ETXTBSY"],
  ["AMB-07 special target", "M13 as a status", "status EINVAL"],
  ["AMB-12 other mount", "M15 not at all", "same 0"],
] as const;

test("the manual page and Linux 6.18 contradict each other where that is known, and programs are small", () => {
  const diff = profileDiff(named("manual-page"), named("linux-6.18/btrfs"), options);
  const found = answers(diff);
  for (const [name, cause, answer] of ambiguities)
    expect([name, found[cause]]).toEqual([name, answer]);
  isHeld(diff);
});

// oxfmt-ignore
const gaps = [
  ["AMB-08 target not open for reading", "M20"], ["AMB-09 cap of a length", "M30"], ["AMB-16 length 0", "M29"],
  ["AMB-17 RLIMIT_FSIZE", "M21"], ["AMB-17 fanotify", "M9"], ["AMB-17 freeze", "M22"], ["AMB-17 append-only file", "M25"],
  ["AMB-18 unaligned length", "M18"], ["AMB-18 unaligned offset", "M18b"], ["AMB-20 header reserved", "M4"],
  ["AMB-20 entry reserved", "M11"], ["AMB-23 read-only snapshot", "M24"],
] as const;

test("the manual page leaves open what it is known to leave open", () => {
  const found = profileGaps(named("manual-page"), options);
  const rules = new Set(found.gaps.map(({ rule }) => rule));
  expect(gaps.filter(([, rule]) => !rules.has(rule))).toEqual([]);
  expect(found.unseen).toEqual(["M22b", "M23", "M27"]);
});

test("Linux 6.18 leaves nothing open", () => {
  expect(profileGaps(named("linux-6.18/btrfs"), options).gaps).toEqual([]);
});

describe("versions that were made from each other part in each of their rows, or say why not", () => {
  // oxfmt-ignore
  const pairs = [
    ["linux-5.6", "linux-6.18/btrfs", []],
    ["linux-4.20", "linux-5.6", []],
    ["linux-4.19", "linux-4.20", []],
    ["linux-4.5", "linux-4.19", ["bytes_deduped"]],
    ["btrfs-3.12", "linux-4.5", ["source not regular", "write-back"]],
    ["linux-6.18/btrfs", "proposed-einval", []],
    ["linux-6.18/btrfs", "proposed-actual", []],
  ] as const;
  test.each(pairs)("%s and %s", (left, right, unseen) => {
    const diff = profileDiff(named(left), named(right), options);
    const rows = [...named(left).amendments, ...named(right).amendments].filter(
      (row) => named(left).amendments.includes(row) !== named(right).amendments.includes(row),
    );
    const shown = new Set(diff.found.map(({ cause }) => cause.row?.amendment));
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.filter((row) => !shown.has(row)).map(({ topic }) => topic)).toEqual(unseen);
    expect(diff.unseen.filter((row) => row.unseen === undefined)).toEqual([]);
    isHeld(diff);
  });
});

test("of the first proposal, files_deduped is counted no more, and its field is refused", () => {
  const found = answers(profileDiff(named("seed-2013"), named("linux-6.18/btrfs"), options));
  expect(found).toMatchObject({
    files_deduped: "same 0",
    "an entry failed with the call by H2": "errno EINVAL",
    "a failing entry failed with the call by H7": "errno EINVAL",
  });
});
