import { expect, test } from "vitest";
import { after, told } from "./story.ts";

/** Files that are one hole, whatever their size, but for s6 and s7. */
const state = after([
  "open s0 rw large",
  "truncate s0 length 0x80000064",
  "open s1 rw gigabyte",
  "truncate s1 length 1G",
  "open s2 rw top",
  "truncate s2 length 0x7fffffffffffffff",
  "open s3 rw top-too",
  "truncate s3 length 0x7fffffffffffffff",
  "open s4 rw tail",
  "truncate s4 length 10000",
  "link tail tail-too",
  "open s5 r tail-too",
  "open s6 rw ones",
  "write s6 at 0 length 8K pattern 1",
  "open s7 rw twos",
  "write s7 at 0 length 8K pattern 2",
]);

// oxfmt-ignore
const cases = [
  ["LEN-01", "S1",  "the top of the range can be shared", "dedupe s2 at 0x7ffffffffffff000 length 4095 onto s3 at 0x7ffffffffffff000", "same 4095"],
  ["LEN-01", "H6",  "an end of 2^63 overflows", "dedupe s2 at 0x7ffffffffffff000 length 4K onto s3 at 0", "errno EINVAL"],
  ["LEN-01", "H6",  "a length of 2^63 is negative", "dedupe s2 at 0 length 0x8000000000000000 onto s3 at 0", "errno EINVAL"],
  ["LEN-01", "H6",  "a sum that is small again in 64 bits overflows", "dedupe s2 at 0xfffffffffffff000 length 8K onto s3 at 0", "errno EINVAL"],
  ["LEN-01", "D4",  "a target's end of 2^63 overflows", "dedupe s2 at 0 length 4K onto s3 at 0x7ffffffffffff000", "status EINVAL"],
  ["LEN-02", "D10", "length 0 at the end of the source is fine", "dedupe s4 at 10000 length 0 onto s1 at 0", "same 0"],
  ["LEN-02", "H7",  "length 0 behind the end of the source fails the call", "dedupe s4 at 10001 length 0 onto s1 at 0", "errno EINVAL"],
  ["LEN-02", "H7",  "a range beyond the source fails before a cut would save it", "dedupe s1 at 4K length 1G onto s0 at 0", "errno EINVAL"],
  ["LEN-03", "S1",  "2 GiB are cut to the 1 GiB that the target has room for", "dedupe s0 at 0 length 2G onto s1 at 0", "same 1G"],
  ["LEN-03", "S1",  "the cut takes a tail with it that is not aligned", "dedupe s0 at 0 length 0x80000064 onto s1 at 0", "same 1G"],
  ["LEN-03", "S1",  "1 GiB and a byte are 1 GiB", "dedupe s0 at 0 length 0x40000001 onto s1 at 0", "same 1G"],
  ["LEN-03", "G5",  "the cut length must fit the target", "dedupe s0 at 0 length 2G onto s1 at 4K", "status EINVAL"],
  ["LEN-03", "D4",  "a target's sum with the cut length may overflow", "dedupe s2 at 0 length 0x7fffffffffffffff onto s3 at 0x7fffffffc0000000", "status EINVAL"],
  ["LEN-03", "S1",  "a target's sum with the length as asked for may not be looked at", "dedupe s2 at 0 length 0x7fffffffffffffff onto s3 at 0x7fffffff80000000", "same 1G"],
  ["LEN-04", "G4",  "a source offset that is not aligned fails the entry", "dedupe s0 at 100 length 4K onto s1 at 0", "status EINVAL"],
  ["LEN-04", "G4 S1", "a target offset that is not aligned fails its entry alone", "dedupe s0 at 0 length 4K onto s1 at 512, s1 at 4K", "status EINVAL, same 4K"],
  ["LEN-05", "G9",  "less than a block is the same, whatever it holds", "dedupe s6 at 0 length 4095 onto s7 at 0", "same 4095"],
  ["LEN-05", "G11", "a block and a byte are compared as a block", "dedupe s6 at 0 length 4097 onto s7 at 0", "differs"],
  ["LEN-06", "G8",  "a range onto itself overlaps", "dedupe s0 at 0 length 4K onto s0 at 0", "status EINVAL"],
  ["LEN-06", "G9",  "less than a block onto itself is the same", "dedupe s0 at 0 length 4095 onto s0 at 0", "same 4095"],
  ["LEN-06", "S1",  "a byte of overlap is rounded off", "dedupe s0 at 0 length 4097 onto s0 at 4K", "same 4097"],
  ["LEN-06", "S1",  "ranges side by side are fine", "dedupe s0 at 4K length 4K onto s0 at 0", "same 4K"],
  ["LEN-06", "G8",  "a tail onto itself overlaps as a block", "dedupe s4 at 8K length 1808 onto s4 at 8K", "status EINVAL"],
  ["LEN-06", "G8",  "another name of the same inode overlaps too", "dedupe s4 at 0 length 4K onto s5 at 0", "status EINVAL"],
  ["LEN-07", "G5",  "a target offset at the end is refused", "dedupe s0 at 0 length 1 onto s1 at 1G", "status EINVAL"],
  ["LEN-07", "G5",  "a block and a byte do not fit the last block", "dedupe s0 at 0 length 4097 onto s1 at 0x3ffff000", "status EINVAL"],
  ["LEN-07", "S1",  "a block does", "dedupe s0 at 0 length 4K onto s1 at 0x3ffff000", "same 4K"],
  ["LEN-07", "G5",  "a byte beyond the end does not fit, though its block is there", "dedupe s0 at 0 length 10001 onto s4 at 0", "status EINVAL"],
] as const;

test.each(cases)("%s, %s: %s", (_fact, rule, _says, call, answer) => {
  const { answer: got, rule: decided } = told(state, call);
  expect([got, decided]).toEqual([answer, rule]);
});
