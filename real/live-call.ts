/** One raw FIDEDUPERANGE on files that exist, and a byte by byte look at them. */

import {
  bytes,
  type DedupeOp,
  errnoName,
  HarnessError,
  offset,
  type Outcome,
  slot,
} from "../model/index.ts";
import { DedupeCall } from "./dedupe-call.ts";
import { libc } from "./libc.ts";
import type { LiveFile } from "./live-file.ts";
import { noFd } from "./slots.ts";

/** Bytes read from each file at a time. */
const windowBytes = 1 << 20;

/** A range of a file to share; `offset` is a u64. */
export interface LiveRange {
  readonly file: LiveFile;
  readonly offset: bigint;
}

/** Makes the call; `length` is a u64. At most 128 targets. */
export function dedupeLive(
  source: LiveRange,
  length: bigint,
  targets: readonly LiveRange[],
): Outcome {
  const op: DedupeOp = {
    kind: "dedupe",
    slot: slot(0),
    offset: offset(source.offset),
    length: bytes(length),
    targets: targets.map((target, index) => ({
      descriptor: slot(index),
      offset: offset(target.offset),
      reserved: 0,
      high: 0,
    })),
    reserved1: 0,
    reserved2: 0,
    argument: { kind: "whole" },
    during: { kind: "usual" },
  };
  return new DedupeCall(libc()).perform(op, source.file.fd, (descriptor) =>
    typeof descriptor === "number" ? (targets[descriptor]?.file.fd ?? noFd) : noFd,
  );
}

/**
 * Where two ranges first differ, counted from their starts; undefined when they
 * are equal. Where only one of them has ended, they differ. Reads both, so it
 * takes about a second a gibibyte. Throws HarnessError when one cannot be read.
 */
export function firstLiveDifference(
  a: LiveRange,
  b: LiveRange,
  length: bigint,
): bigint | undefined {
  const inA = Buffer.allocUnsafeSlow(windowBytes);
  const inB = Buffer.allocUnsafeSlow(windowBytes);
  for (let at = 0n; at < length; at += BigInt(windowBytes)) {
    const left = length - at;
    const asked = left < windowBytes ? Number(left) : windowBytes;
    const gotA = read(a, at, inA, asked);
    const gotB = read(b, at, inB, asked);
    const both = Math.min(gotA, gotB);
    if (inA.compare(inB, 0, both, 0, both) !== 0) return at + BigInt(firstUnequal(inA, inB));
    if (gotA !== gotB) return at + BigInt(both);
    if (both < asked) return undefined;
  }
  return undefined;
}

function read(range: LiveRange, at: bigint, into: Buffer, lengthBytes: number): number {
  const got = libc().pread(range.file.fd, into, lengthBytes, range.offset + at);
  if (got >= 0) return got;
  throw new HarnessError(`${range.file.path} cannot be read: ${errnoName(libc().errno())}`);
}

function firstUnequal(a: Buffer, b: Buffer): number {
  return a.findIndex((byte, index) => byte !== b[index]);
}
