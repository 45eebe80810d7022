/** Calls whose numbers stand beside one another: where ranges, files and the caller's limit end, and what shows that there. */

import fc from "fast-check";
import { plainBytes, sent, type Plight } from "./plights.ts";

const block = 4096;

/** How long a range is, or up to which of the two ends it goes. */
const lengths = fc.constantFrom<(number | "source" | "target")[]>(
  100,
  block - 1,
  block,
  block + 1,
  2 * block - 1,
  2 * block,
  "source",
  "source",
  "target",
);

const step = fc.constantFrom(0, 0, 0, 0, 0, 0, 1, -1);
const places = fc.constantFrom(0, 0, 0, block, 2 * block);

/** Of a caller: bytes of the target's range that end before its limit, of those asked for. */
const limits = fc.constantFrom<((length: number) => number)[]>(
  ...[0, 1, block - 1, block, block + 1, 2 * block - 1].map((most) => () => most),
  ...[0, 0, 1, -1, -1].map((more) => (length: number) => length + more),
);

/** The two files: how long they are, and what makes them so. */
interface Files {
  readonly bytes: { readonly s0: number; readonly s1: number };
  readonly made: Plight;
}

const plain: Files = { bytes: { s0: plainBytes, s1: plainBytes }, made: {} };

/** A byte shorter than the other one. */
function shorter(slot: "s0" | "s1"): Files {
  const length = plainBytes - 1;
  const made = { contents: `truncate ${slot} length ${length}` };
  return { bytes: { ...plain.bytes, [slot]: length }, made };
}

/** Mostly alike; one file twice, whose ranges may overlap; and one that is sent, where it shows whether anything would be shared. */
const files = fc.oneof(
  { weight: 10, arbitrary: fc.constant(plain) },
  { weight: 1, arbitrary: fc.constantFrom(shorter("s0"), shorter("s1")) },
  { weight: 2, arbitrary: fc.constant({ ...plain, made: { target: "open s1 rw a" } }) },
  { weight: 2, arbitrary: fc.constant({ ...plain, made: sent }) },
);

/** Places within a range that ends so far on: its first byte, and both sides of the end of its whole blocks. */
const edges = fc.constantFrom<((end: number) => number)[]>(
  () => 0,
  (end) => wholeBlocks(end) - 1,
  wholeBlocks,
  wholeBlocks,
);

/** What is there: a byte of the target that differs, or a block of either file that cannot be read. */
const witnesses = fc.constantFrom<("differs" | "s0" | "s1")[]>("differs", "differs", "s0", "s1");

export const numberPlight: fc.Arbitrary<Plight> = fc
  .record({
    files,
    from: places,
    apart: fc.oneof(fc.constant(undefined), places),
    to: lengths,
    step,
    limit: fc.option(limits, { nil: undefined, freq: 2 }),
    witness: fc.option(witnesses, { nil: undefined, freq: 3 }),
    edge: edges,
  })
  .map(({ files: { bytes, made }, from, apart, to, step: by, limit, witness, edge }): Plight => {
    const onto = apart ?? from;
    const ends = { source: bytes.s0 - from, target: bytes.s1 - onto };
    const length = atLeast0((typeof to === "number" ? to : ends[to]) + by);
    const room = atLeast0(limit?.(length) ?? length);
    const place = edge(Math.min(length, room));
    return {
      from: String(from),
      onto: String(onto),
      length: String(length),
      ...(limit === undefined ? {} : { limit: `limit ${onto + room}` }),
      ...made,
      ...shown(witness, { s0: from + place, s1: onto + place }, bytes, made),
    };
  });

/** What makes it so; nothing where no file has such a place. */
function shown(
  witness: "differs" | "s0" | "s1" | undefined,
  at: Files["bytes"],
  bytes: Files["bytes"],
  { contents, during }: Plight,
): Plight {
  if (witness === undefined || during !== undefined) return {};
  const slot = witness === "differs" ? "s1" : witness;
  const place = at[slot];
  if (place < 0 || place >= bytes[slot]) return {};
  if (witness !== "differs") return { during: `unreadable ${slot} at ${place}` };
  const differs = `write s1 at ${place} length 1 pattern 2`;
  return { contents: contents === undefined ? differs : `${contents};${differs}` };
}

function wholeBlocks(end: number): number {
  return end - (end % block);
}

function atLeast0(value: number): number {
  return Math.max(0, value);
}
