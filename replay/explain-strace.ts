/** Why the calls in a log of strace were answered as they were, as far as the log tells. */

import {
  type FileFacts,
  type Known,
  type KnownCall,
  type KnownTarget,
  type Profile,
} from "../model/index.ts";
import { explainDedupe, type Explanation, type NamedTarget } from "./explain.ts";
import { numberText } from "./number-text.ts";
import { answerText } from "./explain-words.ts";
import { compressed } from "./run-length.ts";
import type { StraceCall, StraceFd, StraceTarget } from "./strace-call.ts";

/** What strace does not show is unknown; what came back narrows what may have decided. */
export function explainStrace(profile: Profile, call: StraceCall): Explanation {
  const { source, argument, answer } = call;
  const targets = argument.kind === "shown" ? argument.targets : [];
  const count = argument.kind === "shown" ? argument.count : targets.length;
  return explainDedupe(profile, {
    call: straceText(call),
    got: answerText(answer),
    known: knownOf(call),
    targets: targets.map((target) => namedTarget(source, target)),
    unseen: Math.max(0, count - targets.length),
    answer,
  });
}

function knownOf({ source, argument }: StraceCall): KnownCall {
  const file = fileOf(source);
  if (argument.kind === "null") return { request: { readableBytes: 0 }, source: file };
  if (argument.kind === "hidden") return { request: {}, source: file };
  const { offset, length, count, readableBytes } = argument;
  return { request: { offset, length, count, readableBytes }, source: file };
}

function namedTarget(source: StraceFd, { fd, offset }: StraceTarget): NamedTarget {
  const same = isSame(source, fd);
  const known: KnownTarget = {
    entry: { offset, sameInode: same ? true : undefined },
    target: fileOf(fd),
  };
  return { name: `${fdText(fd)} at ${numberText(offset)}`, known };
}

function fileOf({ number, about }: StraceFd): Known<FileFacts> {
  return { open: number < 0 ? "closed" : undefined, kind: kindOf(about) };
}

/** What -yy says that a descriptor is; a path alone tells nothing. */
export function kindOf(about: string): FileFacts["kind"] | undefined {
  if (about.startsWith("pipe:")) return "fifo";
  const special =
    /^(?:socket|anon_inode|TCP|TCPv6|UDP|UDPv6|UNIX[-A-Z]*|NETLINK):|<(?:char|block) [0-9:]+>$/;
  return special.test(about) ? "special" : undefined;
}

/** Whether two descriptors are one, or lead to one path. */
export function isSame(a: StraceFd, b: StraceFd): boolean {
  if (a.number === b.number) return true;
  return a.about === b.about && a.about.startsWith("/") && !a.about.endsWith("(deleted)");
}

/** The call in a line, in the words of traces. */
export function straceText({ source, argument }: StraceCall): string {
  const call = `dedupe ${fdText(source)}`;
  if (argument.kind === "null") return `${call} argument null`;
  if (argument.kind === "hidden") return `${call}, of an argument that is not shown`;
  const { offset, length, count, targets } = argument;
  const shown = targets.map(({ fd, offset: at }) => `${fdText(fd)} at ${numberText(at)}`);
  const left = count - targets.length;
  const more = left > 0 ? [`${left} more`] : [];
  const onto = count === 0 ? "none" : compressed([...shown, ...more]);
  return `${call} at ${numberText(offset)} length ${numberText(length)} onto ${onto}`;
}

function fdText({ number, about }: StraceFd): string {
  return about === "" ? `fd ${number}` : `fd ${number} (${about})`;
}
