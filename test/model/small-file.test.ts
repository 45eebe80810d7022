import { expect, test } from "vitest";
import { formats, initialOn, type ItemKind, type Items } from "../../model/index.ts";
import { isDetermined, mismatch } from "../../model/observation.ts";
import { after } from "./story.ts";

interface Case {
  readonly name: string;
  readonly calls: readonly string[];
  /** What the blocks of `a`, then of `b`, may be: `I` inline, `D` data, `P` unwritten, `.` hole. */
  readonly allowed: readonly string[];
}

const open = ["open s0 rw a", "open s1 rw b"];

// oxfmt-ignore
const cases: readonly Case[] = [
  { name: "up to 2048 bytes are inline", calls: ["write s0 at 0 length 2K pattern 1"], allowed: ["I"] },
  { name: "more are not", calls: ["write s0 at 0 length 2049 pattern 1"], allowed: ["D"] },
  { name: "a file without checksums never is", calls: ["nocow s0", "write s0 at 0 length 100 pattern 1"], allowed: ["D"] },
  { name: "a file that was bigger before it was written out may be",
    calls: ["write s0 at 0 length 4K pattern 1", "truncate s0 length 100"], allowed: ["I", "D"] },
  { name: "a file with reserved blocks may be, where it was written out before",
    calls: ["write s0 at 0 length 100 pattern 1", "fallocate s0 keep-size at 4K length 4K"], allowed: ["IP", "DP"] },
  { name: "a hole of a small file stays one", calls: ["truncate s0 length 100"], allowed: ["."] },
  { name: "a hole at the end of a small file that fallocate makes longer is written before, or after",
    calls: ["truncate s0 length 1", "fallocate s0 prealloc at 0 length 2049"], allowed: ["I", "D"] },
  { name: "a hole at the end of a small file that a write makes longer is a block",
    calls: ["truncate s0 length 1", "write s0 at 100 length 3000 pattern 1"], allowed: ["D"] },
  { name: "what is punched is gone", calls: ["write s0 at 0 length 100 pattern 1", "fallocate s0 punch at 0 length 4K"], allowed: ["."] },
  { name: "an inline source is copied to where it may be inline too (SHARE-05)",
    calls: ["write s0 at 0 length 100 pattern 1", "clone s0 at 0 length 0 onto s1 at 0"], allowed: ["I I"] },
  { name: "an inline source is copied to a block behind the first",
    calls: ["write s0 at 0 length 100 pattern 1", "clone s0 at 0 length 0 onto s1 at 4K"], allowed: ["I .D"] },
];

const kinds: Readonly<Record<string, ItemKind>> = { I: "inline", D: "data", P: "prealloc" };

/** Every way in which the first two blocks of two files can lie. */
const single = ["", ".", "I", "D", "P"].flatMap((first) =>
  [".", "D", "P", ""].map((next) => first + next),
);
const pairs = [...new Set(single)].flatMap((a) => [...new Set(single)].map((b) => [a, b] as const));

/** Blocks on extents of their own. */
function laid(blocks: string, extents: bigint): Items {
  return blocks.split("").flatMap((letter, index) => {
    const kind = kinds[letter];
    if (kind === undefined) return [];
    const inline = kind === "inline";
    const place = inline
      ? { extent: 0n, extentCount: 0n }
      : { extent: extents + BigInt(index), extentCount: 1n };
    const rest = { skip: 0n, compressed: false, freedom: "none" } as const;
    return [{ start: BigInt(index), count: 1n, kind, ...place, ...rest }];
  });
}

/** Without the holes at its end, which no item shows. */
function trimmed(blocks: string): string {
  return blocks.replace(/\.+$/, "");
}

test.each(cases)("$name", ({ calls, allowed }) => {
  const state = after([...open, ...calls], initialOn(formats.default));
  const expected = ["a", "b"].map((name, index) => ({
    name,
    items: state.inodes[index]?.items.value ?? [],
  }));
  const fits = pairs.filter(([a, b]) => {
    const seen = [
      { name: "a", items: laid(a, 1n) },
      { name: "b", items: laid(b, 9n) },
    ];
    return mismatch(expected, seen) === undefined;
  });
  const texts = fits.map(([a, b]) => `${trimmed(a)} ${trimmed(b)}`.trimEnd());
  expect([...new Set(texts)].toSorted()).toEqual(
    allowed.map((text) => text.split(" ").map(trimmed).join(" ").trimEnd()).toSorted(),
  );
  expect(isDetermined(expected)).toBe(allowed.length === 1);
});
