/** Rules of the kernel that are known and that this model does not ask yet, with the reason. */

import type { Evidence } from "./rule.ts";

export interface LaterRule {
  readonly id: string;
  readonly says: string;
  readonly why: string;
  /** The source alone where nothing is said. */
  readonly evidence?: Evidence;
}

// oxfmt-ignore
export const later: readonly LaterRule[] = [
  { id: "I2", says: "A security module refuses the ioctl.", why: "needs a security module" },
  { id: "H6c", says: "A security module denies the source, for the call or an entry, or the target.", why: "needs a security module" },
  { id: "B2", says: "Write-back that fails gives its error.", why: "needs a device that fails" },
  { id: "G10", says: "Write-back of both ranges that fails gives its error.", why: "needs a device that fails" },
  { id: "SUB-04", says: "Limits of qgroups do not stop a dedupe.", why: "needs quotas" },
  { id: "B5", says: "O_SYNC on either side makes the result durable.", why: "needs crashes" },
  { id: "X3", says: "A source and a target on XFS of which one alone is on the realtime device, or is accessed by DAX, get -EINVAL.", why: "a realtime device needs CONFIG_XFS_RT and mkfs.xfs 6.13, and DAX a device that loop devices are not; read in the source" },
  { id: "XFS-03", says: "XFS shares extent by extent, and leaves out what is shared already.", why: "cannot be told from outside; read in the source" },
  { id: "XFS-04", says: "Where a whole file is shared onto a whole file on XFS, a target without a hint for the size of copies gets the source's.", why: "a hint decides where copies go, and no answer of a call; run in test/real/hint.test.ts", evidence: "a test" },
  { id: "XFS-08 XFS-09", says: "XFS drops the cached pages of the target's range, and lets the source be read while it shares.", why: "cannot be told from outside; read in the source" },
  { id: "I6", says: "The dest_count that counts is the one read first.", why: "needs a second thread that changes the argument" },
  { id: "ABI-08a", says: "What is changed in the argument during the call is undone when it is written back.", why: "needs a second thread that changes the argument" },
  { id: "SIG-01 ABI-10", says: "A fatal signal ends the call after the entry in hand.", why: "needs a caller that is killed" },
  { id: "CMP-06", says: "Inline and compressed data compare like any other.", why: "whether data is inline or compressed no rule asks: corpus/calls/inline.trace shows a case" },
  { id: "OVL-01", says: "On overlayfs both files need a copy in the upper layer, else -EPERM; then the file system below answers.", why: "a stacked file system answers by the rules of two; run in test/real/second.test.ts", evidence: "a test" },
  { id: "CMP-08", says: "A page that is invalidated meanwhile may make equal data differ.", why: "could not be provoked; read in the source" },
  { id: "EOF-10", says: "The ioctl always allows a shorter range.", why: "cannot be seen from outside; read in the source" },
  { id: "EOF-11", says: "The second point that shortens can change nothing after G7.", why: "cannot be seen from outside; read in the source" },
];
