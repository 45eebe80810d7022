/** Calls whose numbers stand beside one another: where ranges, files and the caller's limit end, and what differs there. */

import fc from "fast-check";
import { plainBytes, type Plight } from "./plights.ts";

const block = 4096;

/** How long a range is, or up to which of the two ends it goes. */
const lengths = fc.constantFrom<(number | "source" | "target")[]>(
  100,
  block - 1,
  block,
  block,
  block + 1,
  2 * block,
  "source",
  "target",
);

const step = fc.constantFrom(0, 0, 0, 1, -1);
const places = fc.constantFrom(0, 0, block, 2 * block);

/** Behind the start of a target, or beside the end of its range. */
const limits = fc.record({
  from: fc.constantFrom<("start" | "end")[]>("start", "end"),
  by: fc.constantFrom(0, 1, -1, block - 1, block - 1, block, block, block + 1),
});

/** Which byte of the target's range differs: the first one, that of a block, or the last one; or none. */
const differing = fc.constantFrom<(number | "last" | undefined)[]>(
  ...([undefined, undefined, 0, 0, block, "last"] as const),
);

/** A block of either range: mostly that of its last byte. */
const unreadable = fc.record({
  slot: fc.constantFrom("s0", "s1"),
  block: fc.constantFrom<(number | "last")[]>("last", "last", 0, 1),
});

export const numberPlight: fc.Arbitrary<Plight> = fc
  .record({
    from: places,
    apart: fc.oneof(fc.constant(undefined), places),
    length: lengths,
    step,
    limit: fc.option(limits, { nil: undefined, freq: 2 }),
    differs: differing,
    damaged: fc.oneof(
      { weight: 4, arbitrary: fc.constant(undefined) },
      { weight: 1, arbitrary: unreadable },
    ),
  })
  .map(({ from, apart, length: to, step: by, limit, differs, damaged }): Plight => {
    const onto = apart ?? from;
    const length = atLeast0(
      (to === "source" ? plainBytes - from : to === "target" ? plainBytes - onto : to) + by,
    );
    const ends = limit?.from === "start" ? onto : onto + length;
    const place = differs === "last" ? onto + length - 1 : onto + (differs ?? 0);
    const isThere = differs !== undefined && place >= 0 && place < plainBytes;
    const start = damaged?.slot === "s0" ? from : onto;
    const bad = damaged?.block === "last" ? atLeast0(length - 1) : (damaged?.block ?? 0) * block;
    return {
      from: String(from),
      onto: String(onto),
      length: String(length),
      ...(limit === undefined ? {} : { limit: `limit ${atLeast0(ends + limit.by)}` }),
      ...(isThere ? { contents: `write s1 at ${place} length 1 pattern 2` } : {}),
      ...(damaged === undefined ? {} : { during: `unreadable ${damaged.slot} at ${start + bad}` }),
    };
  });

function atLeast0(value: number): number {
  return Math.max(0, value);
}
