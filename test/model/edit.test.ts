import fc from "fast-check";
import { expect, test } from "vitest";
import { flip, zeros } from "../../model/contents.ts";
import { allocated, stored, truncated, written } from "../../model/edit.ts";
import { formats } from "../../model/format.ts";
import type { FallocateMode } from "../../model/op.ts";
import { newInode, type Inode } from "../../model/state.ts";
import { bytesOf, formFault, nothing, type NaiveByte } from "./naive-file.ts";

/** A small block, so that a few bytes are many blocks. */
const block = 8;
const limit = 40;
const far = 2 * limit + 2 * block;

type Edit =
  | { readonly kind: "truncate"; readonly size: number }
  | {
      readonly kind: "write" | "store";
      readonly start: number;
      readonly length: number;
      readonly pattern: number;
      readonly except: number | undefined;
    }
  | {
      readonly kind: FallocateMode;
      readonly start: number;
      readonly length: number;
    };

/** Often one of a few, so that edits meet. */
const position = fc.oneof(fc.constantFrom(0, 8, 12, 16, 24), fc.nat(limit));
const range = { start: position, length: position.map((length) => length || 1) };

const edit: fc.Arbitrary<Edit> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("truncate"), size: position }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constantFrom("write", "write", "store"),
      ...range,
      pattern: fc.nat(2),
      except: fc.option(fc.nat(limit), { nil: undefined }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constantFrom<FallocateMode[]>(
        "prealloc",
        "keep-size",
        "punch",
        "zero",
        "zero-keep-size",
      ),
      ...range,
    }),
  },
);

interface NaiveFile {
  readonly size: number;
  /** `far` bytes. */
  readonly bytes: readonly NaiveByte[];
}

test("every edit does to each byte, to what backs it and to the size what is said of it", () => {
  fc.assert(
    fc.property(fc.array(edit, { maxLength: 8 }), fc.boolean(), (edits, other) => {
      let inode = newInode("file", other, formats.default);
      let naive: NaiveFile = { size: 0, bytes: bytesOf([], far) };
      for (const one of edits) {
        inode = edited(inode, one);
        naive = naivelyEdited(naive, one, other);
        expect(formFault(inode.contents)).toBeUndefined();
        expect({ size: Number(inode.size), bytes: bytesOf(inode.contents, far) }).toEqual(naive);
      }
    }),
    { numRuns: 300 },
  );
});

test("an edit never makes bytes behind the end of the file", () => {
  fc.assert(
    fc.property(fc.array(edit, { maxLength: 8 }), (edits) => {
      const { size, contents } = edits.reduce(edited, newInode("file", false, formats.default));
      const behind = bytesOf(contents, far).slice(Number(size));
      expect(behind.filter((byte) => byte.tone !== zeros)).toEqual([]);
    }),
    { numRuns: 300 },
  );
});

function edited(inode: Inode, one: Edit): Inode {
  switch (one.kind) {
    case "truncate":
      return truncated(inode, BigInt(one.size), BigInt(block));
    case "write":
    case "store": {
      const except = one.except === undefined ? undefined : BigInt(one.except);
      const [start, length] = [BigInt(one.start), BigInt(one.length)];
      if (one.kind === "write") {
        return written(inode, start, length, one.pattern, except, BigInt(block));
      }
      const room = BigInt(up(Number(inode.size)) - one.start);
      const most = length < room ? length : room;
      return most > 0n ? stored(inode, start, most, one.pattern, except, BigInt(block)) : inode;
    }
    case "prealloc":
    case "keep-size":
    case "punch":
    case "zero":
    case "zero-keep-size":
      return allocated(inode, one.kind, BigInt(one.start), BigInt(one.length), BigInt(block));
  }
}

function naivelyEdited(file: NaiveFile, one: Edit, other: boolean): NaiveFile {
  if (one.kind === "truncate") return naivelyTruncated(file, one.size);
  if (one.kind === "store") return naivelyStored(file, one, other);
  const end = one.start + one.length;
  const size = Math.max(file.size, end);
  const inside = (at: number): boolean => at >= one.start && at < end;
  const touchedBlock = (at: number): boolean => at >= down(one.start) && at < up(end);
  const wholeBlock = (at: number): boolean => at >= up(one.start) && at < down(end);
  const each = (change: (byte: NaiveByte, at: number) => NaiveByte): readonly NaiveByte[] =>
    file.bytes.map(change);
  const reserve = (byte: NaiveByte, at: number): NaiveByte =>
    touchedBlock(at) && byte.backing === "hole" ? { ...byte, backing: "prealloc" } : byte;
  const clear =
    (backing: "hole" | "prealloc") =>
    (byte: NaiveByte, at: number): NaiveByte => {
      if (wholeBlock(at)) return { tone: zeros, backing };
      return inside(at) ? { ...byte, tone: zeros } : byte;
    };
  switch (one.kind) {
    case "write":
      return {
        size,
        bytes: each(({ tone, backing }, at) => {
          if (inside(at)) return { tone: writtenTone(one, at), backing: "data" };
          return { tone, backing: touchedBlock(at) ? "data" : backing };
        }),
      };
    case "prealloc":
      return { size, bytes: each(reserve) };
    case "keep-size":
      return { size: file.size, bytes: each(reserve) };
    case "punch":
      return { size: file.size, bytes: each(clear("hole")) };
    case "zero":
      return { size, bytes: each(clear("prealloc")) };
    case "zero-keep-size":
      return { size: file.size, bytes: each(clear("prealloc")) };
  }
}

/** A write that ends with the page of the end of file; what is behind the end is lost, but on tmpfs. */
function naivelyStored({ size, bytes }: NaiveFile, one: Written, other: boolean): NaiveFile {
  const end = Math.min(one.start + one.length, up(size));
  const each = ({ tone, backing }: NaiveByte, at: number): NaiveByte => {
    const seen = at >= one.start && at < end && (at < size || other);
    return {
      tone: seen ? writtenTone(one, at) : tone,
      backing: at >= down(one.start) && at < up(end) && one.start < end ? "data" : backing,
    };
  };
  return { size, bytes: bytes.map(each) };
}

type Written = Extract<Edit, { kind: "write" | "store" }>;

function writtenTone({ start, pattern, except }: Written, at: number): number {
  return except !== undefined && at === start + except ? flip(pattern) : pattern;
}

/** A file that becomes shorter loses its blocks behind the end; the rest of the last one reads as zeros. */
function naivelyTruncated({ size, bytes }: NaiveFile, to: number): NaiveFile {
  if (to > size) return { size: to, bytes };
  const cut = (byte: NaiveByte, at: number): NaiveByte => {
    if (at < to) return byte;
    return at < up(to) ? { ...byte, tone: zeros } : nothing;
  };
  return { size: to, bytes: bytes.map(cut) };
}

function down(at: number): number {
  return Math.floor(at / block) * block;
}

function up(at: number): number {
  return Math.ceil(at / block) * block;
}
