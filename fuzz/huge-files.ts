/** Sparse files of about 1 GiB, which is as much as one request may share: differing at once, so that nobody compares for long. */

import fc from "fast-check";
import { bytes, offset, slot, type Op } from "../model/index.ts";
import { call, shareFirst } from "./beginning.ts";
import type { Intent } from "./intent.ts";

const cap = 1n << 30n;

/** Around the cap: sizes of both files, and lengths of a request. */
const near = fc.constantFrom(cap - 4096n, cap, cap + 1n, cap + 4096n, cap + 8192n, 2n * cap);
const lengths = fc.constantFrom(cap - 1n, cap, cap + 1n, cap + 4096n, 2n * cap);

/** Two such files, and a few requests of their starts. */
export const hugeFiles: fc.Arbitrary<readonly Intent[]> = fc
  .record({ source: near, target: near, asked: fc.array(lengths, { minLength: 2, maxLength: 4 }) })
  .map(({ source, target, asked }) => [
    ...hugeFile(0, "a", 1, source),
    ...hugeFile(1, "b", 2, target),
    ...asked.map((length) => shareFirst(bytes(length), offset(0n))),
  ]);

function hugeFile(index: number, path: string, pattern: number, size: bigint): readonly Intent[] {
  const at = slot(index);
  const calls: readonly Op[] = [
    { kind: "open", slot: at, path, access: "rw", flags: [] },
    {
      kind: "write",
      slot: at,
      offset: offset(0n),
      length: bytes(4096n),
      pattern,
      except: undefined,
      direct: false,
    },
    { kind: "truncate", slot: at, length: bytes(size) },
  ];
  return calls.map(call);
}
