/** What a caller sees of an entry that is written back in part (ABI-08). */

import { untouched, type TargetOutcome } from "./outcome.ts";
import { bytes } from "./units.ts";

/** Where status and bytes_deduped lie in struct file_dedupe_range_info. */
const dedupedAt = 16;
const statusAt = 24;

/** An entry of which only so many bytes were written back, as the caller then sees it. */
export function writtenBack(entry: TargetOutcome, entryBytesWritten: number): TargetOutcome {
  const deduped = overlay(untouched.deduped, entry.deduped, entryBytesWritten - dedupedAt, 8);
  const status = overlay(
    BigInt(untouched.status),
    BigInt(entry.status),
    entryBytesWritten - statusAt,
    4,
  );
  return { status: Number(BigInt.asIntN(32, status)), deduped: bytes(deduped) };
}

/** A little-endian number of `size` bytes, of which the first `count` are those of `now`. */
function overlay(before: bigint, now: bigint, count: number, size: number): bigint {
  const bits = BigInt(8 * Math.max(0, Math.min(size, count)));
  const low = BigInt.asUintN(Number(bits), now);
  return ((BigInt.asUintN(8 * size, before) >> bits) << bits) | low;
}
