import { expect, test } from "vitest";
import { after, told } from "./story.ts";

/** 64K of one pattern in a, b (also s2, for reading; s3, for writing; s4, O_PATH), and in a file of tmpfs. */
const state = after([
  "open s0 rw a",
  "write s0 at 0 length 64K pattern 1",
  "open s1 rw b",
  "write s1 at 0 length 64K pattern 1",
  "open s2 r b",
  "open s3 w append b",
  "open s4 rw path b",
  "mkdir dir",
  "open s5 r dir",
  "mkfifo pipe",
  "open s6 rw pipe",
  "open s7 rw other/a",
  "write s7 at 0 length 64K pattern 1",
  "open s8 w other/a",
  "mkdir other/dir",
  "open s9 r other/dir",
  "open s10 rw nocow",
  "nocow s10",
  "write s10 at 0 length 64K pattern 1",
  "open s11 rw nocow-too",
  "nocow s11",
  "write s11 at 0 length 64K pattern 1",
  "open s12 r ro/b",
  "open s13 r ro/dir",
  "open s14 rw ro/pipe",
  "open s15 rw bind/b",
]);

// oxfmt-ignore
const requests = [
  ["SRC-02", "I1", "a source that is not open beats an argument that cannot be read", "dedupe s20 at 0 length 4K argument null onto none", "errno EBADF"],
  ["SRC-02", "I1", "an O_PATH source beats too many targets", "dedupe s4 at 0 length 4K onto s1 at 0 x128", "errno EBADF"],
  ["ABI-09", "I3", "an argument of null beats a directory", "dedupe s5 at 0 length 4K argument null onto s1 at 0", "errno EFAULT"],
  ["ABI-09", "I3", "an argument of null beats a source that cannot be read", "dedupe s3 at 0 length 4K argument null onto s1 at 0", "errno EFAULT"],
  ["ABI-09", "I3", "a dest_count that cannot be read beats too many targets", "dedupe s0 at 0 length 4K argument unmapped 16 onto s1 at 0 x128", "errno EFAULT"],
  ["ABI-04", "I4", "too many targets beat a directory", "dedupe s5 at 0 length 4K onto s1 at 0 x128", "errno ENOMEM"],
  ["ABI-04", "I4", "too many targets beat a source for writing", "dedupe s3 at 0 length 4K onto s1 at 0 x128", "errno ENOMEM"],
  ["ABI-04", "I4", "too many targets beat a header that cannot be read whole", "dedupe s0 at 0 length 4K argument unmapped 18 onto s1 at 0 x128", "errno ENOMEM"],
  ["ABI-04", "S1", "127 targets are not too many", "dedupe s0 at 0 length 4K onto s1 at 0 x127", "same 4K x127"],
  ["ABI-08", "I5", "an entry that cannot be read beats a directory", "dedupe s5 at 0 length 4K argument unmapped 24 onto s1 at 0", "errno EFAULT"],
  ["ABI-08", "I5", "an entry that cannot be read beats a source for writing", "dedupe s3 at 0 length 4K argument unmapped 24 onto s1 at 0", "errno EFAULT"],
  ["SRC-01", "H1", "a source for writing beats the reserved fields", "dedupe s3 at 0 length 4K reserved1 1 onto s1 at 0", "errno EINVAL"],
  ["SRC-01", "H1", "a source for writing beats a file system that cannot remap", "dedupe s8 at 0 length 4K onto s1 at 0", "errno EINVAL"],
  ["SRC-03", "H2", "a reserved field beats a directory", "dedupe s5 at 0 length 4K reserved1 1 onto s1 at 0", "errno EINVAL"],
  ["SRC-05", "H2", "a reserved field beats a file system that cannot remap", "dedupe s7 at 0 length 4K reserved2 1 onto s1 at 0", "errno EINVAL"],
  ["SRC-03", "H3", "a directory beats a negative offset", "dedupe s5 at 0x8000000000000000 length 4K onto s1 at 0", "errno EISDIR"],
  ["SRC-03", "H3", "a directory of another file system is a directory first", "dedupe s9 at 0 length 4K onto s1 at 0", "errno EISDIR"],
  ["SRC-04", "H4", "a pipe is no source", "dedupe s6 at 0 length 4K onto s1 at 0", "errno EINVAL"],
  ["SRC-05", "H5", "a file system that cannot remap beats a negative offset", "dedupe s7 at 0x8000000000000000 length 4K onto s1 at 0", "errno EOPNOTSUPP"],
  ["SRC-05", "H5", "a file system that cannot remap beats a range beyond the end", "dedupe s7 at 64K length 4K onto s1 at 0", "errno EOPNOTSUPP"],
  ["FS-06", "H6b", "a listener that denies beats a range beyond the end", "dedupe s0 at 64K length 4K while denied 0 onto s1 at 0", "errno EPERM"],
  ["FS-06", "H6b", "a listener that denies fails also without targets and with length 0", "dedupe s0 at 0 length 0 while denied 0 onto none", "errno EPERM"],
  ["FS-06", "H6", "a negative offset beats a listener", "dedupe s0 at 0x8000000000000000 length 4K while denied 0 onto s1 at 0", "errno EINVAL"],
  ["FS-06", "H5", "a file system that cannot remap beats a listener", "dedupe s7 at 0 length 4K while denied 0 onto s1 at 0", "errno EOPNOTSUPP"],
  ["FS-03", "H7", "a request that fails does not sleep", "dedupe s0 at 64K length 4K while frozen onto s1 at 0", "errno EINVAL"],
  ["FS-03", "", "a request without targets does not sleep", "dedupe s0 at 0 length 4K while frozen onto none", "no targets"],
  ["ABI-05", "H1", "without targets, a source for writing fails", "dedupe s3 at 0 length 4K onto none", "errno EINVAL"],
  ["ABI-05", "H2", "without targets, a reserved field fails", "dedupe s0 at 0 length 4K reserved2 1 onto none", "errno EINVAL"],
  ["ABI-05", "H6", "without targets, a negative offset fails", "dedupe s0 at 0x8000000000000000 length 4K onto none", "errno EINVAL"],
  ["ABI-05", "H7", "without targets, a range beyond the end fails", "dedupe s0 at 64K length 1 onto none", "errno EINVAL"],
  ["ABI-05", "", "without targets, a good request is success", "dedupe s0 at 0 length 64K onto none", "no targets"],
  ["ABI-07", "H7", "a request that fails touches no entry", "dedupe s0 at 4K length 64K onto s1 at 0, closed at 0", "errno EINVAL"],
] as const;

// oxfmt-ignore
const entries = [
  ["DST-01", "D1", "a closed target beats its reserved field", "dedupe s0 at 0 length 4K onto closed at 0 reserved 1", "status EBADF"],
  ["DST-01", "D1", "a target of -1 beats a negative offset", "dedupe s0 at 0 length 4K onto never-opened at 0x8000000000000000", "status EBADF"],
  ["DST-01", "D1", "an O_PATH target beats its reserved field", "dedupe s0 at 0 length 4K onto s4 at 0 reserved 1", "status EBADF"],
  ["DST-02", "D2", "a reserved field beats another file system", "dedupe s0 at 0 length 4K onto s7 at 0 reserved 1", "status EINVAL"],
  ["DST-02", "D2", "a reserved field beats a negative offset", "dedupe s0 at 0 length 4K onto s1 at 0x8000000000000000 reserved 1", "status EINVAL"],
  ["DST-02", "D2", "a reserved field beats a directory, also of length 0", "dedupe s0 at 0 length 0 onto s5 at 0 reserved 1", "status EINVAL"],
  ["DST-03", "D4", "a negative offset beats another file system", "dedupe s0 at 0 length 4K onto s7 at 0x8000000000000000", "status EINVAL"],
  ["DST-03", "D4", "an end that overflows beats a directory", "dedupe s0 at 0 length 4K onto s5 at 0x7ffffffffffff001", "status EINVAL"],
  ["DST-03", "D4", "a negative offset fails also with length 0", "dedupe s0 at 0 length 0 onto s1 at 0x8000000000000000", "status EINVAL"],
  ["FS-06", "D3b", "a listener that denies the second time beats a negative offset", "dedupe s0 at 0 length 4K while denied 1 onto s1 at 0x8000000000000000", "status EPERM"],
  ["FS-06", "D1 D2 D3b S1", "a listener is asked for entries that come as far", "dedupe s0 at 0 length 4K while denied 1 onto closed at 0, s1 at 0 reserved 1, s1 at 0 x2", "status EBADF, status EINVAL, status EPERM, same 4K"],
  ["FS-06", "S1", "a listener is not asked more often", "dedupe s0 at 0 length 4K while denied 2 onto s1 at 0", "same 4K"],
  ["FS-03", "D1 D2 D4", "what fails before the mount is asked does not sleep", "dedupe s0 at 0 length 4K while frozen onto closed at 0, s1 at 0 reserved 1, s1 at 0x8000000000000000", "status EBADF, status EINVAL x2"],
  ["FS-03", "D5", "a read-only mount sleeps first", "dedupe s0 at 0 length 4K while frozen onto s12 at 0", "slept; status EROFS"],
  ["FS-03", "D10", "a length of 0 sleeps too", "dedupe s0 at 0 length 0 while frozen onto s1 at 0", "slept; same 0"],
  ["FS-03", "D7", "a frozen source alone does not sleep", "dedupe s0 at 0 length 4K while frozen onto s7 at 0", "status EXDEV"],
  ["DST-03", "D4", "a negative offset beats a read-only mount", "dedupe s0 at 0 length 4K onto s12 at 0x8000000000000000", "status EINVAL"],
  ["DST-04", "D5", "a read-only mount beats a directory", "dedupe s0 at 0 length 4K onto s13 at 0", "status EROFS"],
  ["DST-04", "D5", "a read-only mount beats that it cannot remap", "dedupe s0 at 0 length 4K onto s14 at 0", "status EROFS"],
  ["DST-04", "D5", "a read-only mount fails also with length 0", "dedupe s0 at 0 length 0 onto s12 at 0", "status EROFS"],
  ["SRC-06", "S1", "a source on a read-only mount is fine", "dedupe s12 at 0 length 4K onto s0 at 0", "same 4K"],
  ["FS-05", "S1", "two mounts of one superblock are one file system", "dedupe s0 at 0 length 4K onto s15 at 0", "same 4K"],
  ["FS-05", "G8", "two mounts of one superblock have the same inodes", "dedupe s15 at 0 length 4K onto s1 at 0", "status EINVAL"],
  ["DST-06", "D7", "another file system beats a directory", "dedupe s0 at 0 length 4K onto s9 at 0", "status EXDEV"],
  ["DST-06", "D7", "another file system beats that it cannot remap", "dedupe s0 at 0 length 4K onto s7 at 0", "status EXDEV"],
  ["DST-06", "D7", "another file system fails also with length 0", "dedupe s0 at 0 length 0 onto s7 at 0", "status EXDEV"],
  ["DST-07", "D8", "a directory beats an offset that is not aligned", "dedupe s0 at 1 length 4K onto s5 at 1", "status EISDIR"],
  ["DST-07", "D8", "a directory fails also with length 0", "dedupe s0 at 0 length 0 onto s5 at 0", "status EISDIR"],
  ["DST-08", "D9", "a pipe is no target", "dedupe s0 at 0 length 4K onto s6 at 0", "status EINVAL"],
  ["DST-08", "D9", "a pipe fails also with length 0", "dedupe s0 at 0 length 0 onto s6 at 0", "status EINVAL"],
  ["DST-09", "D10", "length 0 beats offsets that are not aligned", "dedupe s0 at 1 length 0 onto s1 at 1", "same 0"],
  ["DST-09", "D10", "length 0 beats a target offset beyond the end", "dedupe s0 at 64K length 0 onto s1 at 1M", "same 0"],
  ["DST-09", "D10", "length 0 beats NODATASUM on one side", "dedupe s0 at 0 length 0 onto s10 at 0", "same 0"],
  ["CMP-07", "B1", "NODATASUM on one side beats an offset that is not aligned", "dedupe s0 at 1 length 4K onto s10 at 1", "status EINVAL"],
  ["CMP-07", "B1", "NODATASUM on one side fails also less than a block", "dedupe s10 at 0 length 1 onto s0 at 0", "status EINVAL"],
  ["CMP-07", "S1", "NODATASUM on both sides is fine", "dedupe s10 at 0 length 64K onto s11 at 0", "same 64K"],
  ["LEN-04", "G4", "an offset that is not aligned beats the end of the target", "dedupe s0 at 0 length 4K onto s1 at 64001", "status EINVAL"],
  ["LEN-07", "G5", "the end of the target beats an overlap", "dedupe s0 at 0 length 64K onto s0 at 4K", "status EINVAL"],
  ["LEN-06", "G8", "an overlap beats that the bytes are equal", "dedupe s0 at 0 length 4097 onto s0 at 0", "status EINVAL"],
  ["CMP-05", "G11b", "a block of the source that cannot be read is an error", "dedupe s0 at 0 length 8K while unreadable s0 at 8191 onto s1 at 0", "status EIO"],
  ["CMP-05", "G11b", "a block of the target that cannot be read is an error", "dedupe s0 at 0 length 8K while unreadable s1 at 12K onto s1 at 8K", "status EIO"],
  ["CMP-05", "S1", "a block beyond the ranges that cannot be read is none", "dedupe s0 at 0 length 8K while unreadable s0 at 8K onto s1 at 0", "same 8K"],
  ["CMP-05", "G9", "a block that is not compared is no error", "dedupe s0 at 0 length 4095 while unreadable s0 at 0 onto s1 at 0", "same 4095"],
  ["CMP-05", "G8", "an overlap beats a block that cannot be read", "dedupe s0 at 0 length 8K while unreadable s0 at 0 onto s0 at 4K", "status EINVAL"],
  ["CMP-05", "S1", "a block without a checksum is read as it is", "dedupe s10 at 0 length 4K while unreadable s10 at 0 onto s11 at 0", "same 4K"],
  ["ABI-03", "S1", "the high bits of a descriptor mean nothing", "dedupe s0 at 0 length 4K onto s1 at 0 high 0xffffffff", "same 4K"],
  ["SRC-07", "S1", "a source for reading is enough", "dedupe s2 at 0 length 4K onto s0 at 0", "same 4K"],
  ["PERM-02", "S1", "a target for appending is fine", "dedupe s0 at 0 length 4K onto s3 at 0", "same 4K"],
  ["LOCK-03", "S1", "the same target twice succeeds twice", "dedupe s0 at 0 length 4K onto s1 at 0 x2", "same 4K x2"],
  ["ABI-06", "D2 S1 D7", "an entry that fails fails alone", "dedupe s0 at 0 length 4K onto s1 at 0 reserved 1, s1 at 0, s7 at 0", "status EINVAL, same 4K, status EXDEV"],
] as const;

/** The same, with b immutable, and called by a user who owns nothing; s16 is other/a for reading. */
const guarded = after(["open s16 r other/a", "chattr s1 +i", "as user"], state);

// oxfmt-ignore
const rights = [
  ["DST-02", "D2", "a reserved field beats who may write", "dedupe s0 at 0 length 4K onto s2 at 0 reserved 1", "status EINVAL"],
  ["DST-03", "D4", "a negative offset beats who may write", "dedupe s0 at 0 length 4K onto s2 at 0x8000000000000000", "status EINVAL"],
  ["DST-04", "D5", "a read-only mount beats who may write", "dedupe s0 at 0 length 4K onto s12 at 0", "status EROFS"],
  ["DST-05", "D6", "who may not write is refused before another file system is", "dedupe s0 at 0 length 4K onto s16 at 0", "status EPERM"],
  ["DST-05", "D6", "who may not write is refused before a directory is", "dedupe s0 at 0 length 4K onto s5 at 0", "status EPERM"],
  ["DST-05", "D6", "who may not write is refused also with length 0", "dedupe s0 at 0 length 0 onto s2 at 0", "status EPERM"],
  ["DST-05", "D6", "who may not write is refused before an offset is that is not aligned", "dedupe s0 at 1 length 4K onto s2 at 1", "status EPERM"],
  ["DST-09", "D10", "length 0 beats an immutable target", "dedupe s0 at 0 length 0 onto s1 at 0", "same 0"],
  ["FS-01", "B1", "NODATASUM on one side beats an immutable target", "dedupe s10 at 0 length 4K onto s1 at 0", "status EINVAL"],
  ["FS-01", "G1", "an immutable target beats an offset that is not aligned", "dedupe s0 at 1 length 4K onto s1 at 1", "status EPERM"],
  ["FS-01", "G1", "an immutable target beats its end of file", "dedupe s0 at 0 length 4K onto s1 at 64K", "status EPERM"],
  ["FS-01", "G1", "an immutable target beats that less than a block is nothing", "dedupe s0 at 0 length 1 onto s1 at 0", "status EPERM"],
] as const;

test.each(rights)("%s, %s: %s", (_fact, rule, _says, call, answer) => {
  const { answer: got, rule: decided } = told(guarded, call);
  expect([got, decided]).toEqual([answer, rule]);
});

/** The same as the first, by a caller whose files may have 8K and a byte; s17 is c, one block of it. */
const limited = after(
  ["open s17 rw c", "write s17 at 0 length 4K pattern 1", "chattr s11 +i", "limit 8193"],
  state,
);

// oxfmt-ignore
const limits = [
  ["FS-04", "D10", "length 0 beats the limit", "dedupe s0 at 0 length 0 onto s1 at 64K", "same 0"],
  ["FS-04", "G1", "an immutable target beats the limit", "dedupe s10 at 0 length 4K onto s11 at 12K", "status EPERM"],
  ["FS-04", "G4", "an offset that is not aligned beats the limit", "dedupe s0 at 0 length 4K onto s1 at 8193", "status EINVAL"],
  ["FS-04", "G5", "the end of the target beats the limit", "dedupe s0 at 0 length 4K onto s17 at 12K", "status EINVAL"],
  ["FS-04", "G6", "the limit beats an overlap", "dedupe s0 at 12K length 4K onto s0 at 12K", "SIGXFSZ; status EFBIG"],
  ["FS-04", "S1 G6", "one entry of several raises the signal for the call", "dedupe s0 at 0 length 4K onto s1 at 0, s1 at 12K", "SIGXFSZ; same 4K, status EFBIG"],
  ["FS-04", "S1", "a range that ends at the limit, rounded, is shared, and reported in full", "dedupe s0 at 0 length 64K onto s1 at 0", "same 64K"],
  ["FS-04", "S1", "a range that the limit cuts before it overlaps is shared", "dedupe s0 at 0 length 12K onto s0 at 4K", "same 12K"],
  ["FS-04", "G8", "a range that still overlaps is refused", "dedupe s0 at 4K length 8K onto s0 at 0", "status EINVAL"],
  ["FS-04", "G9", "less than a block before the limit is nothing", "dedupe s0 at 0 length 4K onto s1 at 8K", "same 4K"],
] as const;

test.each(limits)("%s, %s: %s", (_fact, rule, _says, call, answer) => {
  const { answer: got, rule: decided } = told(limited, call);
  expect([got, decided]).toEqual([answer, rule]);
});

test.each([...requests, ...entries])("%s, %s: %s", (_fact, rule, _says, call, answer) => {
  const { answer: got, rule: decided } = told(state, call);
  expect([got, decided]).toEqual([answer, rule]);
});
