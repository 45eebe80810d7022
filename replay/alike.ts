/**
 * Which calls of a log go alike: those for which every rule sees the same, whatever
 * is unknown about them, so that one explanation serves them all.
 *
 * Rules see no number by itself: they ask which of two ends lies before the other,
 * whether an offset is a multiple of the block, and on which side of a limit a sum
 * is. What nobody shows (a size) is guessed around these ends (model/fact-forms.ts).
 */

import { formats, maxOffset, roundDown, roundUp, type Profile } from "../model/index.ts";
import { kindOf, isSame } from "./explain-strace.ts";
import type { StraceArgument, StraceCall, StraceFd, StraceTarget } from "./strace-call.ts";

type Shown = Extract<StraceArgument, { kind: "shown" }>;

/** Blocks of every file system that may be meant, in bytes. */
const blocks = [...new Set(Object.values(formats).map(({ block }) => block))];

/** The same for two calls that go alike. */
export function shapeOf({ lengthCap }: Profile, { source, argument, answer }: StraceCall): string {
  const head = [fdShape(source), argument.kind, answer.errno];
  if (argument.kind !== "shown") return head.join(" ");
  const { count, length, readableBytes, targets } = argument;
  const cut = length < lengthCap ? length : lengthCap;
  const entries = targets.map((target, index) => {
    const { status, deduped } = answer.targets[index] ?? {};
    const isSaid = deduped === undefined ? undefined : deduped === cut;
    const said = [status, deduped === 0n, isSaid].join(" ");
    return [
      fdShape(target.fd),
      isSame(source, target.fd),
      rangeShape(argument, target, cut),
      said,
    ].join(" ");
  });
  return [...head, count, readableBytes, requestShape(argument, cut), ...entries].join(" ");
}

function fdShape({ number, about }: StraceFd): string {
  return number < 0 ? "closed" : (kindOf(about) ?? "open");
}

/** What rules see of the numbers of a request. */
function requestShape({ offset, length }: Shown, cut: bigint): string {
  const end = offset + length;
  const near = length < 2n ? String(length) : "more";
  return [
    near,
    length === cut,
    ...[offset, length, end, end + 1n].map((value) => value > maxOffset),
    ...blocks.flatMap((block) => [offset % block === 0n, cut % block === 0n, cut < block]),
  ].join(" ");
}

/** What rules see of the numbers of a target: where both ranges may end, in order. */
function rangeShape({ offset, length }: Shown, target: StraceTarget, cut: bigint): string {
  const starts = [offset, target.offset];
  const lengths = [
    0n,
    cut,
    length,
    ...blocks.flatMap((block) => [roundDown(cut, block), roundUp(cut, block)]),
  ];
  const ends = starts.flatMap((start) => lengths.map((each) => start + each));
  const around = ends.flatMap((end) => [end - 1n, end, end + 1n]);
  return [
    ranks(around),
    ...[target.offset, target.offset + cut, target.offset + length + 1n].map(
      (value) => value > maxOffset,
    ),
    ...blocks.map((block) => target.offset % block === 0n),
  ].join(" ");
}

/** Numbers in order, by their places; equal ones stand together. */
function ranks(values: readonly bigint[]): string {
  const places = values.map((_, place) => place);
  places.sort((a, b) => compare(values[a] ?? 0n, values[b] ?? 0n) || a - b);
  let text = "";
  for (const [index, place] of places.entries()) {
    const before = places[index - 1];
    text += before !== undefined && values[before] === values[place] ? `=${place}` : `<${place}`;
  }
  return text;
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : Number(a > b);
}
