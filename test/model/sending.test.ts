import { expect, test } from "vitest";
import { after, told } from "./story.ts";

/** 16K alike in a and v/b, a byte off in v/c; w is a read-only snapshot of v, x one that can be written. */
const state = after([
  "open s0 rw a",
  "write s0 at 0 length 16K pattern 1",
  "subvolume v",
  "open s1 rw v/b",
  "write s1 at 0 length 16K pattern 1",
  "open s2 rw v/c",
  "write s2 at 0 length 16K pattern 1 except 4096",
  "snapshot v w read-only",
  "snapshot v x",
  "open s3 r w/b",
  "open s4 r w/c",
  "open s5 rw x/b",
  "mkdir d",
]);

// oxfmt-ignore
test.each([
  ["a target in it gets the error where its bytes are equal, as no other does", "dedupe s0 at 0 length 16K while sending w onto s3 at 0, s4 at 0, s5 at 0, s1 at 0", "status EAGAIN, differs, same 16K x2"],
  ["length 0 does not come as far", "dedupe s0 at 0 length 0 while sending w onto s3 at 0", "same 0"],
  ["less than a block does not come as far", "dedupe s0 at 0 length 100 while sending w onto s3 at 0", "same 100"],
  ["an offset that is not aligned is refused before", "dedupe s0 at 1 length 4K while sending w onto s3 at 1", "status EINVAL"],
  ["a source in it is read like any other", "dedupe s3 at 0 length 16K while sending w onto s0 at 0", "same 16K"],
  ["through a read-only mount it is the same snapshot", "dedupe s0 at 0 length 4K while sending ro/w onto s3 at 0", "status EAGAIN"],
  ["a snapshot that can be written cannot be sent", "dedupe s0 at 0 length 16K while sending x onto s5 at 0", "same 16K"],
  ["a subvolume cannot be sent", "dedupe s0 at 0 length 16K while sending v onto s1 at 0", "same 16K"],
  ["a folder of no snapshot cannot be sent", "dedupe s0 at 0 length 16K while sending d onto s3 at 0", "same 16K"],
  ["a file cannot be sent", "dedupe s0 at 0 length 16K while sending w/b onto s3 at 0", "same 16K"],
  ["what is not there cannot be sent", "dedupe s0 at 0 length 16K while sending missing onto s3 at 0", "same 16K"],
])("while a snapshot is sent, %s", (_says, call, answer) => {
  expect(told(state, call).answer).toBe(answer);
});
