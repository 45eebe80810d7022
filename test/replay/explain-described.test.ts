import fc from "fast-check";
import { expect, test } from "vitest";
import { linux618Btrfs } from "../../model/index.ts";
import { explainDescribed } from "../../replay/explain-described.ts";
import type { Explanation } from "../../replay/explain.ts";
import { factText } from "../../replay/fact-text.ts";
import { withFacts } from "../../replay/fact-words.ts";
import { callFacts } from "../model/arbitrary-facts.ts";
import { extentSame } from "../cli/extent-same.ts";

function described(call: string, ...facts: readonly string[]): Explanation {
  const explained = explainDescribed(linux618Btrfs, call, facts);
  if (explained.kind === "invalid") throw new Error(explained.message);
  return explained.value;
}

/** The rules of each target that may have decided. */
function rules(call: string, ...facts: readonly string[]): readonly (string | undefined)[] {
  return described(call, ...facts).targets.flatMap(({ candidates }) =>
    candidates.map(({ rule }) => rule),
  );
}

const call = "dedupe s0 at 0 length 100 onto s1 at 0";
const usual = [
  "admin=yes",
  "denied=no",
  "sizeLimit=none",
  "source.open=open",
  "source.readable=yes",
  "source.kind=file",
  "source.remaps=yes",
  "source.nodatasum=no",
  "target.denied=no",
  "frozen=no",
  "sameFilesystem=yes",
  "sameInode=no",
  "block=4K",
  "target.open=open",
  "target.readOnly=no",
  "target.writable=yes",
  "target.kind=file",
  "target.remaps=yes",
  "target.nodatasum=no",
  "target.immutable=no",
  "unreadable=nowhere",
  "contents=equal",
  "sending=no",
  "room=enough",
  "source.swapping=no",
  "target.swapping=no",
];

test.each([
  [["source.size=100", "target.size=100"], ["S1"]],
  [["source.size=100", "target.size=99"], ["G5"]],
  [["source.size=100", "target.size=64K"], ["G9"]],
  [["source.size=100", "target.size=100", "contents=differ at 99"], ["G11"]],
  [["source.size=100", "target.size=100", "target.immutable=yes"], ["G1"]],
  [["source.size=100", "target.size=100", "target1.nodatasum=yes"], ["B1"]],
])("a call of which all is said, with %j, is decided by %j", (facts, expected) => {
  expect(rules(call, ...usual, ...facts)).toEqual(expected);
});

test("what is not said is unknown, and what came back narrows the set", () => {
  const sizes = ["source.size=64K", "target.size=64K"];
  expect(rules(call, ...sizes).length).toBeGreaterThan(8);
  expect(rules(`${call} -> status EPERM`, ...sizes)).toEqual(["D6", "G1", "D3b"]);
  expect(rules(`${call} -> status EPERM`, ...sizes, "target.writable=yes")).toEqual(["G1", "D3b"]);
});

test("a fact may be said of one target alone, or of each", () => {
  const two = "dedupe s0 at 0 length 4K onto s1 at 0, s2 at 0";
  const facts = [
    "source.size=4K",
    "target.size=4K",
    "target2.contents=differ at 0",
    "target1.contents=equal",
  ];
  const { targets } = described(`${two} -> same 4K, differs`, ...facts);
  expect(targets.map(({ candidates }) => candidates.map(({ rule }) => rule))).toEqual([
    ["S1"],
    ["G11"],
  ]);
});

test("facts are read as they are shown", () => {
  fc.assert(
    fc.property(callFacts, fc.bigInt(0n, 2n ** 40n), ({ request, entries: [entry] }, length) => {
      fc.pre(entry !== undefined);
      const { denied, admin, sizeLimit, misaligned, source } = request;
      const own = { denied, admin, sizeLimit, misaligned };
      const { sending, frozen, sameFilesystem, sameMount, sameInode, block, inlines, stored } =
        entry;
      const { target } = entry;
      const ofEntry = {
        sending,
        frozen,
        sameFilesystem,
        sameMount,
        sameInode,
        block,
        inlines,
        stored,
      };
      const places = {
        firstDifference: entry.firstDifference(length),
        firstUnreadable: entry.firstUnreadable(length),
      };
      const read = withFacts({ request: {}, source: {}, targets: [{ entry: {}, target: {} }] }, [
        ...wordsOf("", { ...own, ...ofEntry, ...places }),
        ...wordsOf("source.", source),
        ...wordsOf("target.", target),
      ]);
      if (read.kind === "invalid") throw new Error(read.message);
      const { firstDifference, firstUnreadable, ...others } = read.value.targets[0]?.entry ?? {};
      expect({
        ...read.value,
        targets: [{ entry: others, target: read.value.targets[0]?.target }],
      }).toEqual({
        request: own,
        source,
        targets: [{ entry: ofEntry, target }],
      });
      expect({
        firstDifference: firstDifference?.(length),
        firstUnreadable: firstUnreadable?.(length),
      }).toEqual(places);
    }),
    { numRuns: 300 },
  );
});

function wordsOf(prefix: string, facts: object): readonly string[] {
  return Object.entries(facts).map(([fact, value]) => `${prefix}${factText(fact, value, true)}`);
}

test("explain CALL FACT=VALUE tells of it on the command line", () => {
  const words = [
    "explain",
    `${call} -> status EINVAL`,
    "source.size=100",
    "target.size=64K",
    "--json",
  ];
  const { code, stdout, stderr } = extentSame(words);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const value: unknown = JSON.parse(stdout);
  expect(value).toMatchObject({ got: "status EINVAL", targets: [{ rules: ["B1", "D9"] }] });
  const onXfs: unknown = JSON.parse(extentSame([...words, "--fs", "xfs"]).stdout);
  expect(onXfs).toMatchObject({ profile: "linux-6.18/xfs", targets: [{ rules: ["D9"] }] });
});

test.each([
  [["dedupe s0 at 0"], 'the line ends where "length" is due; a dedupe goes: dedupe SLOT at OFFSET'],
  [["truncate s0 length 0"], "truncate is explained within a trace only: explain FILE N"],
  [[call, "size=4K"], '"size=4K" is no fact; there are denied, admin, sizeLimit,'],
  [[call, "source.size=x"], '"source.size=x" has a value that is not a number such as 64K'],
  [[call, "target2.size=4K"], '"target2.size=4K" is about a target that the call does not have'],
  [[call, "source"], '"source" is not FACT=VALUE, such as source.size=64K'],
])("explain %j is refused in one line", (words, message) => {
  const { code, stdout, stderr } = extentSame(["explain", ...words]);
  expect({ code, stdout }).toEqual(refusalCode);
  expect(stderr).toMatch(/^[^\n]*\n$/);
  expect(stderr).toContain(`extent-same: ${message}`);
});

const refusalCode = { code: 2, stdout: "" };
