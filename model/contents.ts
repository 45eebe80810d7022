/**
 * Contents of a file as pieces of one tone, compared without being built.
 *
 * A tone says which byte stands at a position: pattern 0 is zeros; patterns 1 to
 * 127 depend on the position within the block, so that equal data stands at
 * different block offsets; a flipped tone is its pattern with the high bit
 * changed. At any one position the 256 tones give the 256 bytes, each once.
 * Hence two ranges that start at the same phase within a block hold equal bytes
 * exactly when their tones are equal, and every byte on a disk has one tone.
 */

/**
 * 0 to 127: a pattern. 128 to 255: the pattern `tone - 128`, flipped. In what a
 * look found, -1 is what comes after more runs than are worth telling apart.
 */
export type Tone = number;

/** The tone of zeros. */
export const zeros: Tone = 0;

/** What backs a piece: written data, an unwritten extent, or nothing. The last two read as zeros. */
export type Backing = "data" | "prealloc" | "hole";

/** So many bytes of one tone. */
export interface Run {
  /** Bytes, more than 0. */
  readonly length: bigint;
  readonly tone: Tone;
}

/** A piece of a file; it starts where the piece before it ends. */
export interface Piece {
  /** Offset of the first byte behind the piece. */
  readonly end: bigint;
  readonly tone: Tone;
  readonly backing: Backing;
}

/** Sorted, from offset 0 up without gaps, no piece empty, neighbours differ. What is beyond is a hole. */
export type Contents = readonly Piece[];

/** The contents of a new file. */
export const empty: Contents = [];

/** The pattern with one byte flipped, or back. */
export function flip(tone: Tone): Tone {
  return tone ^ 128;
}

/** The byte (0 to 255) that a tone gives at a phase, 0 to block-1, within its block. */
export function byteAt(tone: Tone, phase: number): number {
  const pattern = tone & 127;
  const low = pattern === 0 ? 0 : 1 + ((pattern - 1 + mixed(phase)) % 127);
  return (tone & 128) | low;
}

/** The one tone that gives this byte (0 to 255) at a phase: the inverse of `byteAt`. */
export function toneOf(byte: number, phase: number): Tone {
  const low = byte & 127;
  const pattern = low === 0 ? 0 : 1 + ((low - 1 + 127 - mixed(phase)) % 127);
  return (byte & 128) | pattern;
}

/** 0 to 126, without a short period, so that data shifted within its block is other data. */
function mixed(phase: number): number {
  return (phase * 31 + (phase >>> 5) * 7 + (phase >>> 9) * 3) % 127;
}

/** The contents with [start, end) replaced by one piece. */
export function fill(
  contents: Contents,
  start: bigint,
  end: bigint,
  tone: Tone,
  backing: Backing,
): Contents {
  return put(contents, start, [{ end, tone, backing }]);
}

/** The contents with `count` pieces of `length` bytes in them, one at every `step` bytes from `start` on. */
export function fillEvery(
  contents: Contents,
  start: bigint,
  length: bigint,
  step: bigint,
  count: number,
  tone: Tone,
): Contents {
  const result: Piece[] = [];
  let index = 0;
  let reached = 0n;
  const keepUpTo = (end: bigint): void => {
    while (reached < end) {
      const { end: pieceEnd = end, tone: kept = zeros, backing = "hole" } = contents[index] ?? {};
      reached = pieceEnd < end ? pieceEnd : end;
      append(result, reached, kept, backing);
      if (pieceEnd === reached) index++;
    }
  };
  for (let at = 0; at < count; at++) {
    keepUpTo(start + BigInt(at) * step);
    reached += length;
    append(result, reached, tone, "data");
    while ((contents[index]?.end ?? reached + 1n) <= reached) index++;
  }
  for (const piece of contents.slice(index)) append(result, piece.end, piece.tone, piece.backing);
  return trimmed(result);
}

/** The contents with `pieces`, whose ends are offsets in the file, in place of what was from `start` on. */
export function put(contents: Contents, start: bigint, pieces: Contents): Contents {
  const end = pieces.at(-1)?.end;
  if (end === undefined || end <= start) return contents;
  const result: Piece[] = [];
  let reached = 0n;
  for (const piece of contents) {
    if (reached >= start) break;
    reached = piece.end < start ? piece.end : start;
    append(result, reached, piece.tone, piece.backing);
  }
  if (reached < start) append(result, start, zeros, "hole");
  for (const piece of pieces) append(result, piece.end, piece.tone, piece.backing);
  for (const piece of contents) {
    if (piece.end > end) append(result, piece.end, piece.tone, piece.backing);
  }
  return trimmed(result);
}

/** The pieces of [start, end), their ends moved by `shift`; holes included, so that they cover it. */
export function slice(contents: Contents, start: bigint, end: bigint, shift: bigint): Contents {
  const result: Piece[] = [];
  if (end <= start) return result;
  for (const piece of contents) {
    if (piece.end <= start) continue;
    append(result, (piece.end < end ? piece.end : end) + shift, piece.tone, piece.backing);
    if (piece.end >= end) return result;
  }
  append(result, end + shift, zeros, "hole");
  return result;
}

/** The tones of [start, end), whatever backs them: what a read returns. */
export function runs(contents: Contents, start: bigint, end: bigint): readonly Run[] {
  const result: { length: bigint; tone: Tone }[] = [];
  let from = start;
  for (const piece of slice(contents, start, end, 0n)) {
    const last = result.at(-1);
    if (last !== undefined && last.tone === piece.tone) last.length += piece.end - from;
    else result.push({ length: piece.end - from, tone: piece.tone });
    from = piece.end;
  }
  return result;
}

/**
 * Where two ranges first differ, counted from their starts; undefined when they
 * are equal. Both must start at the same phase within a block. `b` may be `a`.
 */
export function firstDifference(
  a: Contents,
  aStart: bigint,
  b: Contents,
  bStart: bigint,
  length: bigint,
): bigint | undefined {
  let i = indexAt(a, aStart);
  let j = indexAt(b, bStart);
  let at = 0n;
  while (at < length) {
    const inA = a[i];
    const inB = b[j];
    if ((inA?.tone ?? zeros) !== (inB?.tone ?? zeros)) return at;
    const leftA = inA === undefined ? length : inA.end - aStart;
    const leftB = inB === undefined ? length : inB.end - bStart;
    at = leftA < leftB ? leftA : leftB;
    if (leftA === at) i++;
    if (leftB === at) j++;
  }
  return undefined;
}

/** The index of the piece that holds a position; the length of the list when none does. */
function indexAt(contents: Contents, position: bigint): number {
  const at = contents.findIndex((piece) => piece.end > position);
  return at === -1 ? contents.length : at;
}

/** Adds a piece up to `end`, or lengthens the last one. */
function append(pieces: Piece[], end: bigint, tone: Tone, backing: Backing): void {
  const last = pieces.at(-1);
  if (last !== undefined && last.tone === tone && last.backing === backing) pieces.pop();
  pieces.push({ end, tone, backing });
}

/** A list without a hole at its end, which says nothing. */
function trimmed(pieces: Piece[]): Contents {
  if (pieces.at(-1)?.backing === "hole") pieces.pop();
  return pieces;
}
