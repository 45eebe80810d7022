import { describe, expect, test } from "vitest";
import type { Contradiction } from "../../model/contradiction.ts";
import { contradictions } from "../../model/contradictions.ts";
import { countDifferences, referenceDifferences } from "../../model/extent-witness.ts";
import type { ExtentLook, Reference } from "../../model/look.ts";
import { timesDifference } from "../../model/times-witness.ts";
import { versionDifference } from "../../model/version-witness.ts";
import { block, fileOf, item, mappingOf } from "./laid.ts";

const [one, two] = [100n, 200n];
const files = [
  fileOf("a", [at(0n, one), at(4n, one), at(8n, 0n)]),
  fileOf("b", [at(0n, one), at(2n, two)]),
];
const [a, b] = [97n, 98n];

const listed = new Map<bigint, ExtentLook>([
  [one * block, look([reference(a, 0n), reference(a, 4n), reference(b, 0n)])],
  [two * block, look([reference(b, 2n)])],
]);

describe("references of extents", () => {
  test("are the items, in any order", () => {
    expect(said(listed)).toEqual([]);
    const turned = look((listed.get(one * block)?.references ?? []).toReversed());
    expect(said(new Map(listed).set(one * block, turned))).toEqual([]);
  });

  test("must list every item", () => {
    expect(said(new Map(listed).set(two * block, look([])))).toEqual([
      "references b: block 2 of b refers to an extent that does not list it",
    ]);
  });

  test("must list nothing else, and nothing twice", () => {
    const only = listed.get(two * block)?.references ?? [];
    const told = (...more: readonly Reference[]): readonly string[] =>
      said(new Map(listed).set(two * block, look([...only, ...more])));
    expect(told(reference(a, 9n))).toEqual([
      "references b: the extent of block 2 of b lists block 9 of a too",
    ]);
    expect(told({ ...reference(b, 2n), root: 6n })).toEqual([
      "references b: the extent of block 2 of b lists block 2 of a file that was not looked at too",
    ]);
    expect(told(...only)).toEqual(["references b: the extent of block 2 of b lists an item twice"]);
  });
});

describe("the count of an extent", () => {
  test.each([
    [3n, []],
    [undefined, []],
    [2n, ["count a: the extent of block 0 counts 2 references, 3 items refer to it"]],
    [4n, ["count a: the extent of block 0 counts 4 references, 3 items refer to it"]],
  ])("of %s, where three items refer to it", (count, complaints) => {
    const extents = new Map(listed).set(one * block, { references: [], count });
    expect(countDifferences(files, extents).map(line)).toEqual(complaints);
  });
});

test("a look has no contradictions but those that its witnesses have", () => {
  const place = {
    itemsFrom: "tree" as const,
    block,
    noHoles: true,
    extents: undefined,
    leaked: [],
  };
  const solid = files.map(({ name, items }) =>
    fileOf(
      name,
      items.filter(({ kind }) => kind !== "hole"),
    ),
  );
  const mapped = solid.map((file) => ({
    ...file,
    mapped: file.items.map((each) => mappingOf(each, each.extent === one * block)),
  }));
  expect(contradictions({ ...place, files: mapped })).toBe(undefined);
  expect(contradictions({ ...place, files: mapped, extents: listed })).toBe(undefined);
  const broken = mapped.map((file) => ({
    ...file,
    mapped: file.mapped.map((each) => ({ ...each, kind: "prealloc" as const, shared: false })),
    stBlocks: 0n,
    data: [],
  }));
  const extents = new Map([
    [one * block, { references: [], count: 1n }],
    [two * block, listed.get(two * block) ?? look([])],
  ]);
  const leaked = [{ file: "a", blocks: 4n }];
  const found = contradictions({ ...place, noHoles: false, files: broken, extents, leaked });
  expect(found?.map(({ witness, file }) => `${witness} ${file}`)).toEqual([
    ...["fiemap", "shared", "st-blocks", "seek", "holes"].map((witness) => `${witness} a`),
    ...["fiemap", "shared", "st-blocks", "seek", "holes"].map((witness) => `${witness} b`),
    "references a",
    "count a",
    "freed a",
  ]);
});

test("times that changed are told by name", () => {
  const before = { accessedNs: 1n, modifiedNs: 2n, changedNs: 3n };
  expect(timesDifference(before, { ...before })).toBe(undefined);
  expect(timesDifference(before, { ...before, modifiedNs: 4n })).toBe("mtime changed");
  expect(timesDifference(before, { accessedNs: 2n, modifiedNs: 3n, changedNs: 4n })).toBe(
    "atime and mtime and ctime changed",
  );
});

// oxfmt-ignore
test.each([
  [7n, 7n, "nothing",   undefined],
  [7n, 9n, "nothing",   "nothing was shared into it, and the version rises by 2"],
  [7n, 7n, "perhaps",   undefined],
  [7n, 8n, "perhaps",   undefined],
  [7n, 7n, "something", "blocks were shared into it, and the version stays"],
  [7n, 8n, "something", undefined],
  [7n, 6n, "something", "the version falls by 1"],
] as const)("a version that goes from %s to %s with %s shared into the file: %s", (before, after, shared, text) => {
  expect(versionDifference(before, after, shared)).toBe(text);
});

function said(extents: ReadonlyMap<bigint, ExtentLook>): readonly string[] {
  return referenceDifferences(files, extents).map(line);
}

function line({ witness, file, text }: Contradiction): string {
  return `${witness} ${file}: ${text}`;
}

function look(references: readonly Reference[]): ExtentLook {
  return { references, count: BigInt(references.length) };
}

function reference(inode: bigint, start: bigint): Reference {
  return { root: 5n, inode, start };
}

/** One block of an extent of four; a hole where there is none. */
function at(start: bigint, extent: bigint) {
  return extent === 0n
    ? item(start, 1n, "hole")
    : item(start, 1n, "data", { extent, extentCount: 4n });
}
