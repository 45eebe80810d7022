import { expect, test } from "vitest";
import { bytes, inodeIn, slot, untouched, type TargetOutcome } from "../../model/index.ts";
import { after, told } from "./story.ts";

/** Unwritten zeros in a, written ones in b: what is shared becomes unwritten. */
const state = after([
  "open s0 rw a",
  "fallocate s0 prealloc at 0 length 8K",
  "open s1 rw b",
  "write s1 at 0 length 8K pattern 0",
]);
const unwritten = [{ end: 8192n, tone: 0, backing: "prealloc" }];
const written = [{ end: 8192n, tone: 0, backing: "data" }];

/** The header and two entries, of which one fails. */
const structBytes = 24 + 2 * 32;
const entries = [
  { status: 0, deduped: 8192n },
  { status: -9, deduped: 0n },
];

function dedupe(argument: string): ReturnType<typeof told> {
  return told(state, `dedupe s0 at 0 length 8K ${argument} onto s1 at 0, closed at 0`);
}

test("ABI-08 b: an argument that is read-only fails a call whose targets are done", () => {
  const { answer, returned, rule } = dedupe("argument read-only 0");
  expect([answer, rule]).toEqual(["errno EFAULT", "S1 D1 O1"]);
  expect(inodeIn(returned.state, slot(1))?.contents).toEqual(unwritten);
});

test("ABI-08 b: without targets there is a header to write back", () => {
  const call = "dedupe s0 at 0 length 8K argument read-only 0 onto none";
  expect(told(state, call).answer).toBe("errno EFAULT");
});

test("ABI-08 c: entries before the page that is read-only hold their results", () => {
  const { answer, returned } = dedupe("argument read-only 56");
  expect(answer).toBe("errno EFAULT wrote same 8K, untouched");
  expect(inodeIn(returned.state, slot(1))?.contents).toEqual(unwritten);
});

test("ABI-08 c: the cut may fall anywhere within an entry", () => {
  for (let cut = 0; cut < structBytes; cut++) {
    const { outcome } = dedupe(`argument read-only ${cut}`).returned;
    expect([cut, outcome.errno, outcome.targets]).toEqual([cut, 14, cutAt(cut)]);
  }
});

test("ABI-08 d: an argument that cannot be read whole fails a call that has done nothing", () => {
  for (let cut = 0; cut < structBytes; cut++) {
    const { answer, returned } = dedupe(`argument unmapped ${cut}`);
    expect([cut, answer]).toEqual([cut, "errno EFAULT"]);
    expect(inodeIn(returned.state, slot(1))?.contents).toEqual(written);
  }
});

test("ABI-08 e: an argument that crosses pages, or ends at one, is as good as any", () => {
  const crossing = ["crossing 1", "crossing 24", "crossing 50", "read-only 88", "unmapped 88"];
  for (const argument of crossing) {
    expect(dedupe(`argument ${argument}`).answer).toBe("same 8K, status EBADF");
  }
});

/** The entries of an argument whose first bytes are those after the call, and the rest those before. */
function cutAt(cut: number): readonly TargetOutcome[] {
  const before = encoded([untouched, untouched]);
  const now = encoded(entries);
  return decoded(Uint8Array.from(before, (byte, at) => (at < cut ? (now[at] ?? byte) : byte)));
}

function encoded(
  targets: readonly { readonly status: number; readonly deduped: bigint }[],
): Uint8Array {
  const view = new DataView(new ArrayBuffer(structBytes));
  for (const [index, { status, deduped }] of targets.entries()) {
    view.setBigUint64(24 + 32 * index + 16, deduped, true);
    view.setInt32(24 + 32 * index + 24, status, true);
  }
  return new Uint8Array(view.buffer);
}

function decoded(argument: Uint8Array): readonly TargetOutcome[] {
  const view = new DataView(argument.buffer);
  return entries.map((_, index) => ({
    status: view.getInt32(24 + 32 * index + 24, true),
    deduped: bytes(view.getBigUint64(24 + 32 * index + 16, true)),
  }));
}
